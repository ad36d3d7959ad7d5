"""Ten rounds of plan, spend, observe and refit on simulated channels whose curves are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.estimators.media.adstock import adstock
from tools.estimators.media.best import best_split
from tools.estimators.media.curves import Curves, Stack
from tools.estimators.media.fitting import fit_channel
from tools.estimators.media.posterior import Fit, Weeks
from tools.estimators.media.split import Problem, split_money
from tools.estimators.media.teaching import vary_weeks

Array = NDArray[np.float64]

CHANNELS: Final = 4
ROUNDS: Final = 10
WEEKS_BEFORE: Final = 8
"""Weeks of history before the first plan: money split evenly, give or take a fifth."""

BUDGET: Final = 600.0
"""Money a week."""

NOISE: Final = 0.1
"""Standard deviation of a week's outcome over its expectation."""

TAIL: Final = 0.1


@dataclass(frozen=True)
class World:
    """What the planner does not know: curves, carry-over, and the noise of every week to come."""

    curves: tuple[Curves, ...]
    carry: Array
    noise: Array

    @property
    def oracle(self) -> Problem:
        """Return the planner's question with the true curves: most margin less spend in a week."""
        return asked(self.curves)

    def observe(self, spends: Array) -> Array:
        """Return what each channel brought in every week of (weeks, channels) of spend."""
        worked = np.array([adstock(spend, float(carry)) for spend, carry in zip(spends.T, self.carry, strict=True)])
        expected = [[curve.mean(float(x)) for x in row] for curve, row in zip(self.curves, worked, strict=True)]
        outcome: Array = np.array(expected).T * (1 + NOISE * self.noise[: len(spends)])
        return outcome


@dataclass(frozen=True)
class Played:
    """One world's rounds.

    Attributes:
        shortfall: Relative shortfall of the plan's true profit against the oracle's: before each round, and after all.
        paid: The same of what the last round really brought, teaching spends included.
        even: The same of splitting money evenly.
        covered: Share of channels and rounds whose true response to the plan lay in the 80 % interval.
    """

    shortfall: Array
    paid: float
    even: float
    covered: float


def asked(curves: tuple[Curves, ...]) -> Problem:
    """Return the question of the most profit in a week."""
    return Problem(Stack(curves), np.ones(CHANNELS), BUDGET, np.zeros(CHANNELS), np.full(CHANNELS, np.inf), cost=1.0)


def make_world(seed: int) -> World:
    """Draw curves of three families, with carry-over."""
    rng = np.random.default_rng(seed)
    families = ("hill", "log", "exponential", "hill")
    curves = tuple(
        Curves.known(family, float(rng.uniform(800, 2_000)), float(rng.uniform(60, 300)))  # type: ignore[arg-type]
        for family in families
    )
    return World(curves, rng.uniform(0, 0.5, CHANNELS), rng.normal(0, 1, (WEEKS_BEFORE + 4 * ROUNDS, CHANNELS)))


def play(seed: int, rounds: int = ROUNDS) -> Played:
    """Plan and spend for some rounds of four weeks, each plan fitted to all weeks before it."""
    world, rng = make_world(seed), np.random.default_rng(seed + 10_000)
    best = world.oracle.goal(split_money(world.oracle))
    spends = BUDGET / CHANNELS * np.exp(rng.normal(0, 0.2, (WEEKS_BEFORE, CHANNELS)))
    shortfalls, covered, paid = [], [], 0.0
    for turn in range(rounds + 1):
        fits = _fits(spends, world.observe(spends), seed * 100 + turn)
        plan = _plan(fits)
        shortfalls.append(1 - world.oracle.goal(plan) / best)
        covered += [_holds(fit, curve, float(x)) for fit, curve, x in zip(fits, world.curves, plan, strict=True)]
        if turn < rounds:
            weeks = vary_weeks(plan).T
            paid = 1 - float(np.mean([world.oracle.goal(week) for week in weeks])) / best
            spends = np.vstack([spends, weeks])
    even = 1 - world.oracle.goal(np.full(CHANNELS, BUDGET / CHANNELS)) / best
    return Played(np.array(shortfalls), paid, even, float(np.mean(covered)))


def _fits(spends: Array, outcome: Array, seed: int) -> list[Fit]:
    return [
        fit_channel(Weeks(spends[:, place], outcome[:, place]), np.random.default_rng([seed, place]))[0]
        for place in range(CHANNELS)
    ]


def _plan(fits: list[Fit]) -> Array:
    spends = best_split(asked(tuple(fit.curves for fit in fits)))
    return np.zeros(CHANNELS) if spends is None else spends


def _holds(fit: Fit, truth: Curves, spend: float) -> bool:
    low, high = np.quantile(fit.curves.values(spend), (TAIL, 1 - TAIL))
    return bool(low <= truth.mean(spend) <= high)
