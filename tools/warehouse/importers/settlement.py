"""What an order's lines brought in: order-level discounts, taxes and refunds spread over the lines, to the cent.

Revenue is what the shop took for the goods: without tax, shipping, tips and fees, after discounts and refunds. A shop's
export states discounts and refunds for the order as a whole; they are spread over its lines by value. All sums are in
whole cents, so that the lines of an order add up to exactly what the order says.
"""

from __future__ import annotations

import ibis

from tools.warehouse.canonical import cents
from tools.warehouse.columns import NUMBER
from tools.warehouse.importers.exports import PLACE


def settled(lines: ibis.Table) -> ibis.Table:
    """Add `discount` and `revenue`, in the shop's currency, and bring `unit_price` to it.

    Only rows that are `goods` share an order's discount, tax and refund; the others get no revenue.

    Args:
        lines: One row a line item, with `order_id`, `place`, `goods`, `quantity` and, in the order's currency,
            `unit_price`, `line_discount` and `line_refund` (the line's own) and `order_discount` (the whole order's);
            `tax_share`, the part of the prices that is tax, 0 where prices are net; `refunded_share`, the part of the
            order that was given back, 0 to 1; `rate`, what one unit of the order's currency is worth in the shop's.
    """
    own = lines.quantity * lines.unit_price - lines.line_discount.coalesce(0.0)
    lines = lines.mutate(gross_cents=lines.goods.ifelse(cents(own), 0))
    lines = lines.mutate(shared=spread(cents(lines.order_discount.coalesce(0.0)), lines.gross_cents))
    net = lines.gross_cents - lines.shared - lines.goods.ifelse(cents(lines.line_refund.coalesce(0.0)), 0)
    lines = lines.mutate(net_cents=net)
    left = (1 - lines.tax_share.coalesce(0.0)) * (1 - lines.refunded_share.coalesce(0.0))
    taken = (lines.net_cents.sum().over(ibis.window(group_by="order_id")) * left).round().cast("int64")
    lines = lines.mutate(taken=spread(taken, lines.net_cents))
    rate = lines.rate.coalesce(1.0)
    discount = lines.line_discount.coalesce(0.0) + lines.shared / 100
    return lines.mutate(
        unit_price=(lines.unit_price * rate).round(4),
        discount=lines.goods.ifelse((discount * rate).round(2), ibis.null(NUMBER)),
        revenue=lines.goods.ifelse((lines.taken / 100 * rate).round(2), ibis.null(NUMBER)),
    ).drop("gross_cents", "shared", "net_cents", "taken")


def spread(total: ibis.Value, weight: ibis.Value) -> ibis.Value:
    """Return each line's share of its order's `total` (whole cents), by weight; the shares add up to the total.

    The running sum is rounded and its steps are taken, so no share is more than a cent from its exact value. An order
    whose weights add up to nothing gets no shares.
    """
    running = ibis.window(group_by="order_id", order_by=PLACE, preceding=None, following=0)
    whole = weight.sum().over(ibis.window(group_by="order_id")).nullif(0)
    upto = weight.sum().over(running)
    reached = (total * (upto / whole)).round()
    before = (total * ((upto - weight) / whole)).round()
    return (reached - before).coalesce(0).cast("int64")
