"""From a shop's order rows to order lines, and to the products and customers that only the orders know."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import ibis

from tools.warehouse.columns import TEXT
from tools.warehouse.importers.exclusions import FEE, GIFT_CARD, TIP
from tools.warehouse.importers.exports import PLACE, hold
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.settlement import settled
from tools.warehouse.importers.source import FILE, MENTIONED, REASON, REPAIR, ROW, WITHDRAWN
from tools.warehouse.pseudonyms import pseudonyms

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# What the id of a buyer begins with of whom nothing is known; each order has its own.
NAMELESS: Final = "anonymous-"
UNCATEGORISED: Final = "Uncategorised"
ADDED_UP: Final = "lines of one product in an order were added up"
NO_ITEM: Final = "the row has no line item"
# How shops and their apps title lines that are no merchandise; a title alone decides only where there is no SKU.
TIP_TITLE: Final = r"(?i)^tips?$"
FEE_TITLE: Final = r"(?i)\b(fee|surcharge)$"
GIFT_TITLE: Final = r"(?i)^(e-?)?gift ?(card|certificate|voucher)\b"
# What every shop's rows hand over under these names as they are.
CARRIED: Final = (
    "order_id", PLACE, "product_id", "listed", "item", "quantity", "company", "address", "city", "zip", "country",
    "phone", "email", FILE, ROW,
)  # fmt: skip
LINE_COLUMNS: Final = (
    "order_id",
    "customer_id",
    "product_id",
    "ordered_at",
    "quantity",
    "unit_price",
    "discount",
    "channel",
    "coupon_id",
    "revenue",
)
TRACED: Final = (FILE, ROW, REASON, REPAIR, WITHDRAWN)
# Where no products file was exported: nothing is listed.
NOTHING_LISTED: Final = ibis.memtable(
    {"product_id": [], "name": [], "gift": []}, schema={"product_id": "string", "name": "string", "gift": "boolean"}
)
_SUMS: Final = ("quantity", "discount", "revenue")


@dataclass(frozen=True)
class Sales:
    """What the orders say.

    Attributes:
        lines: `order_lines`, with reasons and repairs.
        products: Products that were sold but are in no products file.
        buyers: One row an order that was kept: customer_id, ordered_at, country and the buyer's personal columns.
    """

    lines: ibis.Table
    products: ibis.Table
    buyers: ibis.Table


def customer_ids(email: ibis.Value, phone: ibis.Value, number: ibis.Value, order: ibis.Value | None) -> ibis.Value:
    """Return who a row is about: the stand-in of the e-mail address, else of the phone, else the system's own number.

    The address comes first because it is the only thing that guests, accounts and later exports have in common. An
    order without any of these is its own nameless customer.
    """
    named = ibis.coalesce(pseudonyms(email), pseudonyms(phone), ibis.literal("customer-").concat(number))
    return named if order is None else named.coalesce(ibis.literal(NAMELESS).concat(order))


def slug(title: ibis.Value) -> ibis.Value:
    """Return a title as an id: small letters and digits of any script, with hyphens between."""
    return title.lower().re_replace(r"[^\pL\pN]+", "-").re_replace(r"^-+|-+$", "").nullif("")


def with_product_ids(rows: ibis.Table, catalog: ibis.Table) -> ibis.Table:
    """Add `product_id`, `listed` (it is in the catalog) and `gift` to order rows with `key` and `item`.

    A line belongs to the product of its key (SKU or number); else to the one of its name; else it makes its own,
    named by its key or, without one, by its name.
    """
    keyed = catalog.group_by(key=catalog.product_id).aggregate(gift_by_key=catalog.gift.any())
    named = catalog.group_by(item=catalog.name).aggregate(
        id_by_name=catalog.product_id.min(), gift_by_name=catalog.gift.any()
    )
    rows = rows.left_join(keyed, "key").drop("key_right").left_join(named, "item").drop("item_right")
    known = ibis.ifelse(rows.gift_by_key.notnull(), rows.key, rows.id_by_name)
    titled = rows.key.isnull() & rows.item.re_search(GIFT_TITLE)
    return rows.mutate(
        product_id=ibis.coalesce(known, rows.key, slug(rows.item)),
        listed=known.notnull(),
        gift=ibis.coalesce(rows.gift_by_key, rows.gift_by_name, titled, False),
    ).drop("gift_by_key", "gift_by_name", "id_by_name")


def not_merchandise(rows: ibis.Table) -> ibis.Value:
    """Return why a row is no sale of a product, or null; for rows of `with_product_ids`."""
    loose = rows.key.isnull() & ~rows.listed
    return ibis.cases(
        (rows.item.isnull(), NO_ITEM),
        (rows.gift, GIFT_CARD),
        (loose & rows.item.re_search(TIP_TITLE), TIP),
        (loose & rows.item.re_search(FEE_TITLE), FEE),
    )


def shop_currency(orders: ibis.Table, mapping: Mapping) -> str:
    """Return the shop's currency: the one that was told, else the one that most orders are in."""
    if "currency" in mapping.model_fields_set:
        return mapping.currency
    counts = orders.filter(orders.currency.re_search(r"^[A-Za-z]{3}$")).group_by(code=orders.currency.upper())
    top = counts.aggregate(orders=ibis._.count()).order_by(ibis.desc("orders"), "code").limit(1).to_pandas()
    return str(top["code"].iloc[0]) if len(top) else mapping.currency


