"""k-means with a start that needs no chance, so that clusters repeat.

Source: Lloyd (1982); the start takes evenly spaced ranks along the first principal component (Su and Dy 2007), whose
order also numbers the clusters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_STEPS = 200
"""Lloyd steps; it stops when no label changes."""


def k_means(rows: Array, k: int) -> NDArray[np.intp]:
    """Return the cluster of each row, 0 to k-1, in ascending order along the main direction of spread.

    Args:
        rows: Standardised features.
        k: Clusters; fewer come back where the rows have fewer distinct values.

    >>> k_means(np.array([[0.0], [0.1], [5.0], [5.1], [9.0]]), 3).tolist()
    [0, 0, 1, 1, 2]
    """
    centred = rows - rows.mean(axis=0)
    direction = np.linalg.svd(centred, full_matrices=False)[2][0]
    direction = direction * (1.0 if direction[np.abs(direction).argmax()] >= 0 else -1.0)
    order = np.argsort(centred @ direction, kind="stable")
    centres = centred[order[((np.arange(k) + 0.5) / k * len(rows)).astype(int)]]
    labels = np.full(len(rows), -1)
    for _ in range(MOST_STEPS):
        nearest = ((centred[:, None, :] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        centres = np.array([centred[labels == c].mean(axis=0) if (labels == c).any() else centres[c] for c in range(k)])
    ranks = np.argsort(np.argsort(centres @ direction, kind="stable"), kind="stable")
    return np.unique(ranks[labels], return_inverse=True)[1]
