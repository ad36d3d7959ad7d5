"""The Theta method and its dynamic optimised form, for many series at once."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from tools.estimators.forecasting.arrays import Values
from tools.estimators.forecasting.smoothing import smoothed_level

# Weights of the newest value, and curvatures: 1 is plain smoothing, 2 the classic Theta, 50 nearly the whole trend.
RATES: Final = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
THETAS: Final = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 10.0, 50.0)
GRID: Final = np.array(list(product(RATES, THETAS)))
# The first errors tell of where the recursion started, not of its parameters.
WARM_UP: Final = 3


def theta(values: Values, steps: int) -> Values:
    """Forecast by Theta (Assimakopoulos and Nikolopoulos 2000), as smoothing with half the trend as drift.

    The equivalence is that of Hyndman and Billah (2003).
    """
    centred = np.arange(values.shape[1]) - (values.shape[1] - 1) / 2
    slope = values @ centred / max(float(centred @ centred), 1.0)
    return np.asarray(smoothed_level(values)[:, None] + slope[:, None] / 2 * np.arange(1, steps + 1))


def dynamic_theta(values: Values, steps: int) -> Values:
    """Forecast by the dynamic optimised Theta model (Fiorucci et al. 2016): the trend line is fitted anew each step."""
    rate, keep = GRID[:, 0][None], (1 - 1 / GRID[:, 1])[None]
    line = _Line(values[:, 0])
    level = np.repeat(values[:, :1], len(GRID), axis=1)
    loss = np.zeros_like(level)
    for at in range(1, values.shape[1]):
        point = values[:, at][:, None]
        error = point - (level + keep * line.ahead(rate, at))
        if at >= WARM_UP:
            loss += error**2
        level = rate * point + (1 - rate) * level
        line.add(values[:, at], at)
    best = loss.argmin(axis=1)
    return _ahead(level[np.arange(len(values)), best], GRID[best], line, values.shape[1], steps)


def _ahead(level: Values, chosen: Values, line: _Line, at: int, steps: int) -> Values:
    rate, keep = chosen[:, 0], 1 - 1 / chosen[:, 1]
    forecasts = []
    for step in range(at, at + steps):
        forecast = level + keep * line.ahead(rate[:, None], step)[:, 0]
        forecasts.append(forecast)
        level = rate * forecast + (1 - rate) * level
        line.add(forecast, step)
    return np.stack(forecasts, axis=1)


class _Line:
    """The least-squares line through each series so far, brought up to date point by point."""

    def __init__(self, first: Values) -> None:
        self.mean, self.start, self.slope = first.copy(), first.copy(), np.zeros_like(first)

    def ahead(self, rate: Values, at: int) -> Values:
        """Return what the line adds to the smoothed level of the next point."""
        left = (1 - rate) ** at
        return np.asarray(self.start[:, None] * left + self.slope[:, None] * (1 - left * (1 - rate)) / rate)

    def add(self, point: Values, at: int) -> None:
        """Take in the point at place `at`, counted from 0."""
        self.mean = (at * self.mean + point) / (at + 1)
        self.slope = ((at - 1) * self.slope + 6 * (point - self.mean) / (at + 1)) / (at + 2)
        self.start = self.mean - self.slope * (at + 2) / 2
