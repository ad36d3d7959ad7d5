"""Blend several recommenders: scores are standardised by customer, and weights are chosen on past choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

WEIGHTS: Final = (0.0, 0.25, 0.5, 1.0, 2.0)
"""Weights tried for each model in turn; they matter relative to each other."""

ROUNDS: Final = 2
"""Times that each model's weight is tried again."""

NEAR: Final = 0.95
"""Models at least this good, beside the best, start with the same weight: averages are steadier than winners."""

LEAST_GAIN: Final = 1.01
"""A weight moves only where that is better by one percent, about two standard errors with 1,000 customers."""

TOP: Final = 10
Scores = NDArray[np.float32]
Flags = NDArray[np.bool_]


def standardised(scores: Scores) -> Scores:
    """Return each row with mean 0 and spread 1, so that models of different scales can be added.

    >>> standardised(np.array([[1, 3], [5, 5]], dtype=np.float32)).tolist()
    [[-1.0, 1.0], [0.0, 0.0]]
    """
    centred = scores - scores.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    return np.asarray(np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0), dtype=np.float32)


def blended(scores: Mapping[str, Scores], weights: Mapping[str, float]) -> Scores:
    """Return the weighted sum of standardised scores."""
    parts = [np.float32(weights[name]) * standardised(scores[name]) for name in weights if weights[name]]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float32)


def choose_weights(scores: Mapping[str, Scores], chosen: Flags, excluded: Flags) -> dict[str, float]:
    """Return weights with a good nDCG@10 of what customers chose afterwards, by trying each model's in turn.

    Starts from the models near the best at equal weights; a model that does not help gets the weight 0.

    Args:
        scores: Customers × items, by model.
        chosen: What was chosen afterwards.
        excluded: What is not to be recommended, as it was bought before.
    """
    ready = {name: np.where(excluded, np.float32(-1e9), standardised(one)) for name, one in scores.items()}
    gains = {name: mean_gain(one, chosen) for name, one in ready.items()}
    best = max(gains.values())
    weights = {name: float(gain >= NEAR * best) for name, gain in gains.items()}
    top = mean_gain(_sum(ready, weights), chosen)
    for _ in range(ROUNDS):
        for name in scores:
            for weight in WEIGHTS:
                trial = {**weights, name: weight}
                if trial == weights or not any(trial.values()):
                    continue
                gain = mean_gain(_sum(ready, trial), chosen)
                if gain > top * LEAST_GAIN:
                    weights, top = trial, gain
    return weights


def _sum(ready: Mapping[str, Scores], weights: Mapping[str, float]) -> Scores:
    parts = [np.float32(weight) * ready[name] for name, weight in weights.items() if weight]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float32)


def mean_gain(scores: Scores, chosen: Flags, k: int = TOP) -> float:
    """Return the mean nDCG@k over the customers who chose something: binary gains, log2 discount, ideal of min(k, n).

    >>> mean_gain(np.array([[3.0, 2, 1]], dtype=np.float32), np.array([[False, True, False]]), k=2)
    0.6309297535714575
    """
    hits, counts = ranked_hits(scores, chosen, k)
    discount = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
    ideal = np.cumsum(discount)[np.minimum(counts, hits.shape[1]) - 1]
    return float(((hits * discount).sum(axis=1) / ideal).mean()) if len(hits) else 0.0


def ranked_hits(scores: Scores, chosen: Flags, k: int) -> tuple[Flags, NDArray[np.int64]]:
    """Return for each customer who chose something which of the k best were chosen, best first, and how many were."""
    counts = chosen.sum(axis=1)
    rows = np.flatnonzero(counts)
    k = min(k, scores.shape[1])
    inside = scores[rows]
    top = np.argpartition(-inside, k - 1, axis=1)[:, :k] if k else np.empty((len(rows), 0), dtype=np.int64)
    order = np.argsort(-np.take_along_axis(inside, top, axis=1), axis=1, kind="stable")
    top = np.take_along_axis(top, order, axis=1)
    return np.take_along_axis(chosen[rows], top, axis=1), np.asarray(counts[rows], dtype=np.int64)
