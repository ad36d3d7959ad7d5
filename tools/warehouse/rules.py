"""The rules of the sift: what is mended in a row, what sets it aside, and what is kept but reported.

An impossible value in a required column sets the row aside; in an optional one it is emptied, so that no good row is
lost with it. What is merely improbable is kept and flagged. Rules are Ibis expressions over the typed columns; the
bounds are in `limits`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import ibis
from ibis import _

from tools.warehouse.columns import DAY, FLAG, MOMENT, NUMBER, SPECS, WHOLE, Table
from tools.warehouse.limits import (
    DEAREST,
    FIRST_BIRTH_YEAR,
    FIRST_YEAR,
    HIGHEST_RATING,
    LOWEST_RATING,
    MOST_UNITS,
    TOMORROW,
)

# A number of many digits that passed through a spreadsheet: 4006381333931 became 4.00638E+12.
ROUNDED: Final = r"^\d[.,]\d+[eE]\+\d+$"
Action = Literal["set_aside", "repair", "flag"]
EARLIEST: Final = ibis.timestamp(dt.datetime(FIRST_YEAR, 1, 1))


@dataclass(frozen=True)
class Rule:
    """One thing that can be wrong with a row.

    Attributes:
        name: Stable name.
        table: Table it looks at.
        column: Column it is about.
        condition: Deferred Ibis expression, true where the row is wrong.
        reason: What is wrong; for rows set aside, also what to do.
        action: What happens to the row.
        mend: For repairs: column to its new value.
        remedy: For flags: what to do.
    """

    name: str
    table: str
    column: str
    condition: ibis.Deferred
    reason: str
    action: Action = "set_aside"
    mend: Mapping[str, ibis.Value] = field(default_factory=dict)
    remedy: str = ""


def _emptied(table: str, column: str, condition: ibis.Deferred, why: str) -> Rule:
    """Return the rule that empties an impossible optional value."""
    nothing = {column: ibis.null(SPECS[table].optional[column])}
    return Rule(f"{column}_impossible", table, column, condition, f"{column} {why}: emptied", "repair", nothing)


def _times(table: str, column: str) -> tuple[Rule, ...]:
    """Return the rules about times that cannot be."""
    moment = _[column].cast(MOMENT)
    early = f"{column} is before {FIRST_YEAR}, an empty date or a wrong year: give the real date"
    late = f"{column} is in the future: correct the date, or import again when the day has come"
    return (
        Rule(f"{column}_early", table, column, moment < EARLIEST, early),
        Rule(f"{column}_future", table, column, moment >= _[TOMORROW], late),
    )


LINES, SPEND, SHOWN = Table.ORDER_LINES, Table.AD_SPEND, Table.EXPOSURES

REPAIRS: Final[tuple[Rule, ...]] = (
    Rule(
        "discount_sign",
        LINES,
        "discount",
        (_.discount < 0) & (_.quantity > 0),
        "discount was negative: its sign was taken away",
        "repair",
        {"discount": -_.discount},
    ),
    *(
        Rule(
            "days_swapped",
            table,
            "ends_on",
            _.ends_on < _.starts_on,
            "starts_on and ends_on were swapped: put in order",
            "repair",
            {"starts_on": _.ends_on, "ends_on": _.starts_on},
        )
        for table in (Table.CAMPAIGNS, Table.PROMOTIONS)
    ),
    _emptied(Table.CUSTOMERS, "signed_up_at", _.signed_up_at < EARLIEST, f"was before {FIRST_YEAR}"),
    _emptied(Table.CUSTOMERS, "signed_up_at", _.signed_up_at >= _[TOMORROW], "was in the future"),
    _emptied(
        Table.CUSTOMERS,
        "birth_year",
        (_.birth_year < FIRST_BIRTH_YEAR) | (_.birth_year > _[TOMORROW].year()),
        f"was before {FIRST_BIRTH_YEAR} or in the future",
    ),
    _emptied(Table.PRODUCTS, "price", (_.price < 0) | (_.price > _[DEAREST]), "was negative or absurdly high"),
    _emptied(Table.PRODUCTS, "cost", (_.cost < 0) | (_.cost > _[DEAREST]), "was negative or absurdly high"),
)

SET_ASIDE: Final[tuple[Rule, ...]] = (
    *(
        Rule(
            "id_rounded",
            table,
            column,
            _[column].re_search(ROUNDED),
            f"{column} was rounded by a spreadsheet to something like 4.00638E+12: export it as text",
        )
        for table, column in (
            (Table.CUSTOMERS, "customer_id"),
            (Table.PRODUCTS, "product_id"),
            (LINES, "order_id"),
            (LINES, "customer_id"),
            (LINES, "product_id"),
        )
    ),
    *_times(LINES, "ordered_at"),
    Rule("quantity_zero", LINES, "quantity", _.quantity == 0, "quantity is 0: give the units, or leave the line out"),
    Rule(
        "quantity_absurd",
        LINES,
        "quantity",
        _.quantity.abs() > MOST_UNITS,
        f"quantity is beyond {MOST_UNITS:,.0f}: is it a bar code or an id? Give the units",
    ),
    Rule(
        "price_negative",
        LINES,
        "unit_price",
        _.unit_price < 0,
        "unit_price is negative: write a return as a negative quantity, a reduction as discount",
    ),
    Rule(
        "price_absurd",
        LINES,
        "unit_price",
        _.unit_price > _[DEAREST],
        "unit_price is absurdly high: is it a bar code or an id? Give the price of one unit",
    ),
    *_times(Table.REVIEWS, "written_at"),
    Rule(
        "rating_outside",
        Table.REVIEWS,
        "rating",
        ~_.rating.between(LOWEST_RATING, HIGHEST_RATING),
        f"rating is outside {LOWEST_RATING:g} to {HIGHEST_RATING:g}: bring the ratings to that scale",
    ),
    *_times(SHOWN, "at"),
    Rule(
        "propensity_outside",
        SHOWN,
        "propensity",
        (_.propensity <= 0) | (_.propensity > 1),
        "propensity is not a probability above 0 and up to 1: give the chance that the offer was chosen, or none",
    ),
    *(
        Rule(f"{column}_negative", SPEND, column, _[column] < 0, f"{column} is negative: give the day's total")
        for column in ("spend", "impressions", "clicks", "conversions")
    ),
    *_times(SPEND, "on"),
    *_times(Table.STOCK, "at"),
    *_times(Table.CONSENTS, "at"),
    *_times(Table.EVENTS, "at"),
    *(_times(table, column)[0] for table in (Table.CAMPAIGNS, Table.PROMOTIONS) for column in ("starts_on", "ends_on")),
)

FLAGS: Final[tuple[Rule, ...]] = (
    Rule(
        "price_zero",
        LINES,
        "unit_price",
        (_.unit_price == 0) & (_.quantity > 0),
        "lines are sold at a price of 0",
        "flag",
        remedy="gifts and samples may stay; give a real price where one was paid",
    ),
    Rule(
        "discount_above_price",
        LINES,
        "discount",
        (_.quantity > 0) & (_.discount > _.quantity * _.unit_price + 0.005),
        "lines have a discount above their price, so that their revenue is negative",
        "flag",
        remedy="check whether discount is an amount of money for the whole line, not a percentage",
    ),
    Rule(
        "return_discount_sign",
        LINES,
        "discount",
        (_.quantity < 0) & (_.discount > 0),
        "returned lines have a positive discount, which makes the refund larger than what was paid",
        "flag",
        remedy="give the discount of a return as a negative amount, or give revenue",
    ),
    Rule(
        "revenue_differs",
        LINES,
        "revenue",
        _.revenue - (_.quantity * _.unit_price - _.discount) > 0.02 + 0.01 * _.revenue.abs(),
        "lines have a revenue above quantity × unit_price − discount",
        "flag",
        remedy="check whether revenue includes tax or shipping, which it should not; tools count revenue",
    ),
    Rule(
        "clicks_above_impressions",
        SPEND,
        "clicks",
        _.clicks > _.impressions,
        "days have more clicks than impressions",
        "flag",
        remedy="check that the columns are not swapped in the mapping",
    ),
    Rule(
        "conversions_above_clicks",
        SPEND,
        "conversions",
        _.conversions > _.clicks,
        "days have more conversions than clicks",
        "flag",
        remedy="conversions after a mere view may explain it; otherwise check the mapping",
    ),
    Rule(
        "converted_before_exposed",
        SHOWN,
        "converted_at",
        _.converted_at < _["at"],
        "conversions came before their exposure",
        "flag",
        remedy="check the time zones of `at` and `converted_at`; such conversions are no response",
    ),
    Rule(
        "converted_unmarked",
        SHOWN,
        "converted",
        _.converted_at.notnull() & ~_.converted,
        "exposures have a time of conversion but say that they did not convert",
        "flag",
        remedy="set converted to true there, or empty converted_at",
    ),
    Rule(
        "stock_negative",
        Table.STOCK,
        "units",
        _.units < 0,
        "counts of stock are below 0",
        "flag",
        remedy="back orders may explain it; otherwise count again",
    ),
    Rule(
        "cost_above_price",
        Table.PRODUCTS,
        "cost",
        (_.price > 0) & (_.cost > _.price),
        "products cost more than they are sold for",
        "flag",
        remedy="check that price and cost have the same unit and tax",
    ),
    Rule(
        "country_not_a_code",
        Table.CUSTOMERS,
        "country",
        ~_.country.re_search("^[A-Z]{2}$"),
        "customers have a country that is not a two-letter ISO 3166 code",
        "flag",
        remedy="export codes such as DE or US, not names",
    ),
)

KIND_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    NUMBER: ("a number", "12.50"),
    WHOLE: ("a whole number", "12"),
    FLAG: ("true or false", "true"),
    MOMENT: ("a time", "2024-03-31T14:05:00Z"),
    DAY: ("a day", "2024-03-31"),
}
"""Type of a column, in words, with an example."""


def rules_of(rules: tuple[Rule, ...], table: str, columns: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return the rules about a table whose column is there."""
    return tuple(rule for rule in rules if rule.table == table and rule.column in columns)


def missing_reason(column: str) -> str:
    """Say why a row without a required value is set aside.

    >>> missing_reason("order_id")
    'order_id is missing: fill it in'
    """
    return f"{column} is missing: fill it in"


def unreadable_reason(column: str, kind: str) -> str:
    """Say why a row with an unreadable required value is set aside.

    >>> unreadable_reason("quantity", NUMBER)
    'quantity is not a number: write it like 12.50'
    """
    words, example = KIND_WORDS[kind]
    return f"{column} is not {words}: write it like {example}"


def orphan_reason(column: str, owner: str) -> str:
    """Say why a row that speaks of an unknown customer or product is set aside.

    >>> orphan_reason("product_id", "products")
    'product_id is not in products: add it there, or correct it here'
    """
    return f"{column} is not in {owner}: add it there, or correct it here"
