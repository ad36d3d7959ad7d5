"""Seasons of many series at once: is there one, and what are its factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.estimators.forecasting.arrays import Values

# The test of the M3 and M4 competitions' Theta: autocorrelation at the season beyond 90 % of what chance gives.
CRITICAL: Final = 1.645
LEAST_SEASONS: Final = 2
# A factor this near to zero cannot be divided by.
LEAST_FACTOR: Final = 0.01


@dataclass(frozen=True)
class Season:
    """A season taken out of series.

    Attributes:
        adjusted: Series without their season, rows × points.
        factors: Rows × season length, for the steps ahead, first step first; 1 where a series has no season.
    """

    adjusted: Values
    factors: Values

    def ahead(self, steps: int) -> Values:
        """Return the factors of the steps ahead, rows × steps."""
        return self.factors[:, np.arange(steps) % self.factors.shape[1]]


def take_out(values: Values, length: int) -> Season:
    """Divide series by their seasonal factors (classical decomposition) where they are positive and seasonal.

    Args:
        values: Rows × points.
        length: Of the season; 1 for none.
    """
    rows, points = values.shape
    none = Season(values, np.ones((rows, max(length, 1))))
    if length < 2 or points < LEAST_SEASONS * length:
        return none
    seasonal = _is_seasonal(values, length) & (values.min(axis=1) > 0)
    if not seasonal.any():
        return none
    factors = none.factors
    factors[seasonal] = _factors(values[seasonal], length)
    factors[factors.min(axis=1) < LEAST_FACTOR] = 1
    return Season(values / factors[:, _positions(points, length)], factors)


def _positions(points: int, length: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return each point's place in the season, when the step after the last point has place 0."""
    return (np.arange(points) - points) % length


def _is_seasonal(values: Values, length: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    centred = values - values.mean(axis=1, keepdims=True)
    power = (centred**2).sum(axis=1)
    power[power <= 0] = 1
    lags = range(1, length + 1)
    correlation = np.stack([(centred[:, lag:] * centred[:, :-lag]).sum(axis=1) / power for lag in lags], axis=1)
    limit = CRITICAL * np.sqrt((1 + 2 * (correlation[:, :-1] ** 2).sum(axis=1)) / values.shape[1])
    return np.asarray(np.abs(correlation[:, -1]) > limit)


def _factors(values: Values, length: int) -> Values:
    """Return the mean ratio to the centred moving average by place in the season, with mean 1."""
    weights = np.r_[0.5, np.ones(length - 1), 0.5] / length if length % 2 == 0 else np.ones(length) / length
    reach = len(weights) // 2
    level = np.lib.stride_tricks.sliding_window_view(values, len(weights), axis=1) @ weights
    ratios = values[:, reach : values.shape[1] - reach] / level
    places = _positions(values.shape[1], length)[reach : values.shape[1] - reach]
    factors = np.stack([ratios[:, places == place].mean(axis=1) for place in range(length)], axis=1)
    return np.asarray(factors / factors.mean(axis=1, keepdims=True))
