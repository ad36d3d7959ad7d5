"""The whole shop's demand ahead at every level, so that what is told of a part and of the whole adds up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.demand.shop_weeks import LEVELS, ShopWeeks, shop_weeks
from tools.demand.weekly_sales import Level
from tools.estimators.demand.coherent import RECENT, Coherent, Tree, forecast_tree
from tools.estimators.demand.hierarchy import summing_matrix
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]
LEAST_LIKE: Final = 12
LIKE_PART: Final = 3
PRICED: Final = 8
"""Weeks whose mean price per unit future units are valued at."""


@dataclass(frozen=True)
class ShopOutlook:
    """Forecasts of all levels.

    Attributes:
        shop: The weeks they were learned from.
        rows: Level's number and label of each row.
        tree: The series of every row.
        units: Their forecasts.
        prices: Revenue by unit of each lowest series.
        lowest: Forecast of each lowest series.
    """

    shop: ShopWeeks
    rows: tuple[tuple[int, str], ...]
    tree: Tree
    units: Coherent
    prices: Array
    lowest: Array

    def row(self, level: Level, label: str) -> int | None:
        """Return the number of a row, if there is one."""
        wanted = (LEVELS.index(level), label)
        return self.rows.index(wanted) if wanted in self.rows else None

    def method(self, row: int) -> str:
        """Return the method chosen for a row's level."""
        return self.units.methods[int(self.tree.level[row])]

    def revenue(self, row: int) -> Array:
        """Return the revenue expected of a row, one a step: the sum over the lowest series at their last prices."""
        return np.asarray((self.tree.summing[row] * self.prices) @ self.lowest)

    def rows_like(self, row: int) -> NDArray[np.intp]:
        """Return the rows whose past errors speak for a row: of its level, near in size; departments for the total."""
        level = self.tree.level
        rows = np.flatnonzero((level == level[row]) | ((level[row] == 0) & (level == 1)))
        return nearest_in_size(self.tree.units, rows, row)


def nearest_in_size(units: Array, rows: NDArray[np.intp], row: int) -> NDArray[np.intp]:
    """Return the third of the rows (twelve at least) that sell most nearly as many units as one row does."""
    size = np.log1p(units[:, -RECENT:].mean(axis=1))
    apart = np.abs(size[rows] - size[row])
    return rows[np.argsort(apart, kind="stable")[: max(LEAST_LIKE, len(rows) // LIKE_PART)]]


def shop_outlook(view: StoreView, steps: int) -> ShopOutlook | None:
    """Forecast every level of the shop; None without a complete week with a sale."""
    return _outlook(view, view.meta.folder, steps)


@lru_cache(maxsize=8)
def _outlook(view: StoreView, version: str, steps: int) -> ShopOutlook | None:
    """Forecast once per store, version of its data, day and length."""
    shop = shop_weeks(view)
    if shop is None:
        return None
    rows, summing = shop_rows(shop)
    tree = shop_tree(shop, rows, summing)
    units = forecast_tree(tree, steps, view.seed)
    return ShopOutlook(shop, rows, tree, units, _prices(shop), units.lowest)


def shop_rows(shop: ShopWeeks) -> tuple[tuple[tuple[int, str], ...], Array]:
    """Return the rows of the shop and what they sum; a category in one department only is not told twice."""
    rows, summing = summing_matrix(shop.labels)
    split = {category for category in shop.categories if shop.categories.count(category) > 1}
    kept = [
        number
        for number, (level, _) in enumerate(rows)
        if level < len(LEVELS) or shop.categories[int(np.argmax(summing[number]))] in split
    ]
    return tuple(rows[number] for number in kept), summing[kept]


def shop_tree(shop: ShopWeeks, rows: tuple[tuple[int, str], ...], summing: Array) -> Tree:
    """Return the series of every level; a row's price cut is the mean over what it sums."""
    _, group = np.unique(shop.departments, return_inverse=True)
    of_row = np.array(
        [group[np.argmax(sums > 0)] + 1 if level else 0 for (level, _), sums in zip(rows, summing, strict=True)]
    )
    cut = summing @ shop.cut / summing.sum(axis=1, keepdims=True)
    return Tree(
        np.maximum(summing @ shop.units, 0.0),
        cut,
        summing,
        np.array([level for level, _ in rows], dtype=np.intp),
        of_row.astype(np.int64),
    )


def _prices(shop: ShopWeeks) -> Array:
    """Return revenue by unit over the last weeks; where nothing sold then, over all weeks."""
    recent, ever = (
        (shop.revenue[:, -weeks:].sum(axis=1), shop.units[:, -weeks:].sum(axis=1))
        for weeks in (PRICED, shop.units.shape[1])
    )
    first = np.where(recent[1] > 0, recent[0] / np.where(recent[1] > 0, recent[1], 1.0), np.nan)
    second = np.where(ever[1] > 0, ever[0] / np.where(ever[1] > 0, ever[1], 1.0), 0.0)
    return np.where(np.isnan(first), second, first)
