"""Exponential smoothing of many series at once: every series tries a grid of parameters, and keeps what fitted best.

A grid instead of an optimiser for each series: the recursions run over all series and all parameters as arrays, which
is many times faster, always ends, and gives the same answer on every machine.
"""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from tools.estimators.forecasting.arrays import Values

# Weights of the newest value, of the newest change, and how much of a trend is left after each step.
LEVELS: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
TRENDS: Final = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8)
DAMPINGS: Final = (0.8, 0.88, 0.94, 0.98)
DAMPED_GRID: Final = np.array(list(product(LEVELS, TRENDS, DAMPINGS)))
# The first trend is the mean change over this share of the points, at least three changes.
FIRST_SHARE: Final = 4


def smoothed_level(values: Values) -> Values:
    """Return the last level of simple exponential smoothing (Brown 1956), one a row.

    >>> smoothed_level(np.array([[3.0, 3.0, 3.0]])).tolist()
    [3.0]
    """
    rates = np.array(LEVELS)[None]
    level = np.repeat(values[:, :1], rates.shape[1], axis=1)
    loss = np.zeros_like(level)
    for point in values.T[1:]:
        error = point[:, None] - level
        level = level + rates * error
        loss += error**2
    return np.asarray(level[np.arange(len(values)), loss.argmin(axis=1)])


def damped_trend(values: Values, steps: int) -> Values:
    """Forecast by smoothing with a damped trend (Gardner and McKenzie 1985), rows × steps."""
    rates, trends, dampings = (DAMPED_GRID[:, column][None] for column in range(3))
    shape = (len(values), len(DAMPED_GRID))
    level = np.broadcast_to(values[:, :1], shape).copy()
    trend = np.broadcast_to(_first_trend(values)[:, None], shape).copy()
    loss = np.zeros(shape)
    for point in values.T:
        trend *= dampings
        level += trend
        error = point[:, None] - level
        level += rates * error
        trend += (rates * trends) * error
        loss += error**2
    best = loss.argmin(axis=1)
    rows = np.arange(len(values))
    carried = np.cumsum(DAMPED_GRID[best, 2][:, None] ** np.arange(1, steps + 1), axis=1)
    return np.asarray(level[rows, best][:, None] + carried * trend[rows, best][:, None])


def _first_trend(values: Values) -> Values:
    points = values.shape[1]
    reach = min(points, max(FIRST_SHARE, points // FIRST_SHARE)) - 1
    return np.asarray((values[:, reach] - values[:, 0]) / max(reach, 1))
