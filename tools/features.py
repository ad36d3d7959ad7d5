"""What is known of each customer who has ordered: recency, frequency, money, rhythm, and where they stand.

Days, not moments, are counted: two baskets on one day are two orders but one visit. Money is summed in whole cents,
so that no label depends on the order of addition.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import ibis
import numpy as np
import pandas as pd

from tools.warehouse.canonical import cents
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

SCORES: Final = 5
# Quantiles of the days between orders, over all customers of the shop. Setting the silence that counts as "away" by the
# shop's own gaps, not by a fixed number of days, is usual where nobody cancels: see W. Buckinx, D. Van den Poel,
# "Customer base analysis: partial defection of behaviourally loyal clients in a non-contractual FMCG retail setting",
# European Journal of Operational Research 164 (2005). The two quantiles are this project's choice.
QUIET_QUANTILE: Final = 0.95
GONE_QUANTILE: Final = 0.99
# A shop whose customers never came back twice has no rhythm yet; these are then used (days).
QUIET_DAYS: Final = 30
GONE_DAYS: Final = 90
# A customer is overdue when silent for this many times the mean days between their own orders.
OVERDUE: Final = 2.0
# Shares of customers by spend, from the highest: top, high, middle, low.
TIER_SHARES: Final = {"top": 0.10, "high": 0.30, "middle": 0.70, "low": 1.0}


@dataclass(frozen=True)
class ShopRhythm:
    """How long this shop's customers usually stay away, in days.

    Attributes:
        quiet: 95 of 100 times, the next order came within this.
        gone: 99 of 100 times, the next order came within this.
    """

    quiet: int
    gone: int


def customer_features(view: StoreView) -> pd.DataFrame:
    """Return one row per customer with an order before `as_of`, indexed by customer_id in ascending order.

    Columns: recency_days (since the last order), frequency (orders), order_days, spend, first_at, last_at, tenure_days
    (since the first), mean_order_value, interval_days (median days between order days; NaN after one day),
    mean_interval_days, r, f, m (1 to 5, 5 best), stage, tier, top_department, top_category.

    The frame is the caller's to change. It is computed once for each store version and day.
    """
    view.require(Table.ORDER_LINES, Table.PRODUCTS)
    return _features(view).copy()


def shop_rhythm(view: StoreView) -> ShopRhythm:
    """Return the silences by which this shop's customers are called quiet or gone."""
    return _rhythm(view)


@lru_cache(maxsize=8)
def _features(view: StoreView) -> pd.DataFrame:
    frame = _sums(view).join(_intervals(view)).join(_favourites(view))
    today = pd.Timestamp(view.as_of)
    frame["recency_days"] = (today - frame["last_at"].dt.normalize()).dt.days
    frame["tenure_days"] = (today - frame["first_at"].dt.normalize()).dt.days
    active_days = frame["tenure_days"] - frame["recency_days"]
    frame["mean_interval_days"] = (active_days / (frame["order_days"] - 1)).where(frame["order_days"] > 1)
    frame["mean_order_value"] = (frame["spend"] / frame["frequency"]).round(2)
    frame["r"] = score(-frame["recency_days"])
    frame["f"] = score(frame["frequency"])
    frame["m"] = score(frame["spend"])
    frame["stage"] = stages(frame, _rhythm(view))
    frame["tier"] = tiers(frame["spend"])
    return frame


def score(values: pd.Series) -> pd.Series:
    """Return quintile scores 1 to 5, 5 for the highest values; equal values get equal scores.

    Source: A. M. Hughes, Strategic Database Marketing (1994).

    >>> score(pd.Series([10, 20, 30, 40, 50])).tolist()
    [1, 2, 3, 4, 5]
    >>> score(pd.Series([7, 7, 7, 7])).tolist()
    [4, 4, 4, 4]
    """
    middle = values.rank(method="average") / len(values)
    return np.ceil(middle * SCORES - 1e-9).clip(1, SCORES).astype("int64")


