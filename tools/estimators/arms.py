"""What each of several arms brings for given traits: a shared regression, and each arm's deviation from it.

An arm with few rows is drawn towards the average of all; one without rows is the average, as uncertain as arms differ.
Sources: Gelman and Hill (2007), ch. 12-14 (partial pooling); Chapelle and Li (2011), "An Empirical Evaluation of
Thompson Sampling", algorithm 3 (Laplace approximation of a logistic regression); Russac, Vernade and Cappé (2019),
"Weighted Linear Bandits for Non-Stationary Environments" (older rewards count less).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from tools.estimators.response import spread_between

Array = NDArray[np.float64]
Arms = NDArray[np.intp]

RIDGE: Final = 1.0
"""Prior precision of the shared coefficients on standardised traits (weakly informative, Gelman et al. 2008)."""

LEAST_SPREAD: Final = {True: 0.3, False: 0.05}
"""Least deviation of arms from each other: in log-odds for rates, in residual deviations for amounts. House rule: arms
that look alike so far may still differ by a third, so an arm is never given up on little data."""

MOST_SPREAD: Final = {True: 1.0, False: 0.5}
"""Most that arms are taken to deviate, in the same units: a factor of about 2.7 in odds either way. The moment estimate
runs away where most arms have no response yet. House rule, on the scale of Gelman et al. (2008)."""

TRAIT_SHARE: Final = 0.5
"""Deviation of an arm's trait coefficients over that of its level: arms differ less in whom they suit. House rule."""

MAX_STEPS: Final = 50
LONGEST_STEP: Final = 1.0
"""Most that a coefficient changes in one step of Newton's method for rates, in log-odds."""


@dataclass(frozen=True)
class Rewards:
    """What was tried and what came of it.

    Attributes:
        traits: One row each, shape (n, d).
        arms: Number of the arm, from 0; -1 for an arm that is not asked about, which teaches the shared part only.
        values: Reward of each.
        weights: How much each counts; 1 without discount.
    """

    traits: Array
    arms: Arms
    values: Array
    weights: Array


@dataclass(frozen=True)
class ArmModel:
    """A fitted model.

    Attributes:
        shared: Coefficients that all arms have in common: level, then one per standardised trait.
        means: Posterior mean of each arm's deviation, shape (arms, 1 + d).
        covariances: Its covariance, shape (arms, 1 + d, 1 + d).
        centre: Mean of each trait.
        scale: Deviation of each trait.
        binary: Whether rewards are 0 or 1 and the model is logistic.
    """

    shared: Array
    means: Array
    covariances: Array
    centre: Array
    scale: Array
    binary: bool

    def design(self, traits: Array) -> Array:
        """Return the rows of the regression: a constant and the standardised traits."""
        return np.column_stack([np.ones(len(traits)), (traits - self.centre) / self.scale])

    def predict(self, traits: Array) -> Array:
        """Return the expected reward of every arm for every row, shape (n, arms)."""
        scores: Array = self.design(traits) @ (self.shared + self.means).T
        return np.asarray(expit(scores)) if self.binary else scores


def discount(ages: Array, half_life: float | None) -> Array:
    """Return how much rewards of these ages count; all alike without a half-life.

    >>> discount(np.array([0.0, 90.0, 180.0]), 90.0).tolist()
    [1.0, 0.5, 0.25]
    """
    return np.ones(len(ages)) if half_life is None else np.asarray(0.5 ** (ages / half_life))


def fit_arms(rewards: Rewards, count: int, *, binary: bool) -> ArmModel:
    """Fit the shared regression, estimate how far arms differ, and each arm's deviation.

    Args:
        rewards: What was tried.
        count: Number of arms.
        binary: Whether rewards are 0 or 1.
    """
    centre, scale = _standard(rewards.traits)
    design = np.column_stack([np.ones(len(rewards.traits)), (rewards.traits - centre) / scale])
    shared, noise = _shared(design, rewards, binary)
    offset = design @ shared
    weights = rewards.weights / noise**2
    spread = _spread(offset, rewards, weights, count, binary) / noise
    spread = noise * min(max(spread, LEAST_SPREAD[binary]), MOST_SPREAD[binary])
    precision = np.r_[1.0, np.full(design.shape[1] - 1, 1 / TRAIT_SHARE**2)] / spread**2
    means = np.zeros((count, len(precision)))
    covariances = np.tile(np.diag(1 / precision), (count, 1, 1))
    for arm in np.unique(rewards.arms[rewards.arms >= 0]):
        rows = rewards.arms == arm
        means[arm], covariances[arm] = penalised_fit(
            design[rows], rewards.values[rows], weights[rows], offset[rows], precision, binary=binary
        )
    return ArmModel(shared, means, covariances, centre, scale, binary)


def _standard(traits: Array) -> tuple[Array, Array]:
    if not len(traits):
        return np.zeros(traits.shape[1]), np.ones(traits.shape[1])
    scale = traits.std(axis=0)
    return traits.mean(axis=0), np.where(scale > 0, scale, 1.0)


def _shared(design: Array, rewards: Rewards, binary: bool) -> tuple[Array, float]:
    """Return the shared coefficients and the residual deviation (1 for rates, whose noise the rate tells)."""
    total = rewards.weights.sum()
    mean = float((rewards.weights @ rewards.values + (0.5 if binary else 0.0)) / (total + 1.0)) if total else 0.0
    level = float(logit(mean)) if binary and total else mean
    precision = np.full(design.shape[1], RIDGE)
    found, _ = penalised_fit(
        design, rewards.values, rewards.weights, np.full(len(design), level), precision, binary=binary
    )
    shared = found + np.r_[level, np.zeros(design.shape[1] - 1)]
    if binary or not total:
        return shared, 1.0
    residual = rewards.values - design @ shared
    return shared, float(np.sqrt(rewards.weights @ residual**2 / total)) or 1.0


def _spread(offset: Array, rewards: Rewards, weights: Array, count: int, binary: bool) -> float:
    """Return how far the arms lie from the shared regression, beyond chance."""
    expected = expit(offset) if binary else offset
    known = rewards.arms >= 0
    curve = expected * (1 - expected) if binary else np.ones(len(expected))
    information = np.bincount(rewards.arms[known], (weights * curve)[known], count)
    residual = np.bincount(rewards.arms[known], (weights * (rewards.values - expected))[known], count)
    return spread_between(information.astype(float), residual.astype(float))


def penalised_fit(
    design: Array, values: Array, weights: Array, offset: Array, precision: Array, *, binary: bool
) -> tuple[Array, Array]:
    """Return mode and covariance of regression coefficients around an offset, by Newton's method.

    Args:
        design: One row each.
        values: 0 or 1 where `binary`, else amounts.
        weights: How much each row counts; for amounts, over the residual variance.
        offset: What each row is expected to score without the coefficients.
        precision: Prior precision of each coefficient, around zero.
        binary: Whether the regression is logistic; else it is linear, and one step is exact.
    """
    found = np.zeros(design.shape[1])
    for _ in range(MAX_STEPS):
        score = offset + design @ found
        expected = expit(score) if binary else score
        curve = expected * (1 - expected) if binary else np.ones(len(score))
        information = (design.T * (weights * curve)) @ design + np.diag(precision)
        step = np.linalg.solve(information, design.T @ (weights * (values - expected)) - precision * found)
        # Far from the mode a logistic curve is flat and the step much too long.
        step = step / max(1.0, float(np.abs(step).max()) / LONGEST_STEP) if binary else step
        found = found + step
        if not binary or np.abs(step).max() < 1e-8:
            break
    return found, np.asarray(np.linalg.inv(information), float)
