"""Recommenders over a matrix of who bought what: EASE, neighbours of items, and popularity as the baseline."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import inv

# Weight of the penalty on the item-item weights; 200 to 500 are best on the public sets of the EASE paper.
RIDGE: Final = 200.0

# Of 50 to 400 neighbours and shrinkages of 20 to 50, the best on validation parts of MovieLens-100K.
NEIGHBOURS: Final = 200
SHRINK: Final = 50.0

Weights = NDArray[np.float32]


def ease(bought: sparse.csr_array, ridge: float = RIDGE, evenness: float = 0.0) -> Weights:
    """Return item-item weights W, zero on the diagonal, such that `bought @ W` predicts `bought`.

    Closed form of Steck, "Embarrassingly Shallow Autoencoders for Sparse Data" (WWW 2019). Takes items² memory.

    Args:
        bought: Customers × items, 1 where bought.
        ridge: Penalty on the squared weights.
        evenness: How far customers with many purchases count less: each counts by their number to minus this power, so
            that at 0 each purchase counts alike and at 1 each customer.

    >>> bought = sparse.csr_array(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]], dtype=np.float32))
    >>> weights = ease(bought, ridge=1.0)
    >>> bool(weights[0, 1] > weights[0, 2]), float(weights[0, 0])
    (True, 0.0)
    """
    counted = sparse.diags_array(_evened(bought, evenness)) @ bought if evenness else bought
    gram = (bought.T @ counted).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += ridge
    precision = inv(gram, overwrite_a=True, check_finite=False, assume_a="pos")
    weights = precision / -np.diag(precision)
    np.fill_diagonal(weights, 0)
    return np.asarray(weights, dtype=np.float32)


def _evened(bought: sparse.csr_array, evenness: float) -> NDArray[np.float32]:
    """Return a weight of each customer, scaled so that the penalty means the same."""
    purchases = np.maximum(np.asarray(bought.sum(axis=1), dtype=np.float32).ravel(), 1) ** np.float32(evenness)
    return np.asarray(purchases.mean() / purchases, dtype=np.float32)


def item_neighbours(bought: sparse.csr_array, most: int = NEIGHBOURS, shrink: float = SHRINK) -> Weights:
    """Return the cosine of each two items' buyers, drawn to 0 when few, for the `most` nearest of each item only.

    Source: M. Deshpande, G. Karypis, Item-based top-N recommendation algorithms, ACM TOIS 2004.

    >>> bought = sparse.csr_array(np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1]], dtype=np.float32))
    >>> weights = item_neighbours(bought, most=1, shrink=0.0)
    >>> round(float(weights[0, 1]), 3), float(weights[2, 1]), float(weights[1, 1])
    (0.816, 0.0, 0.0)
    """
    together = (bought.T @ bought).toarray().astype(np.float32)
    buyers = np.sqrt(np.diag(together))
    np.fill_diagonal(together, 0)
    cosine = together / np.maximum(np.outer(buyers, buyers) + shrink, np.float32(1e-9))
    if most < len(cosine):
        least = -np.partition(-cosine, most - 1, axis=0)[most - 1]
        cosine[cosine < least] = 0
    return np.asarray(cosine, dtype=np.float32)


def popularity(bought: sparse.csr_array) -> NDArray[np.float64]:
    """Return the share of customers who bought each item: the baseline of every recommender.

    >>> popularity(sparse.csr_array(np.array([[1, 0], [1, 1]]))).tolist()
    [1.0, 0.5]
    """
    totals: NDArray[np.float64] = np.asarray(bought.sum(axis=0), dtype=np.float64).ravel()
    return totals / max(int(bought.shape[0]), 1)


def best_of_each(scores: NDArray[np.float64], groups: NDArray[np.object_], k: int, per_group: int) -> list[int]:
    """Return up to k positions by falling score, at most `per_group` of a group; then, if short, the best of the rest.

    Positions with a score of 0 or less are never returned; ties go to the lower position.

    >>> best_of_each(np.array([5.0, 4.0, 3.0, 0.0]), np.array(["a", "a", "b", "c"], dtype=object), k=2, per_group=1)
    [0, 2]
    """
    order = [int(row) for row in np.argsort(-scores, kind="stable") if scores[row] > 0]
    chosen: list[int] = []
    taken: dict[object, int] = {}
    for row in order:
        if len(chosen) == k:
            return chosen
        if taken.get(groups[row], 0) < per_group:
            taken[groups[row]] = taken.get(groups[row], 0) + 1
            chosen.append(row)
    rest = [row for row in order if row not in set(chosen)]
    return chosen + rest[: k - len(chosen)]
