"""The effect of contact on each customer: T-, X- and DR-learner, always predicted for rows the model has not seen.

Sources: S. Künzel et al., Metalearners for estimating heterogeneous treatment effects, PNAS 116(10), 2019 (T and X);
E. Kennedy, Towards optimal doubly robust estimation of heterogeneous causal effects, Electronic Journal of Statistics
17(2), 2023 (DR); V. Chernozhukov et al., Generic machine learning inference on heterogeneous treatment effects, NBER
24678, 2018 (the slope by which effects are drawn towards their average).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from tools.estimators.boosting import Growth, fit_boosted

Array = NDArray[np.float64]
Groups = NDArray[np.intp]
Learner = Literal["T", "X", "DR"]

LEARNERS: Final[tuple[Learner, ...]] = ("T", "X", "DR")
FOLDS: Final = 5
"""Parts of the customers; each part's effects come from a model of the others."""

LEAST_ARM: Final = 30
"""Customers contacted, and left alone, below which no effect is estimated: a rate of some percent needs as many."""

PROPENSITY_ENDS: Final = (0.05, 0.95)
"""Ends of a probability of contact: beyond, one customer would weigh as much as twenty (a usual choice)."""

SMALL: Final = Growth(trees=40, leaves=4, rate=0.08, leaf_rows=30, ridge=10.0)
"""Growth of every model here: differences of differences are noise above this depth at some thousand rows."""

LEAF_GROUPS: Final = 10
"""Groups' worth of rows that a leaf holds at least where whole groups were treated: with fewer, trees learn groups."""

BEST: Final[Learner] = "X"
"""The learner with the smallest error on simulated customers, whichever way they were contacted (BENCHMARKS.md)."""


class UpliftError(Exception):
    """No effect can be estimated from these rows; the message says why."""


@dataclass(frozen=True)
class Trial:
    """Customers of whom some were contacted and some left alone.

    Attributes:
        features: What was known of each before, NaN where unknown.
        treated: 1 or 0.
        outcome: What came of it.
        propensity: Probability of contact, by design; None where it must be learned from the features.
        groups: Number of the group that was treated or left alone as a whole, from 0; each row its own without.
    """

    features: Array
    treated: Array
    outcome: Array
    propensity: Array | None = None
    groups: Groups | None = None

    @property
    def clusters(self) -> Groups:
        """Return the group of each row."""
        return np.arange(len(self.outcome)) if self.groups is None else self.groups

    @property
    def growth(self) -> Growth:
        """Return how models of these rows are grown."""
        size = len(self.outcome) / max(1, len(np.unique(self.clusters)))
        return dataclasses.replace(SMALL, leaf_rows=max(SMALL.leaf_rows, int(LEAF_GROUPS * size)))

    def part(self, rows: Groups) -> Trial:
        """Return some of the rows."""
        return Trial(
            self.features[rows],
            self.treated[rows],
            self.outcome[rows],
            None if self.propensity is None else self.propensity[rows],
            self.clusters[rows],
        )


@dataclass(frozen=True)
class Effects:
    """Effects of contact, one a row, from models that did not see the row.

    A ranking is judged by models of earlier parts only: models that learn from all other parts share their chance
    errors, and a test of such a ranking claimed differences in 10 of 100 data sets without any, at a level of 5.

    Attributes:
        effect: Drawn towards the average as far as the data do not bear out the differences.
        score: Doubly robust score: its mean over any rows chosen by features is their average effect.
        propensity: Probability of contact that was used.
        slope: By how much the differences between effects were shrunk, 0 (all alike) to 1.
        part: Number of the row's part, from 0.
        later_rank: Rank in 0..1 within the part by a model of earlier parts, 1 the largest; meaningless in part 0.
        later_score: Doubly robust score by models of earlier parts; meaningless in part 0.
    """

    effect: Array
    score: Array
    propensity: Array
    slope: float
    part: Groups
    later_rank: Array
    later_score: Array


def estimate_effects(trial: Trial, learner: Learner = BEST, seed: int = 0) -> Effects:
    """Estimate the effect on each customer.

    Raises:
        UpliftError: Fewer than 30 customers (or 2 groups) were contacted or left alone.
    """
    check_trial(trial)
    folds = _folds(trial, FOLDS, np.random.default_rng(seed))
    count = len(trial.outcome)
    raw, score, chance, later_rank, later_score = (np.zeros(count) for _ in range(5))
    for number in range(FOLDS):
        rows = np.flatnonzero(folds == number)
        seen = trial.part(rows)
        raw[rows], score[rows], chance[rows] = _predict(
            trial.part(np.flatnonzero(folds != number)), seen, learner, seed
        )
        earlier = np.flatnonzero(folds < number)
        if len(earlier):
            late, later_score[rows], _ = _predict(trial.part(earlier), seen, learner, seed)
            later_rank[rows] = _ranks(late)
    average = float(score.mean())
    apart = raw - raw.mean()
    spread = float(apart @ apart)
    slope = float(np.clip(apart @ (score - average) / spread, 0.0, 1.0)) if spread > 0 else 0.0
    return Effects(average + slope * apart, score, chance, slope, folds, later_rank, later_score)


