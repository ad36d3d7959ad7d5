"""What each way to choose gives away against knowing everything, where offers stay and where they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from tools.estimators.arms import ArmModel, Rewards, discount, fit_arms
from tools.estimators.bandits import draw_arms, even_shares, explore, linucb_shares, thompson_shares
from tools.progress import say

Array = NDArray[np.float64]
Choose = Callable[[ArmModel, Array, np.random.Generator], Array]

ARMS: Final = 5
TRAITS: Final = 3
ROUNDS: Final = 40
PER_ROUND: Final = 200
HALF_LIFE: Final = 4.0
"""Rounds after which a result counts half, for the discounted policy."""

ALL: Final = np.ones(ARMS, dtype=bool)


def _greedy(model: ArmModel, traits: Array, rng: np.random.Generator) -> Array:
    scores = model.predict(traits)
    return np.asarray(scores >= scores.max(axis=1, keepdims=True), float)


@dataclass(frozen=True)
class Strategy:
    """One way to choose.

    Attributes:
        choose: Chances of every offer for every row.
        binary: Whether the model it learns is logistic; else linear.
        exploration: Part that is drawn by lot.
        half_life: Rounds after which a result counts half; None: never.
    """

    choose: Choose
    binary: bool = True
    exploration: float = 0.0
    half_life: float | None = None


def _thompson(model: ArmModel, traits: Array, rng: np.random.Generator) -> Array:
    return thompson_shares(model, traits, ALL, rng)


STRATEGIES: Final[Mapping[str, Strategy]] = {
    "evenly": Strategy(lambda model, traits, rng: even_shares(len(traits), ALL)),
    "best so far, 10 % by lot": Strategy(_greedy, exploration=0.1),
    "LinUCB": Strategy(lambda model, traits, rng: linucb_shares(model, traits, ALL), binary=False),
    "Thompson": Strategy(_thompson),
    "Thompson, 10 % by lot (the tool's)": Strategy(_thompson, exploration=0.1),
    "Thompson, discounted": Strategy(_thompson, half_life=HALF_LIFE),
}


def regrets(runs: int, *, drift: bool) -> dict[str, Array]:
    """Return each strategy's responses given away per 100 contacts, one number a run; the same worlds for all.

    Args:
        runs: How many worlds.
        drift: Whether each world's offers exchange what they bring halfway.
    """
    found: dict[str, list[float]] = {name: [] for name in STRATEGIES}
    for run in range(runs):
        for name, strategy in STRATEGIES.items():
            found[name].append(_regret(strategy, run, drift))
        say(f"regret, {'with' if drift else 'without'} drift: {run + 1} of {runs}")
    return {name: np.array(values) for name, values in found.items()}


def _regret(strategy: Strategy, seed: int, drift: bool) -> float:
    rng = np.random.default_rng([seed, drift])
    levels, slopes = rng.normal(-2.0, 0.5, ARMS), rng.normal(0, 0.5, (TRAITS, ARMS))
    traits, arms, clicks, turns = [np.zeros((0, TRAITS))], [np.zeros(0, int)], [np.zeros(0)], [np.zeros(0)]
    lost = 0.0
    for turn in range(ROUNDS):
        if drift and turn == ROUNDS // 2:
            levels, slopes = np.roll(levels, 1), np.roll(slopes, 1, axis=1)
        seen = rng.normal(size=(PER_ROUND, TRAITS))
        rates = expit(levels + seen @ slopes)
        weights = discount(turn - np.concatenate(turns), strategy.half_life)
        known = Rewards(np.vstack(traits), np.concatenate(arms), np.concatenate(clicks), weights)
        model = fit_arms(known, ARMS, binary=strategy.binary)
        shares = explore(strategy.choose(model, seen, rng), ALL, strategy.exploration)
        chosen = draw_arms(shares, rng.random(PER_ROUND))
        lost += float((rates.max(axis=1) - (shares * rates).sum(axis=1)).sum())
        traits.append(seen)
        arms.append(chosen)
        clicks.append((rng.random(PER_ROUND) < rates[np.arange(PER_ROUND), chosen]).astype(float))
        turns.append(np.full(PER_ROUND, float(turn)))
    return 100 * lost / (ROUNDS * PER_ROUND)
