"""Whether contact had an effect, and whether a ranking finds those it works on: average, Qini, intervals, tests.

Sources: N. Radcliffe, Using control groups to target on predicted lift, Direct Marketing Analytics Journal 2007 (Qini);
S. Yadlowsky et al., Evaluating treatment prioritization rules via rank-weighted average treatment effects, JASA 120,
2025 (its doubly robust form; parts in sequence as in the package grf); A. Cameron, D. Miller, A practitioner's guide to
cluster-robust inference, Journal of Human Resources 50(2), 2015 (t with groups - 1 degrees of freedom).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tools.estimators.uplift import Effects

Array = NDArray[np.float64]
Groups = NDArray[np.intp]

LEVEL: Final = 0.05
"""Probability of claiming an effect where there is none: shared by the two tests, half each (Bonferroni)."""

RESAMPLES: Final = 500
TINY: Final = 1e-15

QINI_DEFINITION: Final = (
    "Qini: the area between the gain of contacting customers in the order of predicted effect and the line of "
    "contacting the same share at random; gain at share p = mean over all customers of the doubly robust score of "
    "those in the first p; 0 = no better than random; in units of the outcome per customer."
)


@dataclass(frozen=True)
class Verdict:
    """What can be known of an effect.

    Attributes:
        average: Mean effect on all rows.
        low: Lower end of its interval.
        high: Upper end.
        average_p: Two-sided p-value of "the mean effect is zero".
        qini: Area over random.
        qini_low: Lower end of its bootstrap interval.
        qini_high: Upper end.
        qini_p: One-sided p-value of "the ranking is no better than random".
        groups: Independent rows or groups.
    """

    average: float
    low: float
    high: float
    average_p: float
    qini: float
    qini_low: float
    qini_high: float
    qini_p: float
    groups: int

    @property
    def known(self) -> bool:
        """Tell whether an effect is known: on average, or by the ranking; wrong in 5 of 100 cases without any."""
        return min(self.average_p, self.qini_p) < LEVEL / 2


def qini(rank: Array, score: Array) -> float:
    """Return the Qini coefficient; see `QINI_DEFINITION`. Customers of equal rank keep their order.

    >>> round(qini(np.array([4.0, 3.0, 2.0, 1.0]), np.array([1.0, 1.0, 0.0, 0.0])), 4)
    0.125
    >>> qini(np.array([4.0, 3.0, 2.0, 1.0]), np.array([1.0, 1.0, 1.0, 1.0]))
    0.0
    """
    gain = np.concatenate([[0.0], np.cumsum(score[np.argsort(-rank, kind="stable")])]) / len(score)
    over = gain - gain[-1] * np.linspace(0.0, 1.0, len(gain))
    return float(((over[1:] + over[:-1]) / 2).mean())


def judge(
    effects: Effects, clusters: Groups, percent: float = 95, seed: int = 0, rows: Groups | None = None
) -> Verdict:
    """Estimate the average effect and the Qini coefficient, and test both.

    Args:
        effects: From models that did not see the rows.
        clusters: Group of each row.
        percent: Coverage of the intervals.
        seed: Of the bootstrap.
        rows: Rows that are asked about; all without.
    """
    chosen = np.arange(len(effects.score)) if rows is None else rows
    _, group = np.unique(clusters[chosen], return_inverse=True)
    average, error, freedom = _mean(effects.score[chosen], group)
    tail = float(stats.t.ppf(0.5 + percent / 200, freedom))
    later = chosen[effects.part[chosen] > 0]
    rank, score = effects.later_rank[later], effects.later_score[later]
    draws = _resampled(rank, score, np.unique(clusters[later], return_inverse=True)[1], seed) if len(later) else [0.0]
    low, high = np.percentile(draws, [50 - percent / 2, 50 + percent / 2])
    return Verdict(
        average,
        average - tail * error,
        average + tail * error,
        float(2 * stats.t.sf(abs(average) / error, freedom)) if error > 0 else 1.0,
        qini(rank, score) if len(later) else 0.0,
        float(low),
        float(high),
        _ranking_p(rank, score, clusters[later], effects.part[later]),
        freedom + 1,
    )


def _ranking_p(rank: Array, score: Array, clusters: Groups, part: Groups) -> float:
    """Return the one-sided p-value of "the ranking is no better than random".

    Each part gives a statistic that is standard normal given the parts before it, so that their sum is normal too.
    """
    found = []
    for number in np.unique(part):
        rows = part == number
        values = (rank[rows] - rank[rows].mean()) * (score[rows] - score[rows].mean())
        area, error, freedom = _mean(values, np.unique(clusters[rows], return_inverse=True)[1])
        if error > 0:
            # By way of t, since a part may have few groups; its tail is kept from rounding to 1.
            found.append(-float(stats.norm.ppf(np.clip(stats.t.sf(area / error, freedom), TINY, 1 - TINY))))
    return float(stats.norm.sf(sum(found) / np.sqrt(len(found)))) if found else 1.0


def _mean(values: Array, group: Groups) -> tuple[float, float, int]:
    """Return a mean, its standard error with groups as the independent units, and the degrees of freedom."""
    mean = float(values.mean())
    sums = np.bincount(group, values - mean)
    count = len(sums)
    if count < 2:
        return mean, 0.0, 1
    error = float(np.sqrt((sums**2).sum() * count / (count - 1)) / len(values))
    return mean, error, count - 1


def _resampled(rank: Array, score: Array, group: Groups, seed: int) -> Array:
    """Return Qini coefficients of resampled groups; scores and ranks stay."""
    rng = np.random.default_rng(seed)
    order = np.argsort(-rank, kind="stable")
    score, group = score[order], group[order]
    count = int(group.max()) + 1
    found = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        weight = np.bincount(rng.integers(count, size=count), minlength=count)[group].astype(float)
        total = weight.sum()
        share = np.concatenate([[0.0], np.cumsum(weight)]) / total
        gain = np.concatenate([[0.0], np.cumsum(weight * score)]) / total
        over = gain - gain[-1] * share
        found[number] = ((over[1:] + over[:-1]) / 2) @ np.diff(share)
    return found
