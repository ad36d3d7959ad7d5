"""The features of products: how they sell, to whom, at what price and margin, and what could stand in for them."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries import product_events, product_prices, substitutes
from tools.feature_queries.baskets import ALL
from tools.feature_queries.feature import Feature, FeatureQuery, attach, ratio, total
from tools.feature_queries.shop import MILLI, PER_CENT, Shop
from tools.feature_queries.windows import trend_features, trends, wanted_windows, window_features, window_sums

WEEK: Final = 7
COUNTS: Final = ("buyers", "orders", "lines", "milli", "returned", "cents", "discounted", "coupons")


def add_sales(products: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Return one row for each product with its sales; the first query, so that `products` is all there is so far."""
    lines = shop.lines("product_id", "ordered_at", "coupon_id", "milli", "cents", "gross", "off")
    windows = wanted_windows(wanted)
    amounts = {
        "milli": lambda where: total(lines.milli, where),
        "cents": lambda where: total(lines.cents, where),
    }
    sums = lines.group_by("product_id").aggregate(
        lines=lines.count(),
        milli=total(lines.milli, lines.milli > 0),
        returned=-total(lines.milli, lines.milli < 0),
        cents=total(lines.cents),
        gross=total(lines.gross, lines.milli > 0),
        off=total(lines.off),
        discounted=lines.count(where=lines.off > 0),
        coupons=lines.coupon_id.count(),
        sold_from=lines.ordered_at.min(),
        sold_until=lines.ordered_at.max(),
        **window_sums(shop, lines.ordered_at, amounts, windows),
    )
    sold = attach(products.select("product_id", "category", "cost"), sums, "product_id", zero=_counts(sums))
    table = attach(sold, _buyers(shop), "product_id", zero=["buyers", "orders", "again"]).cross_join(shop.whole)
    return table.mutate(
        units=table.milli / MILLI,
        revenue=table.cents / PER_CENT,
        sale_recency_days=shop.days_since(table.sold_until),
        sale_tenure_days=shop.days_since(table.sold_from),
        return_share=ratio(table.returned, table.milli),
        discount_line_share=ratio(table.discounted, table.lines),
        discount_rate=ratio(table.off, table.gross),
        coupon_line_share=ratio(table.coupons, table.lines),
        repeat_rate=ratio(table.again, table.buyers),
        **_speeds(table, shop, windows),
        **{f"units_{weeks}w": table[f"milli_{weeks}w"] / MILLI for weeks in windows},
        **{f"revenue_{weeks}w": table[f"cents_{weeks}w"] / PER_CENT for weeks in windows},
        **{f"units_trend_{weeks}w": trend for weeks, trend in trends(table, shop, "milli", windows).items()},
    )


def _counts(sums: ibis.Table) -> list[str]:
    windows = [name for name in sums.columns if name.startswith(("milli_", "cents_"))]
    return [*(name for name in COUNTS if name in sums.columns), *windows]


def _buyers(shop: Shop) -> ibis.Table:
    """Return distinct buyers and orders by product, and how many bought on two days or more."""
    lines = shop.lines("product_id", "customer_id", "order_id", "ordered_at", "milli").filter(ibis._.milli > 0)
    days = lines.group_by("product_id", "customer_id", day=lines.ordered_at.date()).aggregate(
        orders=lines.order_id.nunique()
    )
    pairs = days.group_by("product_id", "customer_id").aggregate(days=days.count(), orders=days.orders.sum())
    return pairs.group_by("product_id").aggregate(
        buyers=pairs.count(), orders=pairs.orders.sum(), again=pairs.count(where=pairs.days > 1)
    )


def _speeds(table: ibis.Table, shop: Shop, windows: Sequence[int]) -> dict[str, ibis.Value]:
    """Units a week over each window, or since the first sale where that is later: a new product is not a slow one."""
    found = {}
    for weeks in windows:
        days = ibis.least(shop.days_since(table.sold_from), WEEK * weeks).fill_null(WEEK * weeks)
        found[f"velocity_{weeks}w"] = table[f"milli_{weeks}w"] / MILLI / (ibis.greatest(days, 1) / WEEK)
    return found


SALES: Final = FeatureQuery(
    (
        Feature("buyers", "customers", ALL, "Distinct customers who bought it."),
        Feature("orders", "orders", ALL, "Distinct orders of a day with it, returns apart."),
        Feature("lines", "order lines", ALL, "Order lines, returns included."),
        Feature("units", "units", ALL, "Units sold; returned ones are not taken off."),
        Feature("revenue", "money", ALL, "What the shop took, net of discounts and returns."),
        Feature("sale_recency_days", "days", ALL, "Since the date of the last order line."),
        Feature("sale_tenure_days", "days", ALL, "Since the date of the first order line."),
        Feature("return_share", "share", ALL, "Units returned (negative quantities) over units sold."),
        Feature("discount_line_share", "share, 0 to 1", ALL, "Lines at a discount among all lines."),
        Feature("discount_rate", "share, 0 to 1", ALL, "Discount among what the units would have cost without one."),
        Feature("coupon_line_share", "share, 0 to 1", ALL, "Lines with a coupon among all lines."),
        Feature("repeat_rate", "share, 0 to 1", ALL, "Buyers who bought it on two days or more among all buyers."),
        *window_features("units", "units", "Units in the window, returned ones taken off."),
        *window_features("revenue", "money", "Revenue in the window."),
        *window_features("velocity", "units per week", "Units a week, or since the first sale where that is later."),
        *trend_features("units"),
    ),
    add_sales,
)
PRODUCT_QUERIES: Final[tuple[FeatureQuery, ...]] = (
    SALES,
    product_prices.MARGIN,
    product_prices.CATEGORY,
    product_prices.POSITION,
    substitutes.SUBSTITUTES,
    product_events.REVIEWS,
    product_events.EVENTS,
    product_events.PROMOTIONS,
    product_events.STOCK,
)
