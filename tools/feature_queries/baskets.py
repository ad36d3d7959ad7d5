"""What customers' orders say: recency, frequency, spend, what a basket holds, discounts, returns, when they order."""

from __future__ import annotations

import math
from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.feature import Feature, FeatureQuery, narrow, ratio, total
from tools.feature_queries.shop import MILLI, PER_CENT, Shop
from tools.feature_queries.windows import trend_features, trends, wanted_windows, window_features, window_sums

ALL: Final = "all time"
HOURS: Final = 24
# Sines and cosines are summed as whole billionths, so that the sum does not depend on the order of addition.
BILLION: Final = 1_000_000_000
DAYPARTS: Final = {"night": (0, 6), "morning": (6, 12), "afternoon": (12, 18), "evening": (18, 24)}
"""Hours of the day, UTC: from the first, to before the second."""
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SATURDAY: Final = 5
HABITS: Final = {
    "usual_hour", "hour_concentration", "usual_weekday", "weekend_share", *(f"{part}_share" for part in DAYPARTS)
}  # fmt: skip
"""Features of when a customer orders."""
SUMMED: Final = ("lines", "milli", "returned", "gross", "off", "discounted", "coupons")


def baskets(shop: Shop) -> ibis.Table:
    """Return one row for each order of a customer, dated by its first line."""
    lines = shop.lines("customer_id", "order_id", "ordered_at", "coupon_id", "milli", "cents", "gross", "off")
    return lines.group_by("customer_id", "order_id").aggregate(
        at=lines.ordered_at.min(),
        until=lines.ordered_at.max(),
        lines=lines.count(),
        milli=lines.milli.sum(where=lines.milli > 0).fill_null(0),
        returned=-lines.milli.sum(where=lines.milli < 0).fill_null(0),
        cents=lines.cents.sum(),
        gross=lines.gross.sum(where=lines.milli > 0).fill_null(0),
        off=lines.off.sum(),
        discounted=lines.count(where=lines.off > 0),
        coupons=lines.coupon_id.count(),
    )