def _predict(learning: Trial, seen: Trial, learner: Learner, seed: int) -> tuple[Array, Array, Array]:
    """Return effects, doubly robust scores and chances of contact of rows that are not learned from."""
    base = _fit_base(learning, seen.features, seed)
    chance = _propensity(learning, seen, seed)
    return _fit_effects(learning, learner, seen, base, seed), _scores(seen, base, chance), chance


def _ranks(effects: Array) -> Array:
    """Return ranks in 0..1, the largest effect highest.

    >>> _ranks(np.array([0.3, 0.1])).tolist()
    [0.75, 0.25]
    """
    found: Array = (np.argsort(np.argsort(effects, kind="stable"), kind="stable") + 0.5) / len(effects)
    return found


def check_trial(trial: Trial) -> None:
    """Refuse rows that no effect can be estimated from.

    Raises:
        UpliftError: Nobody was left alone, too few were, or too few groups.
    """
    for name, arm in (("contacted", trial.treated > 0), ("left alone", trial.treated <= 0)):
        if arm.sum() < LEAST_ARM:
            raise UpliftError(f"{int(arm.sum())} customers were {name}, fewer than {LEAST_ARM}")
        if len(np.unique(trial.clusters[arm])) < FOLDS:
            raise UpliftError(f"fewer than {FOLDS} groups were {name}")


def _folds(trial: Trial, parts: int, rng: np.random.Generator) -> Groups:
    """Deal whole groups to parts, those contacted and those left alone separately."""
    groups, first, of = np.unique(trial.clusters, return_index=True, return_inverse=True)
    fold = np.zeros(len(groups), dtype=np.intp)
    for arm in (0.0, 1.0):
        chosen = rng.permutation(np.flatnonzero(trial.treated[first] == arm))
        fold[chosen] = np.arange(len(chosen)) % parts
    found: Groups = fold[of]
    return found


def _fit_base(learning: Trial, features: Array, seed: int) -> tuple[Array, Array]:
    """Return the expected outcome of rows if left alone, and if contacted."""
    alone, contacted = (
        fit_boosted(
            learning.features[learning.treated == arm],
            learning.outcome[learning.treated == arm],
            seed=seed,
            growth=learning.growth,
        ).predict(features)
        for arm in (0.0, 1.0)
    )
    return alone, contacted


def _propensity(learning: Trial, seen: Trial, seed: int) -> Array:
    if seen.propensity is not None:
        return np.clip(seen.propensity, *PROPENSITY_ENDS)
    model = fit_boosted(learning.features, learning.treated, "binary", seed=seed, growth=learning.growth)
    return np.clip(model.predict(seen.features), *PROPENSITY_ENDS)


def _scores(seen: Trial, base: tuple[Array, Array], chance: Array) -> Array:
    """Return doubly robust scores (J. Robins, A. Rotnitzky, L. Zhao, JASA 89, 1994)."""
    alone, contacted = base
    treated = seen.treated
    return (
        contacted
        - alone
        + treated * (seen.outcome - contacted) / chance
        - (1 - treated) * (seen.outcome - alone) / (1 - chance)
    )


def _fit_effects(learning: Trial, learner: Learner, seen: Trial, base: tuple[Array, Array], seed: int) -> Array:
    """Return the effects on rows that the learner did not see."""
    if learner == "T":
        return base[1] - base[0]
    if learner == "X":
        return _fit_crossed(learning, seen, seed)
    halves = _folds(learning, 2, np.random.default_rng(seed + 1))
    scores = np.zeros(len(halves))
    for half in (0, 1):
        rows, others = np.flatnonzero(halves == half), learning.part(np.flatnonzero(halves != half))
        part = learning.part(rows)
        scores[rows] = _scores(part, _fit_base(others, part.features, seed), _propensity(others, part, seed))
    return fit_boosted(learning.features, scores, seed=seed, growth=learning.growth).predict(seen.features)


def _fit_crossed(learning: Trial, seen: Trial, seed: int) -> Array:
    """Return the X-learner's effects: each arm's differences from what the other arm's model expects."""
    alone, contacted = _fit_base(learning, learning.features, seed)
    treated = learning.treated > 0
    of_treated = fit_boosted(
        learning.features[treated], (learning.outcome - alone)[treated], seed=seed, growth=learning.growth
    ).predict(seen.features)
    of_alone = fit_boosted(
        learning.features[~treated], (contacted - learning.outcome)[~treated], seed=seed, growth=learning.growth
    ).predict(seen.features)
    chance = _propensity(learning, seen, seed)
    return chance * of_alone + (1 - chance) * of_treated
