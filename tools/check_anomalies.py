"""Look for anomalies and fraud in orders, coupons, ad spend or reviews."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import pandas as pd
from pydantic import Field

from tools.anomalies.ads import find_odd_ads
from tools.anomalies.coupons import find_keen_redeemers, find_odd_coupons
from tools.anomalies.orders import find_odd_orders
from tools.anomalies.reviews import find_odd_reviews
from tools.anomalies.suspicion import FALSE_ALARM_RATE, Kind, Search, Suspicion
from tools.anomalies.tables import (
    exposure_table,
    first_moment,
    line_products,
    order_table,
    review_table,
    sales_table,
    spend_table,
    with_baskets,
)
from tools.contract import Answer, Frozen, Query, Tool
from tools.customers.days import count_rows
from tools.errors import ToolError
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

MOST_ITEMS: Final = 20
"""Items in an answer; `found` counts all, and `--customers` writes all that concern customers."""

MOST_ORDERS: Final = 5
"""Order ids of one item."""

Subject = Literal["orders", "coupons", "ad_spend", "reviews"]


class AnomalyQuery(Query):
    """What to look through, and how far back."""

    of: Subject = Field(description="What to check.")
    weeks: int | None = Field(None, ge=1, le=52, description="Weeks back.")


class Anomaly(Frozen):
    """One odd thing; it is a reason to look, not a verdict."""

    kind: Kind = Field(description="Which test found it.")
    what: str = Field(description="What it is; customers are not named.")
    starts_on: dt.date = Field(description="First day.")
    ends_on: dt.date = Field(description="Last day.")
    score: float = Field(description="Evidence over what the threshold asks for; 1 is at the threshold.")
    reason: str = Field(description="Why it is odd.")
    rows: int = Field(ge=0, description="Orders, channel-days or reviews that it concerns.")
    orders: tuple[str, ...] = Field((), description="Ids of its first orders.")
    money: float = Field(ge=0, description="Money at risk.")
    quote: str | None = Field(None, description="A few words of a review: somebody else's text.")


class AnomalyAnswer(Answer):
    """What looks odd."""

    of: Subject = Field(description="What was looked through.")
    starts_on: dt.date | None = Field(description="First day looked at; null for all that the store has.")
    ends_on: dt.date = Field(description="Last day looked at.")
    unit: str = Field(description="What was looked at, in the plural.")
    examined: int = Field(ge=0, description="How many of them.")
    found: int = Field(ge=0, description="Odd things in all.")
    items: tuple[Anomaly, ...] = Field(description="The oddest, most odd first.")
    money_at_risk: float = Field(ge=0, description="Money at risk over all found; an order found twice counts twice.")
    money_definition: str = Field(description="What money at risk means here.")
    threshold: str = Field(description="When something is odd.")
    false_alarm_rate_percent: float = Field(
        100 * FALSE_ALARM_RATE, description="How often one test may find an ordinary thing odd, in percent."
    )
    expected_false_alarms: float = Field(ge=0, description="Ordinary things that the tests may be expected to find.")
    currency: str = Field(description="Currency of all money.")
    note: str = Field(
        "Found by robust statistics, and for orders an isolation forest, learned from this store; look before acting.",
        description="How it was found.",
    )


def check_anomalies(query: AnomalyQuery, view: StoreView) -> AnomalyAnswer:
    """Look for anomalies and fraud in orders, coupons, ad spend or reviews."""
    search = look_through(query, view)
    return AnomalyAnswer(
        of=query.of,
        starts_on=view.as_of - dt.timedelta(weeks=query.weeks) if query.weeks else None,
        ends_on=view.as_of - dt.timedelta(days=1),
        unit=search.unit,
        examined=search.examined,
        found=len(search.found),
        items=tuple(_item(one, query.of) for one in search.found[:MOST_ITEMS]),
        money_at_risk=round(sum(one.money for one in search.found), 2),
        money_definition=search.money,
        threshold=search.threshold,
        expected_false_alarms=search.expected_false,
        currency=view.meta.currency,
        rows_used=count_rows(view, *_tables(query.of, view)),
        warnings=search.warnings,
    )


def look_through(query: AnomalyQuery, view: StoreView) -> Search:
    """Run the detector of a subject.

    Raises:
        ToolError: The store lacks the table.
    """
    since = first_moment(view, query.weeks)
    if query.of == "ad_spend":
        return find_odd_ads(spend_table(view), since)
    if query.of == "reviews":
        return find_odd_reviews(review_table(view), sales_table(view), since)
    if query.of == "orders":
        return find_odd_orders(order_table(view), since, view.seed)
    if _names_coupons(view):
        return find_odd_coupons(with_baskets(order_table(view), line_products(view)), since)
    if not view.has(Table.EXPOSURES):
        raise ToolError(
            f"no order of store {view.meta.name!r} names a coupon and it has no table exposures; expected coupon_id in "
            "order_lines, or exposures with converted; try importing one of them"
        )
    return find_keen_redeemers(exposure_table(view), since)


def _names_coupons(view: StoreView) -> bool:
    return bool(view.table(Table.ORDER_LINES)[Column.COUPON_ID].count().execute())


def _tables(of: Subject, view: StoreView) -> tuple[str, ...]:
    if of == "ad_spend":
        return (Table.AD_SPEND,)
    if of == "reviews":
        return (Table.REVIEWS, Table.ORDER_LINES)
    return (Table.ORDER_LINES,) if of == "orders" or _names_coupons(view) else (Table.EXPOSURES,)


def _item(one: Suspicion, of: Subject) -> Anomaly:
    return Anomaly(
        kind=one.kind,
        what=one.what,
        starts_on=one.starts_at.date(),
        ends_on=one.ends_at.date(),
        score=round(one.score, 2),
        reason=one.reason,
        rows=len(one.units),
        orders=one.units[:MOST_ORDERS] if of in ("orders", "coupons") else (),
        money=round(one.money, 2),
        quote=one.quote,
    )


def odd_customers(query: AnomalyQuery, view: StoreView) -> pd.DataFrame:
    """Return one row for each customer and odd thing that concerns them.

    Raises:
        ToolError: The store lacks the table, or the subject concerns no customers.
    """
    if query.of == "ad_spend":
        raise ToolError("ad_spend concerns no customers; expected orders, coupons or reviews; try without --customers")
    rows = [
        (customer, one.kind, round(one.score, 2), one.what, one.reason, round(one.money, 2))
        for one in look_through(query, view).found
        for customer in one.customer_ids
    ]
    return pd.DataFrame(rows, columns=["customer_id", "kind", "score", "what", "reason", "money"])


TOOL = Tool(query=AnomalyQuery, answer=AnomalyAnswer, run=check_anomalies, per_customer=odd_customers)