def add_orders(start: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Return one row for each customer who ordered; the first query, which needs no table so far."""
    orders = baskets(shop)
    amounts = {
        "orders": lambda where: orders.count(where=where),
        "cents": lambda where: total(orders.cents, where),
    }
    sums = orders.group_by("customer_id").aggregate(
        **_totals(orders),
        **(_clock(orders) if wanted & HABITS else {}),
        **window_sums(shop, orders["at"], amounts, wanted_windows(wanted)),
    )
    return sums.mutate(
        recency_days=shop.days_since(sums.last_at),
        tenure_days=shop.days_since(sums.first_at),
        spend=sums.spend_cents / PER_CENT,
    )


def add_details(known: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add what follows from the sums of `add_orders`."""
    table, windows = known.cross_join(shop.whole), wanted_windows(wanted)
    values = {
        **_amounts(table, shop),
        **(_habits(table) if wanted & HABITS else {}),
        **{f"spend_{weeks}w": table[f"cents_{weeks}w"] / PER_CENT for weeks in windows},
        **{f"orders_trend_{weeks}w": trend for weeks, trend in trends(table, shop, "orders", windows).items()},
        **{f"spend_trend_{weeks}w": trend for weeks, trend in trends(table, shop, "cents", windows).items()},
    }
    return table.mutate(**{name: value for name, value in values.items() if name in wanted})


def _totals(orders: ibis.Table) -> dict[str, ibis.Value]:
    return {
        "frequency": orders.count(),
        "first_at": orders["at"].min(),
        "last_at": orders.until.max(),
        "spend_cents": total(orders.cents),
        "max_cents": narrow(orders.cents.max()),
        **{name: total(orders[name]) for name in SUMMED},
    }


def _to_the_cent(money: ibis.Value) -> ibis.Value:
    """Round money to the cent, halves to the even one: engines round halves up, numpy and accountants to even."""
    exact = money * PER_CENT
    below = exact.floor()
    rounded = ibis.ifelse(exact - below == 0.5, below + (below % 2).abs(), exact.round())
    return rounded / PER_CENT


def _amounts(table: ibis.Table, shop: Shop) -> dict[str, ibis.Value]:
    share = table.discounted / table.lines
    return {
        "mean_order_value": _to_the_cent(table.spend_cents / PER_CENT / table.frequency),
        "max_order_value": table.max_cents / PER_CENT,
        "units": table.milli / MILLI,
        "mean_order_lines": table.lines / table.frequency,
        "mean_order_units": table.milli / MILLI / table.frequency,
        "discount_line_share": share,
        "discount_rate": ratio(table.off, table.gross),
        "coupon_line_share": table.coupons / table.lines,
        "discount_affinity": ratio(share, table.shop_discounted / table.shop_lines),
        "return_share": ratio(table.returned, table.milli),
    }


def _clock(orders: ibis.Table) -> dict[str, ibis.Value]:
    hour, weekday = orders["at"].hour(), orders["at"].day_of_week.index()
    angle = hour.cast("float64") * (2 * math.pi / HOURS)
    return {
        "sines": total((angle.sin() * BILLION).round().cast("int64")),
        "cosines": total((angle.cos() * BILLION).round().cast("int64")),
        **{
            part: orders.count(where=(hour >= start) & (hour < end))
            for part, (start, end) in list(DAYPARTS.items())[1:]
        },
        **{name: orders.count(where=weekday == index) for index, name in enumerate(WEEKDAYS)},
    }


def _habits(table: ibis.Table) -> dict[str, ibis.Value]:
    orders = table.frequency
    sines, cosines = table.sines.cast("float64"), table.cosines.cast("float64")
    length = (sines * sines + cosines * cosines).sqrt()
    turn = sines.atan2(cosines) * (HOURS / (2 * math.pi))
    days = [table[name] for name in WEEKDAYS]
    most = ibis.greatest(*days)
    night = orders - table.morning - table.afternoon - table.evening
    return {
        "usual_hour": ibis.ifelse(length > 0, ibis.ifelse(turn < 0, turn + HOURS, turn), ibis.null("float64")),
        "hour_concentration": length / (orders * BILLION),
        "night_share": night / orders,
        **{f"{part}_share": table[part] / orders for part in list(DAYPARTS)[1:]},
        "usual_weekday": ibis.cases(*((day == most, name) for day, name in zip(days, WEEKDAYS, strict=True))),
        "weekend_share": (days[SATURDAY] + days[SATURDAY + 1]) / orders,
    }


ORDERS: Final = FeatureQuery(
    features=(
        Feature("recency_days", "days", ALL, "Since the date of the last order."),
        Feature("frequency", "orders", ALL, "Distinct orders."),
        Feature("spend", "money", ALL, "What the shop took, net of discounts and returns."),
        Feature("first_at", "time, UTC", ALL, "Moment of the first order."),
        Feature("last_at", "time, UTC", ALL, "Moment of the last order line."),
        Feature("tenure_days", "days", ALL, "Since the date of the first order."),
    ),
    add=add_orders,
)
DETAILS: Final = FeatureQuery(
    features=(
        Feature("mean_order_value", "money", ALL, "Spend per order, to the cent."),
        Feature("max_order_value", "money", ALL, "Spend of the largest order."),
        Feature("units", "units", ALL, "Units bought; returned ones are not taken off."),
        Feature("lines", "order lines", ALL, "Lines of all orders."),
        Feature("mean_order_lines", "lines per order", ALL, "Lines per order."),
        Feature("mean_order_units", "units per order", ALL, "Units bought per order."),
        Feature("discount_line_share", "share, 0 to 1", ALL, "Lines bought at a discount among all lines."),
        Feature("discount_rate", "share, 0 to 1", ALL, "Discount among what the units would have cost without one."),
        Feature("coupon_line_share", "share, 0 to 1", ALL, "Lines with a coupon among all lines."),
        Feature(
            "discount_affinity", "times", ALL, "discount_line_share over that of the whole shop: 1 is as everybody."
        ),
        Feature("return_share", "share", ALL, "Units returned (negative quantities) over units bought."),
        Feature("usual_hour", "hour of day, 0 to 24, UTC", ALL, "Circular mean of the hours of orders."),
        Feature(
            "hour_concentration", "0 to 1", ALL, "How close together the hours are: 1 the same, 0 all around the clock."
        ),
        *(
            Feature(f"{part}_share", "share, 0 to 1", ALL, f"Orders from {start}:00 to {end}:00 UTC among all orders.")
            for part, (start, end) in DAYPARTS.items()
        ),
        Feature("usual_weekday", "label", ALL, "Weekday with most orders; the earlier one in the week of equals."),
        Feature("weekend_share", "share, 0 to 1", ALL, "Orders on Saturday or Sunday among all orders."),
        *window_features("orders", "orders", "Orders in the window."),
        *window_features("spend", "money", "Spend in the window."),
        *trend_features("orders"),
        *trend_features("spend"),
    ),
    add=add_details,
)
