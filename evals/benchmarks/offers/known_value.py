"""Synthetic logs whose policies have a known value: is the estimate unbiased, and does its interval hold the value?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from tools.estimators.arms import Rewards, fit_arms
from tools.estimators.off_policy import METHODS, Log, contributions, interval, resample
from tools.progress import say

Array = NDArray[np.float64]

CUSTOMERS: Final = 3000
"""Customers of the population; logs are drawn from them with replacement, so that the value is known exactly."""

ARMS: Final = 5
TRAITS: Final = 3


@dataclass(frozen=True)
class World:
    """A population: what each offer brings each customer, how the log was chosen, and the policy to evaluate.

    Attributes:
        traits: Shape (customers, traits).
        rates: True response of every offer for every customer.
        logging: Chance of every offer under the policy that logged.
        target: The same under the policy to evaluate.
    """

    traits: Array
    rates: Array
    logging: Array
    target: Array

    @property
    def value(self) -> float:
        """Return the true value of the policy to evaluate."""
        return float((self.target * self.rates).sum(axis=1).mean())


def make_world(seed: int = 0) -> World:
    """Draw a population whose offers suit different customers; the log preferred other offers than the target does."""
    rng = np.random.default_rng(seed)
    traits = rng.normal(size=(CUSTOMERS, TRAITS))
    score = rng.normal(-2.0, 0.4, ARMS) + traits @ rng.normal(0, 0.6, (TRAITS, ARMS))
    preferred = traits @ rng.normal(0, 0.7, (TRAITS, ARMS))
    return World(traits, expit(score), softmax(preferred, axis=1), softmax(2 * score, axis=1))


@dataclass(frozen=True)
class Trials:
    """What many logs gave.

    Attributes:
        estimates: Shape (logs, methods).
        held: Whether each interval held the true value, shape (logs, methods).
    """

    estimates: Array
    held: NDArray[np.bool_]


def run_trials(world: World, logs: int, rows: int, *, informed: bool) -> Trials:
    """Draw logs and estimate the target's value from each, with 95 % intervals.

    Args:
        world: The population.
        logs: How many logs.
        rows: Exposures of each.
        informed: Whether predictions are learned; else they are one wrong constant.
    """
    estimates, held = [], []
    for number in range(logs):
        values, ends = _one(world, rows, number, informed)
        estimates.append(values)
        held.append([low <= world.value <= high for low, high in ends])
        if number % 50 == 49:
            say(f"known value, {'learned' if informed else 'wrong'} predictions: {number + 1} of {logs} logs")
    return Trials(np.array(estimates), np.array(held))


def _one(world: World, rows: int, seed: int, informed: bool) -> tuple[Array, list[tuple[float, float]]]:
    rng = np.random.default_rng([seed, rows])
    who = rng.integers(0, CUSTOMERS, rows)
    arms = (rng.random(rows)[:, None] >= np.cumsum(world.logging[who], axis=1)).sum(axis=1).clip(0, ARMS - 1)
    clicks = (rng.random(rows) < world.rates[who, arms]).astype(float)
    log = Log(arms, clicks, world.logging[who, arms], np.arange(rows))
    predicted = _crossed(world.traits[who], log) if informed else np.full((rows, ARMS), 0.5)
    part = contributions(log, world.target[who], predicted)
    draws = resample([part], log.clusters, rng)
    return part.values, [interval(draws[:, 0, place], 95) for place in range(len(METHODS))]


def _crossed(traits: Array, log: Log) -> Array:
    """Return predictions for each half learned on the other."""
    predicted = np.zeros((len(log.arms), ARMS))
    half = np.arange(len(log.arms)) % 2 == 0
    for mine in (half, ~half):
        learning = Rewards(traits[~mine], log.arms[~mine], log.rewards[~mine], np.ones((~mine).sum()))
        predicted[mine] = fit_arms(learning, ARMS, binary=True).predict(traits[mine])
    return predicted