def in_currency(currency: ibis.Value, shop: str, rates: Dictionary[str, float]) -> tuple[ibis.Value, ibis.Value]:
    """Return the rate to the shop's currency, and why a row without one is set aside."""
    known = {code.upper(): float(rate) for code, rate in rates.items()} | {shop.upper(): 1.0}
    code = currency.upper().coalesce(shop.upper())
    rate = ibis.cases(*((code == each, value) for each, value in known.items()))
    reason = ibis.literal("paid in ").concat(code).concat(f", and no exchange rate to {shop.upper()} is stated")
    return rate, rate.isnull().ifelse(reason, ibis.null(TEXT))


def sales(engine: Backend, rows: ibis.Table, *, sells_all: bool) -> Sales:
    """Turn judged order rows into lines, products and buyers.

    Args:
        engine: Where the rows are.
        rows: What `settled` needs, and product_id, listed, item, vendor, customer_id, ordered_at, channel, coupon_id,
            `_reason`, `_withdrawn` and the buyer's columns.
        sells_all: Whether a product that only the orders know may still be on sale: there is no products file.
    """
    lines = hold(engine, settled(rows.mutate(goods=rows[REASON].isnull())))
    kept = lines.filter(lines[REASON].isnull())
    aside = lines.filter(lines[REASON].notnull())
    return Sales(
        lines=ibis.union(_added_up(kept).select(*LINE_COLUMNS, *TRACED), aside.select(*LINE_COLUMNS, *TRACED)),
        products=_only_sold(kept, active=sells_all),
        buyers=_buyers(kept),
    )


def _added_up(lines: ibis.Table) -> ibis.Table:
    """Add up lines that differ in nothing but their place: two equal lines of an order are no copy of each other."""
    same = [column for column in LINE_COLUMNS if column not in _SUMS]
    table = lines.group_by(same).aggregate(
        **{column: lines[column].sum() for column in _SUMS},
        **{ROW: lines[ROW].min(), FILE: lines[FILE].min(), REASON: lines[REASON].min(), REPAIR: lines[REPAIR].min()},
        **{WITHDRAWN: ibis.literal(value=False)},
        together=lines.count(),
    )
    return table.mutate(
        discount=table.discount.round(2),
        revenue=table.revenue.round(2),
        **{REPAIR: (table.together > 1).ifelse(ADDED_UP, table[REPAIR])},
    )


def _only_sold(lines: ibis.Table, *, active: bool) -> ibis.Table:
    unlisted = lines.filter(~lines.listed)
    grouped = unlisted.group_by("product_id")
    return grouped.aggregate(
        name=unlisted.item.argmax(unlisted[PLACE]),
        category=ibis.literal(UNCATEGORISED),
        brand=unlisted.vendor.argmax(unlisted[PLACE]),
        price=unlisted.unit_price.argmax(unlisted[PLACE]).round(2),
        active=ibis.literal(active),
        **{MENTIONED: ibis.literal(value=True)},
    )


def _buyers(lines: ibis.Table) -> ibis.Table:
    first = lines.group_by("order_id").aggregate(first=lines[PLACE].min())
    return lines.semi_join(first, [lines.order_id == first.order_id, lines[PLACE] == first.first])
