"""What customers did besides ordering: signed up, looked, wrote reviews, were reached. Only where a store knows it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.baskets import ALL
from tools.feature_queries.feature import Feature, FeatureQuery, attach
from tools.feature_queries.shop import Shop
from tools.warehouse.columns import Table

WEEKS: Final = 13
LAST: Final = f"last {WEEKS} weeks"
# The kinds of events that shops call by these names (DESIGN.md, canonical tables).
VIEW: Final = "view"
CART: Final = "cart"


def add_sign_up(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add how long ago the customer signed up; a sign-up at or after the day is not known yet."""
    customers = shop.known(Table.CUSTOMERS)
    customers = customers.filter(customers.signed_up_at < ibis.timestamp(shop.now))
    account = customers.select("customer_id", account_days=shop.days_since(customers.signed_up_at))
    return attach(table, account, "customer_id")


def add_events(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add what was looked at and put into the cart."""
    events = shop.known(Table.EVENTS)
    recent = events["at"] >= shop.ago(WEEKS)
    sums = events.group_by("customer_id").aggregate(
        events_13w=events.count(where=recent),
        views_13w=events.count(where=recent & (events.kind == VIEW)),
        carts_13w=events.count(where=recent & (events.kind == CART)),
        event_recency_days=shop.days_since(events["at"].max()),
    )
    return attach(table, sums, "customer_id", zero=["events_13w", "views_13w", "carts_13w"])


def add_reviews(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add what the customer wrote."""
    reviews = shop.known(Table.REVIEWS)
    sums = reviews.group_by("customer_id").aggregate(
        reviews=reviews.count(),
        mean_rating=(reviews.rating * 10).round().cast("int64").sum() / (10 * reviews.rating.count()),
    )
    return attach(table, sums.filter(sums.customer_id.notnull()), "customer_id", zero=["reviews"])


def add_exposures(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add how often the customer was reached and converted; a conversion counts only from its own moment on."""
    seen = shop.known(Table.EXPOSURES)
    recent = seen["at"] >= shop.ago(WEEKS)
    came = seen.converted_at < ibis.timestamp(shop.now)
    sums = seen.group_by("customer_id").aggregate(
        exposures=seen.count(),
        exposures_13w=seen.count(where=recent),
        conversions=seen.count(where=came),
        exposure_recency_days=shop.days_since(seen["at"].max()),
    )
    return attach(table, sums, "customer_id", zero=["exposures", "exposures_13w", "conversions"])


SIGN_UP: Final = FeatureQuery(
    (Feature("account_days", "days", ALL, "Since the date of sign-up.", (Table.CUSTOMERS,)),), add_sign_up
)
EVENTS: Final = FeatureQuery(
    (
        Feature("events_13w", "events", LAST, "Events of any kind.", (Table.EVENTS,)),
        Feature("views_13w", "events", LAST, f"Events of kind {VIEW!r}.", (Table.EVENTS,)),
        Feature("carts_13w", "events", LAST, f"Events of kind {CART!r}.", (Table.EVENTS,)),
        Feature("event_recency_days", "days", ALL, "Since the date of the last event.", (Table.EVENTS,)),
    ),
    add_events,
)
REVIEWS: Final = FeatureQuery(
    (
        Feature("reviews", "reviews", ALL, "Reviews written.", (Table.REVIEWS,)),
        Feature("mean_rating", "stars", ALL, "Mean of the ratings given, each to a tenth.", (Table.REVIEWS,)),
    ),
    add_reviews,
)
EXPOSURES: Final = FeatureQuery(
    (
        Feature("exposures", "exposures", ALL, "Times reached by a campaign.", (Table.EXPOSURES,)),
        Feature("exposures_13w", "exposures", LAST, "Times reached by a campaign.", (Table.EXPOSURES,)),
        Feature(
            "conversions",
            "exposures",
            ALL,
            "Exposures converted before the day; one whose moment of conversion is not known is not counted.",
            (Table.EXPOSURES,),
        ),
        Feature("exposure_recency_days", "days", ALL, "Since the date of the last exposure.", (Table.EXPOSURES,)),
    ),
    add_exposures,
)
