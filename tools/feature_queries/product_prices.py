"""Margin, place within the category by price and by sales, and the neighbour in price."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.baskets import ALL
from tools.feature_queries.feature import Feature, FeatureQuery, attach, ratio
from tools.feature_queries.prices import MILLE, price_positions
from tools.feature_queries.shop import MILLI, PER_CENT, Shop
from tools.warehouse.canonical import cents
from tools.warehouse.columns import Table

TABLES: Final = (Table.ORDER_LINES, Table.PRODUCTS)


def add_margin(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add what was left of revenue after the cost of the units kept; null where the cost is not known."""
    costs = cents(table.cost) * (table.milli - table.returned) / MILLI
    margin = (table.cents - costs) / PER_CENT
    return table.mutate(margin=margin, margin_share=ratio(margin * PER_CENT, table.cents))


def add_category_place(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add the product's share of its category's revenue and its rank there, 1 the best-selling."""
    revenue = table.group_by("category").aggregate(category_cents=table.cents.sum())
    joined = attach(table, revenue, "category")
    rank = ibis.rank().over(group_by="category", order_by=ibis.desc("cents")) + 1
    return joined.mutate(category_revenue_share=ratio(joined.cents, joined.category_cents), category_rank=rank)


def add_price_position(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add the mean price paid, its place within the category, and the product next to it in price."""
    prices = price_positions(shop)
    order = ibis.window(group_by="category", order_by=["price_cents", "product_id"])
    mean = prices.price_cents.sum().over(group_by="category") / prices.price_cents.count().over(group_by="category")
    near = prices.mutate(
        below=prices.product_id.lag().over(order),
        above=prices.product_id.lead().over(order),
        step_down=prices.price_cents - prices.price_cents.lag().over(order),
        step_up=prices.price_cents.lead().over(order) - prices.price_cents,
        mean=mean,
    )
    found = near.select(
        "product_id",
        mean_price=near.price_cents / PER_CENT,
        price_position=near.position / MILLE,
        price_index=ratio(near.price_cents, near["mean"]),
        price_neighbour=ibis.cases(
            (near.below.isnull(), near.above), (near.step_up < near.step_down, near.above), else_=near.below
        ),
    )
    return attach(table, found, "product_id")


MARGIN: Final = FeatureQuery(
    (
        Feature(
            "margin", "money", ALL, "Revenue less cost of the units kept, at the cost the store holds now.", TABLES
        ),
        Feature(
            "margin_share", "share of revenue", ALL, "margin over revenue; null where the cost is unknown.", TABLES
        ),
    ),
    add_margin,
    needs=("revenue",),
)
CATEGORY: Final = FeatureQuery(
    (
        Feature("category_revenue_share", "share, 0 to 1", ALL, "Revenue among that of the category.", TABLES),
        Feature("category_rank", "rank", ALL, "By revenue within the category, 1 the best-selling.", TABLES),
    ),
    add_category_place,
    needs=("revenue",),
)
POSITION: Final = FeatureQuery(
    (
        Feature("mean_price", "money", ALL, "Mean unit price of its order lines, before discount, to the cent."),
        Feature(
            "price_position",
            "0 to 1",
            ALL,
            "Rank of mean_price within the category: 0 the cheapest, 1 the dearest; null where all are equal.",
            TABLES,
        ),
        Feature("price_index", "times", ALL, "mean_price over the mean of the category's products.", TABLES),
        Feature("price_neighbour", "product_id", ALL, "Product of the category nearest in mean_price.", TABLES),
    ),
    add_price_position,
)