def tiers(spend: pd.Series) -> pd.Series:
    """Return value tiers by rank of spend: the top tenth, the next fifth, the next two fifths, the rest.

    >>> tiers(pd.Series(range(10, 0, -1))).tolist()
    ['top', 'high', 'high', 'middle', 'middle', 'middle', 'middle', 'low', 'low', 'low']
    """
    share = spend.rank(method="min", ascending=False) / len(spend)
    return pd.Series(
        np.select([share <= limit for limit in TIER_SHARES.values()], list(TIER_SHARES), "low"), spend.index
    )


def stages(features: pd.DataFrame, rhythm: ShopRhythm) -> pd.Series:
    """Return each customer's lifecycle stage; the first condition that holds decides (`segments.STAGES` words them)."""
    away = features["recency_days"]
    overdue = away > OVERDUE * features["mean_interval_days"].fillna(0)
    often, much = features["f"], features["m"]
    rules = {
        "lapsed": (away > rhythm.gone) & overdue,
        "new": features["tenure_days"] <= rhythm.gone,
        "at_risk": (away > rhythm.quiet) & overdue,
        "hibernating": away > rhythm.quiet,
        "champions": (often == SCORES) & (much >= SCORES - 1),
        "loyal": often >= SCORES - 1,
        "active": often == SCORES - 2,
    }
    return pd.Series(np.select(list(rules.values()), list(rules), "promising"), features.index)


def _sums(view: StoreView) -> pd.DataFrame:
    lines = view.table(Table.ORDER_LINES)
    sums = lines.group_by("customer_id").aggregate(
        frequency=lines.order_id.nunique(),
        order_days=lines.ordered_at.date().nunique(),
        spend=cents(lines.revenue).sum() / 100,
        first_at=lines.ordered_at.min(),
        last_at=lines.ordered_at.max(),
    )
    return sums.order_by("customer_id").to_pandas().set_index("customer_id")


def _gaps(view: StoreView) -> ibis.Table:
    """Return the days between one order day and the next, by customer."""
    lines = view.table(Table.ORDER_LINES)
    days = lines.select("customer_id", day=lines.ordered_at.date()).distinct()
    before = days.day.lag().over(group_by="customer_id", order_by="day")
    gaps = days.mutate(gap=days.day.delta(before, unit="day"))
    return gaps.filter(gaps.gap.notnull())


def _intervals(view: StoreView) -> pd.DataFrame:
    gaps = _gaps(view)
    medians = gaps.group_by("customer_id").aggregate(interval_days=gaps.gap.median().cast("float64"))
    return medians.to_pandas().set_index("customer_id")


@lru_cache(maxsize=8)
def _rhythm(view: StoreView) -> ShopRhythm:
    gaps = _gaps(view)["gap"].to_pandas()
    if gaps.empty:
        return ShopRhythm(QUIET_DAYS, GONE_DAYS)
    quiet, gone = np.ceil(gaps.quantile([QUIET_QUANTILE, GONE_QUANTILE])).astype(int)
    return ShopRhythm(int(quiet), int(max(gone, quiet + 1)))


def _favourites(view: StoreView) -> pd.DataFrame:
    """Return the department and the category on which each customer spent most; ties go to the first by name."""
    columns = {"department": "top_department", "category": "top_category"}
    products = view.table(Table.PRODUCTS).select("product_id", *columns)
    lines = view.table(Table.ORDER_LINES).inner_join(products, "product_id")
    found = []
    for column, name in columns.items():
        spent = lines.group_by("customer_id", column).aggregate(cents=cents(lines.revenue).sum())
        rank = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc("cents"), column])
        best = spent.mutate(rank=rank).filter(ibis._["rank"] == 0).select("customer_id", **{name: column})
        found.append(best.to_pandas().set_index("customer_id"))
    return found[0].join(found[1])
