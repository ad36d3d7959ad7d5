"""Which category each customer buys next: the one most likely in the weeks ahead, by what such pairs did before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.boosting import Growth, fit_boosted
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]
Counts = NDArray[np.float64]

MOST_CATEGORIES: Final = 40
"""Categories that can be named: those bought on most customer-weeks."""

MOST_WEEKS: Final = 52
"""Weeks looked back."""

MOST_CUSTOMERS: Final = 2_000
"""Customers that are learned from; more do not change the trees much."""

LEAST_WEEKS: Final = 8
"""Weeks of history before the weeks that are learned from."""

NEVER_WEEKS: Final = 99.0
GROWTH: Final = Growth(trees=60, leaves=8, rate=0.08, leaf_rows=100, ridge=5.0)


@dataclass(frozen=True)
class NextCategory:
    """The category named for each customer, and how often the naming was right on the weeks just past.

    Attributes:
        named: Category by customer_id.
        hits: Share of buying customers who bought the named category; None where that cannot be told.
        rule_hits: The same for each customer's most bought category.
        customers: Customers it was told on.
    """

    named: pd.Series[str]
    hits: float | None
    rule_hits: float | None
    customers: int


def next_categories(view: StoreView, weeks: int) -> NextCategory:
    """Name the category that each customer most likely buys within the weeks from `as_of`."""
    return _next_categories(view, view.meta.version, weeks)


@lru_cache(maxsize=4)
def _next_categories(view: StoreView, version: str, weeks: int) -> NextCategory:
    ids, names, bought = _weekly(view)
    now = _pairs(bought, 0)
    rows = np.sort(np.random.default_rng(0).permutation(len(ids))[:MOST_CUSTOMERS])
    hits = rule = None
    customers = 0
    if _enough(bought, 2 * weeks):
        model = fit_boosted(*_learning(bought[rows], 2 * weeks, weeks), "binary", growth=GROWTH)
        truth, then = _any(bought[:, :, :weeks], 2), _pairs(bought, weeks)
        judged = np.flatnonzero(_any(truth, 1) & _any(_any(bought[:, :, weeks:], 2), 1))
        customers = len(judged)
        named = model.predict(then.reshape(-1, then.shape[2])).reshape(then.shape[:2]).argmax(axis=1)
        most = bought[:, :, weeks:].sum(axis=2).argmax(axis=1)
        hits, rule = (float(truth[judged, chosen[judged]].mean()) if customers else None for chosen in (named, most))
    ahead = bought.sum(axis=2)
    if _enough(bought, weeks) and (hits is None or rule is None or hits >= rule):
        model = fit_boosted(*_learning(bought[rows], weeks, weeks), "binary", growth=GROWTH)
        ahead = model.predict(now.reshape(-1, now.shape[2])).reshape(now.shape[:2])
    found = pd.Series(np.array(names, dtype=object)[ahead.argmax(axis=1)], index=ids, dtype="object")
    return NextCategory(found, hits, rule, customers)


def _enough(bought: NDArray[np.bool_], weeks: int) -> bool:
    return int(bought.shape[2]) >= weeks + LEAST_WEEKS


def _any(flags: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    """Return whether any flag along an axis is set; NumPy's own `any` is not typed for that."""
    return np.asarray(np.any(flags, axis=axis), dtype=np.bool_)


def _weekly(view: StoreView) -> tuple[pd.Index[str], list[str], NDArray[np.bool_]]:
    """Return customers, categories, and in which weeks each bought which; week 0 is the last before `as_of`."""
    lines, products = view.table(Table.ORDER_LINES), view.table(Table.PRODUCTS)
    joined = lines.join(products, Column.PRODUCT_ID)
    frame = (
        joined.select(Column.CUSTOMER_ID, Column.CATEGORY, day=joined[Column.ORDERED_AT].truncate("D"))
        .distinct()
        .to_pandas()
    )
    ago = (pd.Timestamp(view.as_of) - frame["day"]) / pd.Timedelta(days=1)
    frame["week"] = ((ago - 1) // 7).astype(int)
    everybody = pd.Index(np.sort(frame[Column.CUSTOMER_ID].unique()), name=Column.CUSTOMER_ID)
    frame = frame[frame["week"] < MOST_WEEKS].dropna(subset=[Column.CATEGORY])
    counts = frame.drop_duplicates([Column.CUSTOMER_ID, Column.CATEGORY, "week"])[Column.CATEGORY].value_counts()
    names = sorted(counts.index, key=lambda name: (-counts[name], name))[:MOST_CATEGORIES] or ["unknown"]
    kept = frame[frame[Column.CATEGORY].isin(names)]
    bought = np.zeros((len(everybody), len(names), int(frame["week"].max()) + 1 if len(frame) else 1), dtype=bool)
    bought[
        everybody.get_indexer(kept[Column.CUSTOMER_ID]),
        pd.Index(names).get_indexer(kept[Column.CATEGORY]),
        kept["week"],
    ] = True
    return everybody, [str(name) for name in names], bought


def _pairs(bought: NDArray[np.bool_], since: int) -> Counts:
    """Return features of each customer and category as of some weeks ago: shape (customers, categories, 6)."""
    past = bought[:, :, since:]
    total = past.sum(axis=2).astype(float)
    away = np.where(_any(past, 2), past.argmax(axis=2), NEVER_WEEKS).astype(float)
    shops = _any(past, 1)
    busy = shops[:, :13].sum(axis=1).astype(float)
    usual = np.broadcast_to(total.mean(axis=0), total.shape)
    return np.stack(
        [
            total,
            past[:, :, :13].sum(axis=2),
            away,
            away * (total + 1) / past.shape[2],
            usual,
            np.broadcast_to(busy[:, None], total.shape),
        ],
        axis=-1,
    )


def _learning(bought: NDArray[np.bool_], since: int, weeks: int) -> tuple[Array, Array]:
    """Return pairs as of some weeks ago, and whether the category was bought in the weeks after."""
    features = _pairs(bought, since)
    outcome = _any(bought[:, :, since - weeks : since], 2)
    return features.reshape(-1, features.shape[2]), outcome.reshape(-1).astype(float)
