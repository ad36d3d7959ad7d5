"""A budget question over fitted curves, and its answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.budget.fitted import INTERVAL_PERCENT, ChannelCurve
from tools.budget.limits import Limits
from tools.budget.relaxed import explain_relaxations
from tools.errors import ToolError
from tools.estimators.media.best import best_split, cheapest_split
from tools.estimators.media.curves import Stack
from tools.estimators.media.split import Problem
from tools.estimators.media.teaching import WEEKS

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """A solved budget question; spends are of a week.

    Attributes:
        limits: The question.
        curves: Channels that can get money.
        problem: The question as the estimator takes it, per week.
        spends: The answer, per week.
        reached: Whether the target is reached; None without one.
    """

    limits: Limits
    curves: tuple[ChannelCurve, ...]
    problem: Problem
    spends: Array
    reached: bool | None

    def drawn(self, per_gain: Sequence[float] | Array, spends: Array | None = None) -> Array:
        """Return, for each draw and channel, what four weeks bring: gains times what one is worth."""
        weekly = self.spends if spends is None else spends
        gains = np.array([item.fit.curves.values(float(x)) for item, x in zip(self.curves, weekly, strict=True)]).T
        drawn: Array = WEEKS * gains * np.asarray(per_gain)
        return drawn


def solve(limits: Limits, curves: tuple[ChannelCurve, ...], margin: float) -> Plan:
    """Split the money.

    Raises:
        ToolError: No split meets the limits; the message gives the smallest changes that help.
    """
    problem = _problem(limits, curves, margin)
    spends = best_split(problem)
    if spends is None:
        ways = "; or ".join(explain_relaxations(problem, curves, limits))
        raise ToolError(
            f"no split of {limits.total:g} {limits.currency} meets the limits; expected limits that fit together; try "
            f"{ways}"
        )
    if limits.target is None:
        return Plan(limits, curves, problem, spends, None)
    cheapest = cheapest_split(targeted(problem, limits.target))
    return Plan(limits, curves, problem, spends if cheapest is None else cheapest, cheapest is not None)


def targeted(problem: Problem, target: float) -> Problem:
    """Return the question of the least money that reaches a target of the goal in all weeks."""
    return dataclasses.replace(problem, count=problem.worth, count_cost=problem.cost, least=target / WEEKS)


def _problem(limits: Limits, curves: Sequence[ChannelCurve], margin: float) -> Problem:
    low = np.array([limits.minimums.get(item.channel, 0.0) for item in curves])
    high = np.array([limits.maximums.get(item.channel, np.inf) for item in curves])
    conversions = np.array([item.conversions_per_gain for item in curves])
    least = None if limits.least_conversions is None else limits.least_conversions / WEEKS
    return Problem(
        stack=Stack([item.fit.curves for item in curves]),
        worth=np.full(len(curves), margin),
        total=limits.total / WEEKS,
        low=low / WEEKS,
        high=high / WEEKS,
        cost=1.0 if limits.goal == "profit" else 0.0,
        count=None if least is None else conversions,
        least=least,
    )


def interval(draws: Array) -> tuple[float, float]:
    """Return the ends of the interval that draws stand for."""
    tail = (1 - INTERVAL_PERCENT / 100) / 2
    return float(np.quantile(draws, tail)), float(np.quantile(draws, 1 - tail))
