"""Judge the rows of Shopify's orders export: join them to their order's first row, and say which are sales.

An order's first row holds what is true of the whole order; the rows of its further line items repeat only a few
columns. Where an order occurs several times (overlapping parts, a later export beside an earlier one), its last
occurrence counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import ibis

from tools.warehouse.canonical import cents
from tools.warehouse.columns import TEXT
from tools.warehouse.importers.cells import with_values
from tools.warehouse.importers.exclusions import CANCELLED, SUPERSEDED, TEST, UNPAID
from tools.warehouse.importers.exports import PLACE, hold
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

HEADLESS: Final = "the order's first row, which holds its payment and date, is missing"
MISFIT: Final = "the order's subtotal does not fit its lines: the lines were taken"
# States in which the shop took money, OrderDisplayFinancialStatus; in all others it did not, or not yet.
PAID: Final = ("paid", "partially_paid", "partially_refunded", "refunded")
NOT_PAID: Final = ("pending", "authorized", "voided", "expired", "unpaid")
# Shopify's gateway for test orders shows as "(for testing) Bogus Gateway" or "bogus".
TEST_PAYMENT: Final = r"(?i)bogus|\bfor testing\b"
TEST_TAG: Final = r"(?i)(^|,)\s*test([ _-]?order)?\s*(,|$)"
# Orders made by an app bear the app's number.
APP: Final = "app"
# Totals of an order are rounded per line or per order; they may be apart by this much.
CENTS_APART: Final = 2
MONEY: Final = ("subtotal", "shipping", "taxes", "total", "discount", "refunded", "price", "item_discount", "quantity")
# What only the first row of an order says, and the buyer's details on it.
OF_ORDER: Final = (
    "status",
    "currency",
    "subtotal",
    "shipping",
    "taxes",
    "total",
    "coupon",
    "discount",
    "cancelled_at",
    "payment",
    "refunded",
    "tags",
    "channel",
    "accepts",
    "email",
    "created_at",
    "billing_name",
    "address",
    "company",
    "city",
    "zip",
    "country",
    "phone",
)


def judged(engine: Backend, orders: ibis.Table, catalog: ibis.Table, mapping: Mapping, currency: str) -> ibis.Table:
    """Return a row a line item with what `settlement.settled` and `sales.sales` need, and why it is set aside."""
    rows = hold(engine, _with_order(with_values(engine, orders, MONEY, "created_at", mapping)))
    rows = hold(engine, with_product_ids(rows.mutate(key=rows.sku), catalog))
    rate, foreign = in_currency(rows.currency, currency, mapping.exchange_rates)
    fallen = _fell_through(rows)
    reason = ibis.coalesce(rows[REASON], _not_this_row(rows), fallen, foreign, not_merchandise(rows))
    # What Shopify does not document may be damage, which is no word of the order's end.
    withdrawn = (reason == fallen) & _state(rows).isin((*PAID, *NOT_PAID))
    rows = _with_totals(rows.mutate(rate=rate, **{REASON: reason, WITHDRAWN: withdrawn.fill_null(False)}))
    return rows.select(
        *CARRIED,
        "vendor",
        "line_discount",
        "order_discount",
        "tax_share",
        "refunded_share",
        "rate",
        REASON,
        REPAIR,
        WITHDRAWN,
        line_refund=ibis.literal(0.0),
        unit_price=rows.price,
        customer_id=customer_ids(rows.email, rows.phone, ibis.null(TEXT), rows.order_id),
        ordered_at=rows.created_at,
        channel=rows.channel.re_search(r"^\d+$").ifelse(APP, rows.channel),
        coupon_id=rows.coupon,
        name=rows.billing_name,
        accepts_email=rows.accepts,
    )


def _with_order(rows: ibis.Table) -> ibis.Table:
    """Join every row to its order's first row: the last one there is, where the order occurs several times."""
    sound = rows.filter(rows[REASON].isnull())
    firsts = sound.filter(sound.status.notnull() | sound.currency.notnull() | sound.total.notnull())
    last = firsts.group_by("order_id").aggregate(begins=firsts[PLACE].max())
    orders = firsts.inner_join(last, [firsts.order_id == last.order_id, firsts[PLACE] == last.begins])
    orders = orders.select(of_order=firsts.order_id, begins=last.begins, **{name: firsts[name] for name in OF_ORDER})
    return rows.drop(*OF_ORDER).left_join(orders, rows.order_id == orders.of_order)


