"""The features of customers and products of a store as of a day: which there are, and data frames of some of them.

What each one means is told in `feature_queries` and, as a table, in docs/features.md. Days, not moments, are counted:
two baskets on one day are two orders but one visit. Money is summed in whole cents, so that no label depends on the
order of addition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import ibis
import pandas as pd

from tools.feature_queries.catalog import TABLES, feature_table
from tools.feature_queries.intervals import rhythm
from tools.feature_queries.scores import OVERDUE, TIER_SHARES
from tools.feature_queries.shop import Shop
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

__all__ = ["OVERDUE", "TIER_SHARES", "ShopRhythm", "customer_features", "product_features", "shop_rhythm"]

CUSTOMER_COLUMNS: Final = (
    "frequency", "order_days", "spend", "first_at", "last_at", "interval_days", "top_department", "top_category",
    "recency_days", "tenure_days", "mean_interval_days", "mean_order_value", "r", "f", "m", "stage", "tier",
)  # fmt: skip
"""What `customer_features` gives when it is not told; the tools work with these."""
PRODUCT_COLUMNS: Final = (
    "buyers", "orders", "units", "revenue", "mean_price", "repeat_rate", "discount_line_share", "margin_share",
    "price_position", "velocity_13w", "units_trend_13w",
)  # fmt: skip
"""What `product_features` gives when it is not told."""


@dataclass(frozen=True)
class ShopRhythm:
    """How long this shop's customers usually stay away, in days.

    Attributes:
        quiet: 95 of 100 times, the next order came within this.
        gone: 99 of 100 times, the next order came within this.
    """

    quiet: int
    gone: int


def customer_features(view: StoreView, names: Sequence[str] = CUSTOMER_COLUMNS) -> pd.DataFrame:
    """Return one row per customer with an order before `as_of`, indexed by customer_id in ascending order.

    Unless other features are named, the columns are recency_days (since the last order), frequency (orders),
    order_days, spend, first_at, last_at, tenure_days (since the first), mean_order_value, interval_days (median days
    between order days; NaN after one day), mean_interval_days, r, f, m (1 to 5, 5 best), stage, tier, top_department,
    top_category.

    The frame is the caller's to change. It is computed once for each store version, day and set of names.
    """
    view.require(Table.ORDER_LINES, Table.PRODUCTS)
    return _frame(view, view.meta.version, "customers", tuple(names)).copy()


def product_features(view: StoreView, names: Sequence[str] = PRODUCT_COLUMNS) -> pd.DataFrame:
    """Return one row per product of the store, indexed by product_id in ascending order; computed and cached alike."""
    view.require(Table.ORDER_LINES, Table.PRODUCTS)
    return _frame(view, view.meta.version, "products", tuple(names)).copy()


def shop_rhythm(view: StoreView) -> ShopRhythm:
    """Return the silences by which this shop's customers are called quiet or gone."""
    return _rhythm(view, view.meta.version)


def shop_of(view: StoreView) -> Shop:
    """Return what the feature queries read of a store."""
    return Shop({name: view.table(name) for name in view.store.tables() if name in TABLES}, view.as_of)


@lru_cache(maxsize=8)
def _frame(view: StoreView, version: str, of: Literal["customers", "products"], names: tuple[str, ...]) -> pd.DataFrame:
    key = {"customers": Column.CUSTOMER_ID, "products": Column.PRODUCT_ID}[of]
    table: ibis.Table = feature_table(shop_of(view), of, names)
    return table.order_by(key).to_pandas().set_index(key)


@lru_cache(maxsize=8)
def _rhythm(view: StoreView, version: str) -> ShopRhythm:
    (row,) = rhythm(shop_of(view)).to_pandas().itertuples(index=False)
    return ShopRhythm(int(row.quiet), int(row.gone))
