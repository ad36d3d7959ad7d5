"""Spend that varies from week to week around a plan, so that the next fit learns where the curves bend."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SWING: Final = 0.15
"""Part by which a week's spend lies above or below the plan. Even spend teaches nothing about a curve; this much costs
about 1 % of profit (benchmark `budget`), and a quarter about 2 % without better plans."""

PATTERNS: Final = np.array([[1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]], float)
"""Rows of a Hadamard matrix: channels with different rows vary independently, and each row's sum is zero."""

WEEKS: Final = PATTERNS.shape[1]


def vary_weeks(weekly: Array, swing: float = SWING) -> Array:
    """Return the spend of four weeks of each channel, (channels, weeks), with each channel's mean as planned.

    >>> vary_weeks(np.array([100.0, 40.0])).round(6).tolist()
    [[115.0, 85.0, 115.0, 85.0], [46.0, 46.0, 34.0, 34.0]]
    """
    places = np.arange(len(weekly))
    # The fourth channel moves against the first, and so on, so that weeks' totals stay near the plan.
    signs = np.where((places // len(PATTERNS)) % 2, -1.0, 1.0)
    pattern = PATTERNS[places % len(PATTERNS)] * signs[:, None]
    varied: Array = weekly[:, None] * (1 + swing * pattern)
    return varied
