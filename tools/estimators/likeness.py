"""Items by their content: how much each item that nobody knows yet is like items that people bought."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Vectors = NDArray[np.float32]


def nearest_likeness(new: Vectors, known: Vectors, most: int, least: float) -> sparse.csr_array:
    """Return new × known cosines of unit vectors: the `most` largest of each row, none below `least`.

    Content-based filtering by neighbours (Pazzani and Billsus 2007).

    >>> known = np.array([[1, 0], [0, 1], [0.5, 0.75]], dtype=np.float32)
    >>> nearest_likeness(np.array([[1, 0]], dtype=np.float32), known, most=2, least=0.5).toarray().tolist()
    [[1.0, 0.0, 0.5]]
    """
    cosines = new @ known.T
    if cosines.shape[1] > most:
        edge = -np.partition(-cosines, most - 1, axis=1)[:, most - 1 : most]
        cosines = np.where(cosines >= edge, cosines, 0)
    return sparse.csr_array(np.where(cosines >= least, cosines, 0).astype(np.float32))


def shares_by_likeness(likeness: sparse.csr_array, shares: NDArray[np.float64], prior: float) -> NDArray[np.float64]:
    """Return for each new item the mean share of buyers of what is like it; few or distant neighbours draw it to 0.

    Args:
        likeness: New × known, from `nearest_likeness`.
        shares: Share of buyers of each known item, or any other score of it.
        prior: Likeness to something unsold that is added to each item.

    >>> shares_by_likeness(sparse.csr_array(np.array([[1.0, 0.5]])), np.array([0.4, 0.1]), prior=0.0).round(2).tolist()
    [0.3]
    """
    total = np.asarray(likeness.sum(axis=1), dtype=np.float64).ravel() + prior
    return np.asarray(likeness @ shares, dtype=np.float64) / np.maximum(total, 1e-9)
