"""The methods that every other must beat: the last value, the last season, the recent mean."""

from __future__ import annotations

from typing import Final

import numpy as np

from tools.estimators.forecasting.arrays import Values

WINDOW: Final = 8


def naive(values: Values, steps: int, _season: int = 1) -> Values:
    """Repeat the last value.

    >>> naive(np.array([[1.0, 2.0]]), 2).tolist()
    [[2.0, 2.0]]
    """
    return np.repeat(values[:, -1:], steps, axis=1)


def recent_mean(values: Values, steps: int, _season: int = 1) -> Values:
    """Repeat the mean of the last eight values.

    >>> recent_mean(np.array([[1.0, 2.0]]), 2).tolist()
    [[1.5, 1.5]]
    """
    return np.repeat(values[:, -WINDOW:].mean(axis=1, keepdims=True), steps, axis=1)


def seasonal_naive(values: Values, steps: int, season: int = 1) -> Values:
    """Repeat the last season; where there was none yet, the last value.

    >>> seasonal_naive(np.array([[1.0, 2.0, 3.0]]), 4, 2).tolist()
    [[2.0, 3.0, 2.0, 3.0]]
    """
    if values.shape[1] < season:
        return naive(values, steps)
    return values[:, values.shape[1] - season + np.arange(steps) % season]
