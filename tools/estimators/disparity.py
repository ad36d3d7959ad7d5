"""Whether groups are selected at different rates: all pairs of groups, by permutation, as one family.

Source of the test: P. Westfall and S. Young, Resampling-Based Multiple Testing (1993), single-step maxT: the largest
difference of all pairs is compared with what it is when the selected are drawn from all groups alike. It is exact for
small groups, and however many groups there are, chance alone is called a difference in one of twenty cases at most.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

DRAWS = 4000
"""Permutations; a p-value of .05 then has a standard error of .0034."""


def pair_statistics(sizes: Counts, hits: Counts) -> Array:
    """Return for each pair (i, j) how far j's rate lies above i's, in standard errors under equal rates.

    Args:
        sizes: Members of each group, shape (groups,).
        hits: Selected of each group, shape (..., groups), with the same sum in every row.

    >>> pair_statistics(np.array([50, 50]), np.array([10, 20])).round(2).tolist()
    [[0.0, 2.18], [-2.18, 0.0]]
    """
    share = hits.sum(axis=-1, keepdims=True)[..., None] / sizes.sum()
    rates = hits / sizes
    apart: Array = rates[..., None, :] - rates[..., :, None]
    error = np.sqrt(share * (1 - share) * (1 / sizes[:, None] + 1 / sizes[None, :]))
    statistics: Array = np.divide(apart, error, out=np.zeros_like(apart), where=error > 0)
    return statistics


def pair_p_values(sizes: Counts, hits: Counts, rng: np.random.Generator, draws: int = DRAWS) -> Array:
    """Return for each pair (i, j) the adjusted p-value of "i is selected at a lower rate than j".

    Args:
        sizes: Members of each group.
        hits: Selected of each group.
        rng: For the permutations.
        draws: How many.

    >>> p = pair_p_values(np.array([100, 100, 100]), np.array([5, 20, 22]), np.random.default_rng(0))
    >>> bool(p[0, 2] < 0.01), bool(p[1, 2] > 0.5), float(p[2, 0])
    (True, True, 1.0)
    """
    seen = pair_statistics(sizes, hits)
    drawn = rng.multivariate_hypergeometric(sizes, int(hits.sum()), size=draws, method="marginals")
    largest = pair_statistics(sizes, drawn).max(axis=(1, 2))
    # Equal differences must count as reached, whatever the last digit of a sum is.
    reached = (largest[:, None, None] >= seen[None] - 1e-9).sum(axis=0)
    p_values: Array = (1 + reached) / (1 + draws)
    return p_values
