"""Forecast a hierarchy: choose a method by level, make levels add up, and tell how far off that was before."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.estimators.demand.choice import Array, Past, choose, look_back, scales_of
from tools.estimators.demand.hierarchy import add_up, lowest_from_all
from tools.estimators.demand.short import forecast_short, learnable
from tools.estimators.forecasting.intervals import half_widths, own_spread
from tools.estimators.forecasting.pool import COMBINATION, FAST, NAIVE, forecast_rows

GLOBAL: Final = "trees over all series"
BOTH: Final = f"{COMBINATION} and {GLOBAL}"
NAMES: Final = (*FAST, COMBINATION)
SEASON: Final = 52
RECENT: Final = 26
"""Weeks whose mean stands for a row's variance when levels are made to add up: that of a count grows with its mean."""


@dataclass(frozen=True)
class Tree:
    """Series of every level.

    Attributes:
        units: Rows × weeks.
        cut: Rows × weeks: share that prices were cut by.
        summing: Rows × lowest series: which of these each row sums.
        level: Of each row.
        group: Of each row, such as its department.
    """

    units: Array
    cut: Array
    summing: Array
    level: NDArray[np.intp]
    group: NDArray[np.int64]


@dataclass(frozen=True)
class Coherent:
    """Forecasts that add up.

    Attributes:
        middle: Rows × steps.
        lowest: Lowest series × steps.
        methods: Level to the method chosen for it.
        errors: Origins × rows × steps: actual minus what would have been forecast, made to add up as well.
        said: The same shape: those forecasts.
        naive_errors: The same of repeating the last value.
        origins: How many weeks were known.
        spreads: Of each row, now.
        past_spreads: Origins × rows.
    """

    middle: Array
    lowest: Array
    methods: Mapping[int, str]
    errors: Array
    said: Array
    naive_errors: Array
    origins: tuple[int, ...]
    spreads: Array
    past_spreads: Array

    def half_widths(self, rows: NDArray[np.intp], level: float) -> Array:
        """Return the half-widths of the intervals of like rows, in units of their spread, one a step."""
        sizes = np.abs(self.errors[:, rows]) / self.past_spreads[:, rows, None]
        return half_widths(sizes, level) if not len(sizes) else widest(sizes, level)


def season_of(weeks: int) -> int:
    """Return the season's length that so many weeks can show: a year from two years on, else none."""
    return SEASON if weeks >= 2 * SEASON else 1


def pool_forecasts(units: Array, steps: int, names: tuple[str, ...] = NAMES) -> dict[str, Array]:
    """Return the forecasts of the pool's quick methods, from the simplest on."""
    found = forecast_rows(units, steps, season_of(units.shape[1]), names)
    return dict(zip(names, found, strict=True))


def forecast_tree(tree: Tree, steps: int, seed: int = 0) -> Coherent:
    """Forecast all rows: by level the pool's methods, the global model or both, then made to add up."""

    def candidates(known: int) -> Mapping[str, Array]:
        units = tree.units[:, :known]
        found = pool_forecasts(units, steps)
        if learnable(units):
            found[GLOBAL] = forecast_short(units, tree.cut[:, :known], tree.group, steps, seed)
            found[BOTH] = (found[COMBINATION] + found[GLOBAL]) / 2
        return found

    past = look_back(tree.units, steps, candidates)
    return _made_coherent(tree, past, candidates(tree.units.shape[1]))


def _made_coherent(tree: Tree, past: Past, now: Mapping[str, Array]) -> Coherent:
    usual = BOTH if BOTH in now and BOTH in past.said else COMBINATION
    methods = {level: choose(past, _like(tree, level), usual) for level in np.unique(tree.level).tolist()}
    said = _by_level(tree, methods, past.said) if past.said else np.zeros((0, *next(iter(now.values())).shape))
    lowest = lowest_from_all(tree.summing, tree.units[:, -RECENT:].mean(axis=1))
    parts = np.maximum(lowest @ _by_level(tree, methods, now), 0.0)
    middle = add_up(parts, tree.summing)
    said = np.stack([add_up(lowest @ each, tree.summing) for each in said]) if len(said) else said
    errors = past.came - said
    spread, past_spread = _spreads(tree, past, errors)
    naive = past.came - past.said[NAIVE] if past.said else errors
    return Coherent(middle, parts, methods, errors, said, naive, past.origins, spread, past_spread)


def _like(tree: Tree, level: int) -> NDArray[np.intp]:
    """Return the rows of a level; a single one is judged together with those of the next level."""
    rows = np.flatnonzero(tree.level == level)
    return rows if len(rows) > 1 else np.flatnonzero((tree.level == level) | (tree.level == level + 1))


def _by_level(tree: Tree, methods: Mapping[int, str], forecasts: Mapping[str, Array]) -> Array:
    """Return each row's forecasts by the method of its level; the rows' axis is the last but one."""
    found = np.array(next(iter(forecasts.values())))
    for level, name in methods.items():
        rows = np.flatnonzero(tree.level == level)
        found[..., rows, :] = forecasts[name][..., rows, :]
    return found


def _spreads(tree: Tree, past: Past, errors: Array) -> tuple[Array, Array]:
    scales = scales_of(tree.units)
    if not len(errors):
        return scales, past.scales
    now, then = own_spread(errors, past.scales)
    return scales * now, past.scales * then


def widest(sizes: Array, level: float) -> Array:
    """Return for each step the half-width that held `level` of the series from every origin.

    Series of one week err together, so origins are the sample, not series: of four origins' quantiles the largest
    covers a further origin's with probability four fifths (R. Dunn, L. Wasserman, A. Ramdas, Distribution-free
    prediction sets for two-layer hierarchical models, JASA 2022). It is never narrower further ahead, and steps that no
    origin shows grow with the root of time.

    Args:
        sizes: Origins × series × steps: absolute errors in units of spread; NaN where unknown.
        level: Such as 0.8.

    >>> widest(np.array([[[1.0], [2.0], [3.0]], [[2.0], [4.0], [5.0]]]), 0.5).tolist()
    [4.0]
    """
    found = np.full(sizes.shape[2], np.nan)
    for step in range(sizes.shape[2]):
        quantiles = [conformal_quantile(each[~np.isnan(each)], level) for each in sizes[:, :, step]]
        known = [quantile for quantile in quantiles if np.isfinite(quantile)]
        found[step] = max(known) if known else np.nan
    shown = int((~np.isnan(found)).sum())
    found[:shown] = np.maximum.accumulate(found[:shown])
    found[shown:] = found[shown - 1] * np.sqrt(np.arange(shown + 1, len(found) + 1) / shown)
    return found


def conformal_quantile(values: Array, level: float) -> float:
    """Return the ceil((n + 1) level)-th smallest value, or the largest if there are too few; NaN for none.

    >>> conformal_quantile(np.array([4.0, 1.0, 2.0, 3.0]), 0.8)
    4.0
    """
    if not values.size:
        return math.nan
    rank = min(math.ceil((values.size + 1) * level), values.size)
    return float(np.sort(values)[rank - 1])
