"""Power of a test of two groups of unequal size, in closed form.

Source: Fleiss, Levin and Paik (2003), "Statistical Methods for Rates and Proportions", ch. 4 (normal approximation,
unpooled variance under the alternative, pooled under the hypothesis).
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt
from statistics import NormalDist

NORMAL = NormalDist()
BISECTIONS = 60
"""Halvings of the search interval: beyond double precision."""


def rate_power(baseline: float, effect: float, treated: int, held_out: int, alpha: float) -> float:
    """Return the chance that a two-sided test finds a difference of two rates.

    Args:
        baseline: Rate without treatment.
        effect: Absolute difference that the treatment makes.
        treated: Size of the treated group.
        held_out: Size of the other group.
        alpha: Chance of a false alarm.

    >>> round(rate_power(0.10, 0.02, 3839, 3839, 0.05), 3)
    0.8
    """
    other = min(max(baseline + effect, 0.0), 1.0)
    if treated < 1 or held_out < 1 or other == baseline:
        return alpha
    pooled = (baseline * held_out + other * treated) / (held_out + treated)
    under_null = sqrt(pooled * (1 - pooled) * (1 / treated + 1 / held_out))
    under_effect = sqrt(other * (1 - other) / treated + baseline * (1 - baseline) / held_out)
    if under_effect == 0:
        return 1.0
    return NORMAL.cdf((abs(other - baseline) - NORMAL.inv_cdf(1 - alpha / 2) * under_null) / under_effect)


def smallest_effect(power_of: Callable[[float], float], largest: float, wanted: float) -> float | None:
    """Return the smallest effect found with the wanted power, or None where even the largest is not.

    >>> round(smallest_effect(lambda effect: rate_power(0.10, effect, 3839, 3839, 0.05), 0.9, 0.8), 4)
    0.02
    """
    if power_of(largest) < wanted:
        return None
    low, high = 0.0, largest
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if power_of(middle) >= wanted else (middle, high)
    return high


def needed_per_arm(power_of: Callable[[int], float], wanted: float, most: int = 10**9) -> int | None:
    """Return the smallest size of two equal groups with the wanted power, or None where `most` is not enough.

    >>> needed_per_arm(lambda size: rate_power(0.10, 0.02, size, size, 0.05), 0.8)
    3841
    """
    if power_of(most) < wanted:
        return None
    low, high = 1, most
    while high - low > 1:
        middle = ceil((low + high) / 2)
        low, high = (low, middle) if power_of(middle) >= wanted else (middle, high)
    return high
