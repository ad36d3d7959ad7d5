"""Carry-over of advertising: part of a week's spend works in the weeks after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def adstock(spend: Array, carry: float) -> Array:
    """Spread each week's spend over the weeks after it, geometrically (Broadbent 1979), keeping its sum.

    Weights are (1 - carry) * carry ** weeks, so that even spend stays as it is: a curve of adstock is the curve of
    spend that is kept up.

    >>> adstock(np.array([100.0, 0.0, 0.0]), 0.5).tolist()
    [50.0, 25.0, 12.5]
    """
    worked, left = np.empty(len(spend)), 0.0
    for week, money in enumerate(spend):
        left = carry * left + (1 - carry) * float(money)
        worked[week] = left
    return worked
