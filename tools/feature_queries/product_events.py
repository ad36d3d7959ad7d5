"""What is known of products besides sales: reviews, views, promotions, stock. Only where a store knows it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.baskets import ALL
from tools.feature_queries.feature import Feature, FeatureQuery, attach, ratio
from tools.feature_queries.shop import MILLI, Shop
from tools.feature_queries.touches import CART, LAST, VIEW, WEEKS
from tools.warehouse.columns import Table

TENTHS: Final = 10


def add_reviews(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add how the product was rated."""
    reviews = shop.known(Table.REVIEWS)
    sums = reviews.group_by("product_id").aggregate(
        reviews=reviews.count(),
        mean_rating=(reviews.rating * TENTHS).round().cast("int64").sum() / (TENTHS * reviews.rating.count()),
    )
    return attach(table, sums, "product_id", zero=["reviews"])


def add_events(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add how often the product was looked at and put into a cart."""
    events = shop.known(Table.EVENTS)
    events = events.filter(events.product_id.notnull() & (events["at"] >= shop.ago(WEEKS)))
    sums = events.group_by("product_id").aggregate(
        views_13w=events.count(where=events.kind == VIEW), carts_13w=events.count(where=events.kind == CART)
    )
    return attach(table, sums, "product_id", zero=["views_13w", "carts_13w"])


def add_promotions(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add how many promotions began; what is planned to begin on the day or later is not known yet."""
    promotions = shop.known(Table.PROMOTIONS)
    recent = promotions.starts_on >= shop.ago(WEEKS).date()
    sums = promotions.group_by("product_id").aggregate(promotions_13w=promotions.count(where=recent))
    return attach(table, sums, "product_id", zero=["promotions_13w"])


def add_stock(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add the stock that was last counted and how many weeks it lasts at the velocity of the last 13 weeks."""
    stock = shop.known(Table.STOCK)
    turn = ibis.row_number().over(group_by="product_id", order_by=[ibis.desc("at"), ibis.desc("units")])
    last = stock.mutate(turn=turn)
    last = last.filter(last.turn == 0).select("product_id", stock_milli=(last.units * MILLI).round().cast("int64"))
    joined = attach(table, last, "product_id")
    units = joined.stock_milli / MILLI
    return joined.mutate(stock_units=units, stock_weeks=ratio(units, joined[f"velocity_{WEEKS}w"]))


REVIEWS: Final = FeatureQuery(
    (
        Feature("reviews", "reviews", ALL, "Reviews of it.", (Table.REVIEWS,)),
        Feature("mean_rating", "stars", ALL, "Mean rating, each to a tenth.", (Table.REVIEWS,)),
    ),
    add_reviews,
)
EVENTS: Final = FeatureQuery(
    (
        Feature("views_13w", "events", LAST, f"Events of kind {VIEW!r}.", (Table.EVENTS,)),
        Feature("carts_13w", "events", LAST, f"Events of kind {CART!r}.", (Table.EVENTS,)),
    ),
    add_events,
)
PROMOTIONS: Final = FeatureQuery(
    (Feature("promotions_13w", "promotions", LAST, "Promotions that began in the window.", (Table.PROMOTIONS,)),),
    add_promotions,
)
STOCK: Final = FeatureQuery(
    (
        Feature("stock_units", "units", "last count", "Stock as last counted before the day.", (Table.STOCK,)),
        Feature("stock_weeks", "weeks", LAST, "stock_units over velocity_13w.", (Table.STOCK, Table.ORDER_LINES)),
    ),
    add_stock,
    needs=(f"velocity_{WEEKS}w",),
)