def _not_this_row(rows: ibis.Table) -> ibis.Value:
    """Return why a row cannot be taken, whatever became of its order."""
    return ibis.cases(
        (rows.order_id.isnull(), ibis.null(TEXT)),
        (rows.begins.isnull(), HEADLESS),
        (rows[PLACE] < rows.begins, SUPERSEDED),
    )


def _fell_through(rows: ibis.Table) -> ibis.Value:
    """Return why a row's order is no sale, or no longer one."""
    return ibis.cases(
        (rows.payment.re_search(TEST_PAYMENT) | rows.tags.re_search(TEST_TAG), TEST),
        (rows.cancelled_at.notnull(), CANCELLED),
        (~_state(rows).isin(PAID).fill_null(False), ibis.literal(UNPAID).concat(rows.status.coalesce("not stated"))),
    )


def _state(rows: ibis.Table) -> ibis.Value:
    return rows.status.lower().re_replace(r"[ -]+", "_")


def _with_totals(rows: ibis.Table) -> ibis.Table:
    """Add what the order's totals say: its discount, the tax within its prices, and the part that was given back."""
    present = rows[PLACE] >= rows.begins
    gross = present.ifelse(cents(rows.quantity * rows.price), 0).coalesce(0)
    own = present.ifelse(cents(rows.item_discount.coalesce(0.0)), 0)
    whole = ibis.window(group_by="order_id")
    rows = rows.mutate(all_gross=gross.sum().over(whole), all_own=own.sum().over(whole))
    off = rows.all_gross - cents(rows.subtotal)
    told = cents(rows.discount)
    # The column of a line's own discount may be among the order's discount or not; the subtotal tells.
    rest = off - rows.all_own
    within = ibis.cases(
        (rows.subtotal.isnull(), told.coalesce(0)),
        (rest < 0, ibis.greatest(off, 0)),
        (rest > told.coalesce(rest) + CENTS_APART, told),
        else_=rest,
    )
    fits = rows.subtotal.isnull() | ((off >= 0) & (rest <= told.coalesce(rest) + CENTS_APART))
    return rows.mutate(
        line_discount=(rest < 0).fill_null(False).ifelse(0.0, rows.item_discount.coalesce(0.0)),
        order_discount=within / 100,
        tax_share=_tax_within(rows),
        refunded_share=_given_back(rows),
        **{REPAIR: rows[REPAIR].coalesce(fits.ifelse(ibis.null(TEXT), MISFIT))},
    )


def _tax_within(rows: ibis.Table) -> ibis.Value:
    """Return the part of the prices that is tax: none where the taxes come on top of them in the order's total."""
    net = cents(rows.subtotal) + cents(rows.shipping.coalesce(0.0))
    taxes = cents(rows.taxes.coalesce(0.0))
    included = (taxes > 0) & ((cents(rows.total) - net).abs() <= CENTS_APART)
    return included.ifelse(taxes / net.nullif(0), 0.0).coalesce(0.0)


def _given_back(rows: ibis.Table) -> ibis.Value:
    """Return the part of the goods that was refunded.

    A refund is taken to be for goods and their tax first, as most are; shipping is given back only when all is.
    """
    refunded = rows.refunded.coalesce(0.0)
    goods = rows.total - rows.shipping.coalesce(0.0)
    share = ibis.greatest(0.0, ibis.least(1.0, refunded / goods.nullif(0.0)))
    everything = (_state(rows) == "refunded") & ((refunded == 0) | (refunded >= rows.total).fill_null(True))
    return ibis.cases((everything, 1.0), (refunded <= 0, 0.0), else_=share.coalesce(0.0))
