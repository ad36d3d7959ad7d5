"""The features of customers: everybody with an order before the day, one row each."""

from __future__ import annotations

from typing import Final

from tools.feature_queries import baskets, interests, intervals, prices, scores, touches
from tools.feature_queries.feature import FeatureQuery

# In the order in which they run: a query may read features of earlier ones. The scores count equal values over all
# customers, which is cheapest before further columns are joined on.
CUSTOMER_QUERIES: Final[tuple[FeatureQuery, ...]] = (
    baskets.ORDERS,
    scores.RFM,
    baskets.DETAILS,
    intervals.INTERVALS,
    scores.STAGE,
    interests.DEPARTMENTS,
    interests.CATEGORIES,
    interests.BREADTH,
    interests.INTERESTS,
    interests.BRANDS,
    prices.PRICES,
    touches.SIGN_UP,
    touches.EVENTS,
    touches.REVIEWS,
    touches.EXPOSURES,
)
