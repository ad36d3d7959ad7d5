"""Where a falling function of one number crosses zero, with what was found on both sides of the crossing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_STEPS = 70
"""Bisections from 1 to 1e-21; the interpolation usually needs 8 to 15."""

CLOSE = 1e-12
"""Relative excess that counts as none."""


@dataclass(frozen=True)
class Tried:
    """One number, by how much its answer exceeds what is wanted, and the answer."""

    at: float
    excess: float
    answer: Array


def crossing(
    answer_at: Callable[[float], Array], excess_of: Callable[[Array], float], low: float, high: float, scale: float
) -> tuple[Tried, Tried]:
    """Narrow [low, high] to where the excess falls through zero; it is above zero at `low` and not at `high`.

    Where the excess jumps, as it does on straight lines, both sides of the jump are returned. The step is ITP
    (Oliveira and Takahashi 2020, "An enhancement of the bisection method average performance").

    >>> below, above = crossing(lambda at: np.array([at]), lambda found: 2.0 - float(found[0]) ** 2, 0.0, 2.0, 1.0)
    >>> round(above.at, 9)
    1.414213562
    """

    def tried(at: float) -> Tried:
        answer = answer_at(at)
        return Tried(at, excess_of(answer), answer)

    first, second = tried(low), tried(high)
    whole = high - low
    for step in range(MOST_STEPS + 1):
        if abs(first.excess) <= CLOSE * scale:
            return first, first
        if abs(second.excess) <= CLOSE * scale:
            return second, second
        at = _next(first, second, whole, whole * 2.0**-step)
        if not first.at < at < second.at:
            break
        middle = tried(at)
        first, second = (middle, second) if middle.excess > 0 else (first, middle)
    return first, second


def _next(first: Tried, second: Tried, whole: float, room: float) -> float:
    """Return the interpolated crossing, moved towards the middle as far as keeps bisection's guarantee."""
    middle, width = (first.at + second.at) / 2, second.at - first.at
    drop = first.excess - second.excess
    if not (math.isfinite(drop) and drop > 0):
        return middle
    line = (first.excess * second.at - second.excess * first.at) / drop
    side = math.copysign(1.0, middle - line)
    moved = line + side * min(0.2 * width * width / whole, abs(middle - line))
    reach = max(room - width / 2, 0.0)
    return moved if abs(moved - middle) <= reach else middle - side * reach


def blend(low: Tried, high: Tried) -> Array:
    """Mix the answers on both sides so that the excess, were it straight between them, is zero.

    >>> blend(Tried(0.0, 1.0, np.array([4.0])), Tried(1.0, -3.0, np.array([0.0]))).tolist()
    [3.0]
    """
    drop = low.excess - high.excess
    share = low.excess / drop if drop > 0 else 1.0
    return share * high.answer + (1 - share) * low.answer
