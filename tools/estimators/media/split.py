"""The best split of money over concave response curves, within limits.

Maximise sum(worth * gain(x)) - cost * sum(x) subject to sum(x) <= total, low <= x <= high and, where a target is given,
sum(count * gain(x)) - count_cost * sum(x) >= least. Kuhn and Tucker (1951): at the optimum every channel that is not
at a limit brings the same for its next unit of money. One crossing finds that price, a second one around it the weight
of the target. Straight lines make it the linear programme of the classic form; where both sides of a crossing lie
apart, as they then do, every mix of the two is optimal and the mix that uses the limit up is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tools.estimators.media.curves import Stack
from tools.estimators.media.roots import blend, crossing

Array = NDArray[np.float64]

HALVINGS = 50
"""Of a channel's range when the spend of a marginal return is looked for; 1e-15 of the range."""

LOWEST_PRICE = 1e-12
"""Marginal returns below this part of the highest are taken as none."""


@dataclass(frozen=True)
class Problem:
    """What to make as large as possible, and within what; arrays have one entry a channel.

    Attributes:
        stack: The channels' curves.
        worth: What a unit of gain is worth to the goal.
        total: Money at most.
        low: Least spend.
        high: Most spend; infinity where there is no limit.
        cost: What a unit of money counts against the goal: 1 for profit, 0 otherwise.
        count: What a unit of gain counts for the target.
        count_cost: What a unit of money counts against the target.
        least: The target; None where there is none.
    """

    stack: Stack
    worth: Array
    total: float
    low: Array
    high: Array
    cost: float = 0.0
    count: Array | None = None
    count_cost: float = 0.0
    least: float | None = None

    @property
    def top(self) -> Array:
        """Return the most that each channel could get."""
        return np.maximum(self.low, np.minimum(self.high, self.total))

    def goal(self, spends: Array) -> float:
        """Return the goal at given spends."""
        return float(self.worth @ self.stack.values(spends)) - self.cost * float(spends.sum())

    def counted(self, spends: Array) -> float:
        """Return what the target asks for, at given spends."""
        count = self.worth if self.count is None else self.count
        return float(count @ self.stack.values(spends)) - self.count_cost * float(spends.sum())


def split_money(problem: Problem) -> Array:
    """Return the best spends; curves are concave and the limits can be met (see `relaxing.py`).

    >>> from tools.estimators.media.curves import Curves
    >>> twice = Stack([Curves.known("log", 100, 50), Curves.known("log", 100, 50)])
    >>> split_money(Problem(twice, np.ones(2), 60.0, np.zeros(2), np.full(2, np.inf))).round(6).tolist()
    [30.0, 30.0]
    """
    free = _priced(problem, problem.worth, problem.cost)
    if problem.least is None or problem.counted(free) >= problem.least:
        return free
    wanted, count = problem.least, problem.worth if problem.count is None else problem.count
    # Both parts are brought to one size, so that the weight of the target is looked for where it matters.
    sizes = [float(np.abs(part).mean()) for part in (problem.worth, count)]
    size = sizes[0] / sizes[1] if min(sizes) > 0 else 1.0

    def spends_at(weight: float) -> Array:
        return _priced(
            problem,
            (1 - weight) * problem.worth + weight * size * count,
            (1 - weight) * problem.cost + weight * size * problem.count_cost,
        )

    def missing(spends: Array) -> float:
        return wanted - problem.counted(spends)

    return blend(*crossing(spends_at, missing, 0.0, 1.0, max(abs(wanted), 1e-9)))


def most_counted(problem: Problem) -> Array:
    """Return the spends within total and limits that bring most of what the target counts."""
    count = problem.worth if problem.count is None else problem.count
    return _priced(problem, count, problem.count_cost)


def least_money(problem: Problem) -> Array:
    """Return the cheapest spends that reach the target; it can be reached."""
    cheapest = replace(
        problem,
        worth=np.zeros_like(problem.worth),
        cost=1.0,
        count=problem.worth if problem.count is None else problem.count,
    )
    return split_money(cheapest)


def _priced(problem: Problem, weights: Array, floor: float) -> Array:
    """Return the spends at the lowest price of money, at least `floor`, at which they fit the total."""
    low, top = problem.low, problem.top
    first = weights * problem.stack.marginals(low)
    highest = max(float(first.max(initial=0.0)), floor)

    def spends_at(price: float) -> Array:
        return _spends_at(problem.stack, weights, price, low, top)

    def excess(spends: Array) -> float:
        return float(spends.sum()) - problem.total

    cheap = spends_at(floor)
    if highest <= floor or excess(cheap) <= 0:
        return cheap
    bottom = max(floor, LOWEST_PRICE * highest)
    if excess(spends_at(bottom)) <= 0:
        return spends_at(bottom)
    below, above = crossing(
        lambda log_price: spends_at(float(np.exp(log_price))),
        excess,
        float(np.log(bottom)),
        float(np.log(highest)) + 1e-9,
        problem.total,
    )
    return blend(below, above)


def _spends_at(stack: Stack, weights: Array, price: float, low: Array, top: Array) -> Array:
    """Return each channel's spend beyond which money brings less than its price."""
    below, above = low.copy(), top.copy()
    below[weights * stack.marginals(top) > price] = top[weights * stack.marginals(top) > price]
    above[weights * stack.marginals(low) <= price] = low[weights * stack.marginals(low) <= price]
    above = np.maximum(above, below)
    if stack.straight:
        return below
    for _ in range(HALVINGS):
        middle = (below + above) / 2
        worth_it = weights * stack.marginals(middle) > price
        below, above = np.where(worth_it, middle, below), np.where(worth_it, above, middle)
    return above
