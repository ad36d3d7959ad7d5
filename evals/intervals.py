"""Confidence intervals of shares, since a share without n and interval cannot be compared."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""Standard normal quantile of 97.5 %."""


def wilson(hits: int, of: int, z: float = Z_95) -> tuple[float, float]:
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
