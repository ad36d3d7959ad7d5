"""How dear a product is within its category, and how dear a customer buys."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.baskets import ALL
from tools.feature_queries.feature import Feature, FeatureQuery, attach, ratio
from tools.feature_queries.shop import Shop
from tools.warehouse.columns import Table

MILLE: Final = 1000
# This project's choice: thirds of the range from the cheapest product of a category to the dearest.
BUDGET_BELOW: Final = 1 / 3
PREMIUM_ABOVE: Final = 2 / 3
TABLES: Final = (Table.ORDER_LINES, Table.PRODUCTS)


def paid_prices(shop: Shop) -> ibis.Table:
    """Return each product that was sold with its category and its mean unit price in whole cents.

    What was paid is dated, so that a price list of today does not tell of the past.
    """
    lines = shop.lines("product_id", "milli", "unit_cents").filter(ibis._.milli > 0)
    means = lines.group_by("product_id").aggregate(
        price_cents=(lines.unit_cents.sum() / lines.count()).round().cast("int64")
    )
    return means.inner_join(shop.products.select("product_id", "category"), "product_id")


def price_positions(shop: Shop) -> ibis.Table:
    """Return each sold product's place within its category in thousandths: 0 the cheapest, 1000 the dearest.

    Null where the category has one price only.
    """
    prices = paid_prices(shop)
    place = ibis.percent_rank().over(group_by="category", order_by="price_cents")
    spread = prices.price_cents.max().over(group_by="category") > prices.price_cents.min().over(group_by="category")
    placed = prices.mutate(place=place, spread=spread)
    return placed.mutate(
        position=ibis.ifelse(placed.spread, (placed.place * MILLE).round().cast("int64"), ibis.null("int64"))
    ).drop("place", "spread")


def add_price_level(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add how dear a customer buys."""
    positions = price_positions(shop).select("product_id", "position")
    lines = shop.lines("customer_id", "product_id", "milli").filter(ibis._.milli > 0)
    lines = lines.inner_join(positions, "product_id")
    sums = lines.group_by("customer_id").aggregate(places=lines.position.sum(), placed=lines.position.count())
    measured = sums.select("customer_id", price_level=ratio(sums.places, sums.placed * MILLE))
    joined = attach(table, measured, "customer_id")
    level = joined.price_level
    tier = ibis.cases((level < BUDGET_BELOW, "budget"), (level > PREMIUM_ABOVE, "premium"), (level.notnull(), "middle"))
    return joined.mutate(price_tier=tier)


PRICES: Final = FeatureQuery(
    (
        Feature(
            "price_level",
            "0 to 1",
            ALL,
            "Mean over lines of the product's price rank within its category: 0 always the cheapest, 1 the dearest.",
            TABLES,
        ),
        Feature("price_tier", "label", ALL, "budget below 1/3 of price_level, premium above 2/3, else middle.", TABLES),
    ),
    add_price_level,
)
