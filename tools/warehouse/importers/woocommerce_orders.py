r"""Judge the rows of WooCommerce orders as the Customer/Order/Coupon Export writes them.

Every row of the format "One Row per Item" repeats the order; the format "Default" has one row an order and its items in
one cell, `name:Mug|sku:M1|quantity:2|total:80.00;name:…`, with `\:`, `\|` and `\;` for the signs themselves. Amounts of
items are without tax, subtotals before and totals after discounts. Where an order occurs in several files, the last one
counts.
"""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from typing import TYPE_CHECKING, Final

import ibis

from tools.warehouse.columns import TEXT
from tools.warehouse.importers.cells import with_values
from tools.warehouse.importers.exclusions import CANCELLED, SUPERSEDED, UNPAID
from tools.warehouse.importers.exports import FILE_STRIDE, PLACE, hold
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.sales import (
    CARRIED,
    customer_ids,
    in_currency,
    not_merchandise,
    with_product_ids,
)
from tools.warehouse.importers.source import REASON, REPAIR, WITHDRAWN

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# https://woocommerce.com/document/managing-orders/order-statuses/: paid for; never or not yet paid for.
PAID: Final = ("processing", "completed", "refunded")
NOT_PAID: Final = ("pending", "on-hold", "failed", "checkout-draft", "draft", "trash", "auto-draft")
OWN_STATUS: Final = "the order's status is the shop's own, not WooCommerce's: taken as paid"
# What stands for a product that was deleted.
NO_PRODUCT: Final = ("0", "")
# A sign that text files do not hold, to stand for an escaped one while the cell is split.
_ESCAPED: Final = {r"\;": "\x02", r"\|": "\x03", r"\:": "\x04"}
_KEYS: Final = {
    "item": "name",
    "product": "product_id",
    "quantity": "quantity",
    "item_subtotal": "subtotal",
    "item_total": "total",
    "item_refunded": "refunded",
}
NUMBERS: Final = (
    "quantity",
    "item_subtotal",
    "item_total",
    "item_refunded",
    "total",
    "refunded",
    "shipping",
    "shipping_tax",
)


def item_rows(files: Dictionary[str, ibis.Table]) -> ibis.Table:
    """Return the rows of all orders files as one row an item."""
    tables = [files["orders"]] if "orders" in files else []
    if "whole orders" in files:
        tables.append(_unfolded(files["whole orders"]))
    return tables[0] if len(tables) == 1 else ibis.union(tables[0], tables[1].select(*tables[0].columns))


def _unfolded(orders: ibis.Table) -> ibis.Table:
    text = orders.line_items.coalesce("")
    for escaped, sign in _ESCAPED.items():
        text = text.replace(escaped, sign)
    rows = orders.mutate(one=text.split(";")).unnest("one", offset="turn")
    cells = {name: _restored(rows.one.re_extract(rf"(?:^|\|){key}:([^|]*)", 1)) for name, key in _KEYS.items()}
    return rows.mutate(**cells, **{PLACE: rows[PLACE] + rows.turn}).drop("line_items", "one", "turn")


def _restored(cell: ibis.Value) -> ibis.Value:
    for escaped, sign in _ESCAPED.items():
        cell = cell.replace(sign, escaped[1:])
    return cell.strip().nullif("")


def judged(engine: Backend, orders: ibis.Table, catalog: ibis.Table, mapping: Mapping, currency: str) -> ibis.Table:
    """Return a row a line item with what `settlement.settled` and `sales.sales` need, and why it is set aside."""
    typed = with_values(engine, orders, NUMBERS, "created_at", mapping)
    number = typed["product"].notin(NO_PRODUCT).ifelse(typed["product"], ibis.null(TEXT))
    rows = hold(engine, with_product_ids(typed.mutate(key=number), catalog))
    status = rows.status.lower().re_replace("^wc-", "")
    fallen = ibis.cases(
        (status == "cancelled", CANCELLED), (status.isin(NOT_PAID), ibis.literal(UNPAID).concat(status))
    )
    rate, foreign = in_currency(rows.currency, currency, mapping.exchange_rates)
    last = (rows[PLACE] // FILE_STRIDE).max().over(ibis.window(group_by="order_id"))
    again = (rows[PLACE] // FILE_STRIDE < last).ifelse(SUPERSEDED, ibis.null(TEXT))
    reason = ibis.coalesce(rows[REASON], again, fallen, foreign, not_merchandise(rows))
    own = status.isin((*PAID, *NOT_PAID, "cancelled")).fill_null(False).ifelse(ibis.null(TEXT), OWN_STATUS)
    subtotal = rows.item_subtotal.coalesce(rows.item_total)
    name = rows.first_name.coalesce("").concat(" ").concat(rows.last_name.coalesce("")).strip().nullif("")
    return rows.select(
        *CARRIED,
        vendor=ibis.null(TEXT),
        unit_price=subtotal / rows.quantity.nullif(0),
        line_discount=subtotal - rows.item_total,
        line_refund=rows.item_refunded.abs(),
        order_discount=ibis.literal(0.0),
        tax_share=ibis.literal(0.0),
        refunded_share=_given_back(rows, status),
        rate=rate,
        customer_id=customer_ids(rows.email, rows.phone, rows.number.nullif("0"), rows.order_id),
        ordered_at=rows.created_at,
        channel=ibis.literal("web"),
        coupon_id=rows.coupons.re_extract(r"(?:^|[|;])(?:code|name):([^|;]*)", 1).nullif(""),
        name=name,
        **{
            REASON: reason,
            REPAIR: rows[REPAIR].coalesce(own),
            WITHDRAWN: (reason == fallen).fill_null(False),
        },
    )


def _given_back(rows: ibis.Table, status: ibis.Value) -> ibis.Value:
    """Return the part of the goods that was refunded without saying for which items."""
    of_items = rows.item_refunded.abs().sum().over(ibis.window(group_by="order_id")).coalesce(0.0)
    goods = rows.total - rows.shipping.coalesce(0.0) - rows.shipping_tax.coalesce(0.0)
    share = ibis.greatest(0.0, ibis.least(1.0, rows.refunded.coalesce(0.0) / goods.nullif(0.0)))
    return ibis.cases((status == "refunded", 1.0), (of_items > 0, 0.0), else_=share.coalesce(0.0))
