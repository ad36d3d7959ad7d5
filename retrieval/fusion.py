"""Two rankings made one: by reciprocal rank, or by a weighted sum of scores brought to one scale."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

RRF_K: Final = 60
"""The constant of Cormack, Clarke and Büttcher (2009)."""


def fuse_ranks(*rankings: Scores) -> Scores:
    """Return the sum of 1 / (60 + rank) over rankings, each given as scores; a score not above 0 has no rank.

    >>> fused = fuse_ranks(np.array([0.9, 0.5, 0.0]), np.array([2.0, 0.0, 0.0]))
    >>> fused.tolist() == [1 / 61 + 1 / 61, 1 / 62, 0.0]
    True
    """
    ranks = np.array([dense_ranks(scores) for scores in rankings])
    return np.asarray(np.where(ranks > 0, 1 / (RRF_K + ranks), 0.0).sum(axis=0))


def fuse_scores(dense: Scores, lexical: Scores, weight: float) -> Scores:
    """Return weight × dense + (1 - weight) × lexical, each divided by its highest score.

    A convex combination of normalised scores (Bruch, Gai and Ingber 2023).

    >>> fuse_scores(np.array([0.8, 0.4]), np.array([0.0, 3.0]), 0.5).tolist()
    [0.5, 0.75]
    """
    return weight * _of_highest(dense) + (1 - weight) * _of_highest(lexical)


def dense_ranks(scores: Scores) -> NDArray[np.int64]:
    """Return 1 for the highest score, equal ranks for equal scores, no gaps, and 0 for scores not above 0.

    >>> dense_ranks(np.array([0.5, 0.0, 0.9, 0.5])).tolist()
    [2, 0, 1, 2]
    """
    ranks = np.zeros(len(scores), dtype=np.int64)
    positive = np.flatnonzero(scores > 0)
    _, place = np.unique(-np.round(scores[positive], 6), return_inverse=True)
    ranks[positive] = place + 1
    return ranks


def _of_highest(scores: Scores) -> Scores:
    highest = float(scores.max(initial=0.0))
    return np.maximum(scores, 0.0) / highest if highest > 0 else np.zeros_like(scores)
