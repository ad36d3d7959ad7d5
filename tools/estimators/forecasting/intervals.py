"""Intervals from past errors: conformal, pooled over like series, newer errors weighing more."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.stats import norm

from tools.estimators.forecasting.arrays import Values

# How much an origin's errors weigh against those of the next later one. Tried 1, 1/2 and 1/4 on training parts.
DECAY: Final = 0.5
# How many origins of a series' own weigh as much as what is usual for its scale. Tried 0, 1, 2 and 4 on training parts.
OWN: Final = 2.0
# With fewer past errors at a step, those of all steps are pooled by their common shape.
FEWEST: Final = 50
# Mean absolute value of a normal variable with deviation 1, which a scale is a mean absolute change of.
NORMAL_MEAN: Final = float(np.sqrt(2 / np.pi))


def weighted_quantile(values: Values, weights: Values, level: float) -> float:
    """Return the conformal quantile of weighted values (Barber et al. 2023): the future counts as one more value.

    >>> weighted_quantile(np.array([4.0, 1.0, 2.0, 3.0]), np.ones(4), 0.8)
    4.0
    """
    order = np.argsort(values, kind="stable")
    shares = np.cumsum(weights[order]) / (weights.sum() + weights.max())
    place = int(np.searchsorted(shares, level - 1e-12))
    return float(values[order][min(place, len(order) - 1)])


def fill_scales(scales: Values, levels: Values) -> Values:
    """Return scales without gaps: a series that never changed gets its level times what is usual, or its level, or 1.

    >>> fill_scales(np.array([1.0, np.nan, np.nan]), np.array([10.0, 20.0, 0.0])).tolist()
    [1.0, 2.0, 1.0]
    """
    known = np.isfinite(scales) & (levels > 0)
    usual = float(np.median(scales[known] / levels[known])) if known.any() else 1.0
    return np.where(np.isfinite(scales), scales, np.where(levels > 0, levels * usual, 1.0))


def own_spread(errors: Values, scales: Values) -> tuple[Values, Values]:
    """Return how much wider than usual for its scale each series errs: now, and seen from each origin's other origins.

    A series with as large changes as another may be harder or easier to forecast: its scale is multiplied by its mean
    error against the usual one at the same step, drawn towards 1.

    Args:
        errors: Origins × series × steps.
        scales: Origins × series.

    Returns:
        One a series; and origins × series.
    """
    sizes = np.abs(errors) / scales[:, :, None]
    known = np.isfinite(sizes)
    usual = np.where(known, sizes, 0).sum(axis=(0, 1)) / np.maximum(known.sum(axis=(0, 1)), 1)
    ratios = np.where(known & (usual > 0), sizes / np.where(usual > 0, usual, 1), 0).sum(axis=2)
    counts = known.sum(axis=2)
    ratios = ratios / np.maximum(counts, 1)
    seen = counts > 0
    total, number = ratios.sum(axis=0), seen.sum(axis=0)
    others = (OWN + total - ratios) / (OWN + number - seen)
    return (OWN + total) / (OWN + number), others


def half_widths(sizes: Values, level: float) -> Values:
    """Return for each step the half-width, in units of scale, that held `level` of the past errors of like series.

    Args:
        sizes: Origins × series × steps: absolute errors in units of scale; NaN where unknown.
        level: Such as 0.8.

    Returns:
        One a step, never narrower further ahead. Steps beyond what the past can show grow with the root of time; with
        no past at all they are those of a normal random walk.
    """
    steps = sizes.shape[2]
    roots = np.sqrt(np.arange(1, steps + 1))
    known = np.isfinite(sizes)
    shown = int(known.any(axis=(0, 1)).sum())
    if shown == 0:
        return np.asarray(norm.ppf((1 + level) / 2) / NORMAL_MEAN * roots)
    weights = np.broadcast_to(DECAY ** np.arange(len(sizes))[:, None, None], sizes.shape)
    few = bool(known[:, :, :shown].sum(axis=(0, 1)).min() < FEWEST)
    widths = np.zeros(steps)
    shape = _shape(sizes[:, :, :shown]) if few else np.ones(shown)
    for step in range(shown):
        used = np.s_[:, :, :shown] if few else np.s_[:, :, step : step + 1]
        relative = (sizes[used] / (shape if few else 1.0))[known[used]]
        widths[step] = shape[step] * weighted_quantile(relative, weights[used][known[used]], level)
    widths[:shown] = np.maximum.accumulate(widths[:shown])
    widths[shown:] = widths[shown - 1] * roots[shown:] / roots[shown - 1]
    return widths


def _shape(sizes: Values) -> Values:
    """Return the mean past error by step, never falling; 1 where nothing ever erred."""
    means = np.maximum.accumulate(np.nanmean(sizes, axis=(0, 1)))
    return np.where(means > 0, means, 1.0)


def sum_half_width(errors: Values, spreads: Values, level: float) -> float | None:
    """Return the half-width of the sum over the steps, in units of spread; None if no past forecast was long enough.

    Args:
        errors: Series × origins × steps.
        spreads: Series × origins: what errors are measured in.
        level: Such as 0.8.
    """
    sizes = np.abs(errors.sum(axis=2)) / spreads
    known = np.isfinite(sizes)
    if not known.any():
        return None
    weights = np.broadcast_to(DECAY ** np.arange(sizes.shape[1]), sizes.shape)
    return weighted_quantile(sizes[known], weights[known], level)
