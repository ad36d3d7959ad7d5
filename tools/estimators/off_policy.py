"""What a policy would have brought, from the log of another: five estimators, and bootstrap intervals.

Sources: Horvitz and Thompson (1952) for IPS; Swaminathan and Joachims (2015) for SNIPS; Dudík, Langford and Li (2011)
for the direct method and DR; Wang, Agarwal and Dudík (2017) for the switch; Su, Dimakopoulou, Krishnamurthy and Dudík
(2020) for optimistic shrinkage; Su, Srinath and Krishnamurthy (2020), "Adaptive Estimator Selection for Off-Policy
Evaluation", for its parameter; Kish (1965) for the effective sample size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Arms = NDArray[np.intp]
Change = Callable[[Array, float], Array]
Method = Literal["ips", "snips", "direct", "dr", "switch_dr", "dr_shrunk"]

METHODS: Final[tuple[Method, ...]] = ("ips", "snips", "direct", "dr", "switch_dr", "dr_shrunk")
RESAMPLES: Final = 1000
"""Bootstrap resamples; the ends of a 95 % interval then move by about 2 % of its width between seeds."""

MOST_BLOCKS: Final = 4000
"""Customers are resampled in this many groups at most: the same interval, in bounded memory."""

BOUND: Final = 1.96
"""Standard errors of the intervals that SLOPE compares."""

LEAST_LIMIT: Final = 1e-9
"""Least limit tried: weights below it are rounding."""

GRID: Final = np.array([0.5, 0.75, 0.9, 0.95, 0.99, 1.0])
"""Quantiles of the weights at which the switch, and the shrinkage, are tried."""


@dataclass(frozen=True)
class Log:
    """Rows of a log.

    Attributes:
        arms: Number of the arm shown, from 0; -1 for one that no policy here shows.
        rewards: What came of it.
        propensities: The chance with which the logging policy showed it; positive.
        clusters: Number of the customer, whose rows are resampled together.
    """

    arms: Arms
    rewards: Array
    propensities: Array
    clusters: Arms


@dataclass(frozen=True)
class Contributions:
    """What each row adds to each estimate of one policy; an estimate is the sum of `tops` over that of `bottoms`.

    Attributes:
        tops: Shape (rows, methods).
        bottoms: Shape (rows, methods).
        weights: Chance under the policy over the logged chance, of the arm shown.
    """

    tops: Array
    bottoms: Array
    weights: Array

    @property
    def values(self) -> Array:
        """Return the estimate of each method; NaN where the log has no row with weight for SNIPS."""
        return _ratio(self.tops.sum(axis=0), self.bottoms.sum(axis=0))


def _ratio(top: Array, bottom: Array) -> Array:
    return np.asarray(np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0), float)


def contributions(log: Log, policy: Array, predicted: Array) -> Contributions:
    """Return what each row adds to each estimate of a policy's mean reward.

    Args:
        log: The log.
        policy: Chance of every arm for every row under the policy, shape (n, arms).
        predicted: Reward expected of every arm for every row, learned from other rows, shape (n, arms).
    """
    return _contributions(log, importance(log, policy), (policy * predicted).sum(axis=1), predicted)


def arm_contributions(log: Log, arm: int, predicted: Array) -> Contributions:
    """Return the same for the policy that shows one arm to everybody."""
    return _contributions(log, (log.arms == arm) / log.propensities, predicted[:, arm], predicted)


def _contributions(log: Log, weights: Array, direct: Array, predicted: Array) -> Contributions:
    residual = log.rewards - _of_shown(log, predicted)
    corrections = (
        weights * residual,
        _best_corrected(direct, residual, weights, _switched),
        _best_corrected(direct, residual, weights, _shrunk),
    )
    ones = np.ones(len(weights))
    tops = (weights * log.rewards, weights * log.rewards, direct, *(direct + part for part in corrections))
    return Contributions(np.column_stack(tops), np.column_stack([ones, weights, *[ones] * 4]), weights)


def importance(log: Log, policy: Array) -> Array:
    """Return the weight of each row: its arm's chance under the policy over the logged chance."""
    return _of_shown(log, policy) / log.propensities


def _of_shown(log: Log, table: Array) -> Array:
    """Return each row's value in the column of its arm; 0 for arms without a column."""
    known = log.arms >= 0
    return np.where(known, table[np.arange(len(log.arms)), np.where(known, log.arms, 0)], 0.0)


def _switched(weights: Array, limit: float) -> Array:
    return np.where(weights <= limit, weights, 0.0)


def _shrunk(weights: Array, limit: float) -> Array:
    """Return weights shrunk optimistically: unchanged where small against the limit, towards zero where large."""
    return np.asarray(weights / (1 + (weights / limit) ** 2))


def _best_corrected(direct: Array, residual: Array, weights: Array, changed: Change) -> Array:
    """Return the correction of the direct method by changed weights, at the limit that SLOPE chooses.

    From no limit, which has no bias, to ever lower ones, which have less variance: the last whose interval still meets
    those of all before it (Su, Srinath and Krishnamurthy 2020, algorithm 1).
    """
    positive = weights[weights > 0]
    if not len(positive):
        return np.zeros(len(weights))
    limits = np.unique(np.maximum(np.quantile(positive, GRID), LEAST_LIMIT))[::-1]
    chosen, low, high = weights * residual, -np.inf, np.inf
    for limit in (np.inf, *limits):
        part = changed(weights, float(limit)) * residual
        total = direct + part
        width = 2 * BOUND * float(total.std()) / np.sqrt(len(total))
        low, high = max(low, float(total.mean()) - width), min(high, float(total.mean()) + width)
        if low > high:
            break
        chosen = part
    return chosen


def effective_size(weights: Array) -> float:
    """Return how many rows of equal weight say as much (Kish 1965).

    >>> effective_size(np.array([2.0, 2.0, 0.0, 0.0])), effective_size(np.array([0.0]))
    (2.0, 0.0)
    """
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def resample(parts: Sequence[Contributions], clusters: Arms, rng: np.random.Generator) -> Array:
    """Return bootstrap estimates of every policy by every method, shape (resamples, policies, methods).

    The same customers are drawn for all policies, so differences between policies may be taken draw by draw.

    Args:
        parts: Contributions of each policy, over the same rows.
        clusters: Number of each row's customer; customers are drawn with replacement.
        rng: For the draws.
    """
    numbers = np.unique(clusters, return_inverse=True)[1]
    count = int(numbers.max()) + 1
    blocks = rng.permutation(count)[numbers] % min(count, MOST_BLOCKS)
    total = min(count, MOST_BLOCKS)
    tops = np.stack([_by_block(part.tops, blocks, total) for part in parts], axis=1)
    bottoms = np.stack([_by_block(part.bottoms, blocks, total) for part in parts], axis=1)
    drawn = rng.multinomial(total, np.full(total, 1 / total), size=RESAMPLES).astype(float)
    shape = (RESAMPLES, *tops.shape[1:])
    return _ratio((drawn @ tops.reshape(total, -1)).reshape(shape), (drawn @ bottoms.reshape(total, -1)).reshape(shape))


def _by_block(table: Array, blocks: Arms, count: int) -> Array:
    return np.column_stack([np.bincount(blocks, column, count) for column in table.T])


def interval(draws: Array, percent: float) -> tuple[float, float]:
    """Return the central part of bootstrap estimates that holds a share of them in percent.

    >>> interval(np.arange(101.0), 80)
    (10.0, 90.0)
    """
    tail = (100 - percent) / 2
    known = draws[np.isfinite(draws)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.percentile(known, [tail, 100 - tail])
    return float(low), float(high)
