"""Confidence intervals of shares, since a share without n and interval cannot be compared."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""Standard normal quantile of 97.5 %."""


def wilson(hits: float, of: float, z: float = Z_95) -> tuple[float, float]:
    """Return Wilson's score interval of the share `hits / of`, each end in 0..1.

    It behaves at 0 and 1 and for small n, where the usual interval does not (Wilson 1927, JASA 22:209-212).

    Raises:
        ValueError: `of` is not positive, or `hits` is not in 0..of.

    >>> [round(end, 4) for end in wilson(8, 10)]
    [0.4902, 0.9433]
    >>> [round(end, 4) for end in wilson(0, 20)]
    [0.0, 0.1611]
    """
    if of <= 0 or not 0 <= hits <= of:
        raise ValueError(f"share {hits} of {of} is none; expected 0 <= hits <= of and of > 0")
    share, z2 = hits / of, z * z
    centre = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, centre - half), min(1.0, centre + half)


def share_ratio(hits: int, of: int, other_hits: int, other_of: int, z: float = Z_95) -> tuple[float, float, float]:
    """Return the ratio of two shares with an interval, defined at zero too.

    Half a hit is added to each (Pettigrew, Gart and Thomas 1986, Biometrika 73:425-435); the point is the plain ratio
    where the other share is not zero.

    >>> [round(value, 3) for value in share_ratio(30, 100, 60, 100)]
    [0.5, 0.36, 0.706]
    """
    one, two = (hits + 0.5) / (of + 0.5), (other_hits + 0.5) / (other_of + 0.5)
    spread = 1 / (hits + 0.5) - 1 / (of + 0.5) + 1 / (other_hits + 0.5) - 1 / (other_of + 0.5)
    half = z * math.sqrt(max(0.0, spread))
    ratio = one / two
    point = (hits / of) / (other_hits / other_of) if other_hits else ratio
    return point, min(ratio * math.exp(-half), point), max(ratio * math.exp(half), point)
