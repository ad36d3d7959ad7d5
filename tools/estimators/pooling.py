"""One rate from several groups that differ more than chance: the whole rate, with an interval as wide as they differ.

Sources: McCullagh and Nelder (1989), "Generalized Linear Models", 4.5 (the factor of overdispersion); Kish (1965) for
the effective sample size; Wilson (1927) for the interval, with Student's quantile because groups are few.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from tools.estimators.shares import wilson

Array = NDArray[np.float64]


def pooled_rate(hits: Array, of: Array, percent: float) -> tuple[float, float, float]:
    """Return the rate over all groups with its interval; of a single group, chance alone is in the interval.

    Args:
        hits: Successes of each group.
        of: Trials of each group; positive.
        percent: Coverage of the interval where there are two groups or more; 95 where there is one.

    >>> alike = pooled_rate(np.full(20, 10.0), np.full(20, 100.0), 95)
    >>> apart = pooled_rate(np.tile([0.0, 20.0], 10), np.full(20, 100.0), 95)
    >>> alike[0] == apart[0] == 0.1, apart[2] - apart[1] > 2 * (alike[2] - alike[1])
    (True, True)
    """
    rate, groups = float(hits.sum() / of.sum()), len(hits)
    if groups == 1:
        return rate, *wilson(float(hits[0]), float(of[0]))
    variance = of * rate * (1 - rate)
    factor = 1.0
    if rate * (1 - rate) > 0:
        factor = max(1.0, float(((hits - of * rate) ** 2 / variance).sum()) / (groups - 1))
    size = float(of.sum()) / factor
    return rate, *wilson(rate * size, size, float(t.ppf(0.5 + percent / 200, groups - 1)))
