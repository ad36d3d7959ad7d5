"""The best split for curves of any shape: by marginal returns where all are concave, on a grid where one may not be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tools.estimators.media.relaxing import can_be_met
from tools.estimators.media.s_shaped import split_on_grid
from tools.estimators.media.split import Problem, least_money, split_money

Array = NDArray[np.float64]


def best_split(problem: Problem) -> Array | None:
    """Return the best spends, None where no split meets the limits.

    >>> from tools.estimators.media.curves import Curves, Stack
    >>> stack = Stack([Curves.known("log", 10.0, 5.0)])
    >>> best_split(Problem(stack, np.ones(1), 9.0, np.zeros(1), np.full(1, 7.0))).tolist()
    [7.0]
    """
    if problem.stack.may_bend_upwards:
        found = _on_grid(problem)
        if found is not None:
            return found
    return split_money(problem) if can_be_met(problem) else None


def cheapest_split(problem: Problem) -> Array | None:
    """Return the spends that reach the target with least money, None where none does."""
    if problem.stack.may_bend_upwards:
        count = problem.worth if problem.count is None else problem.count
        found = _on_grid(replace(problem, worth=np.zeros_like(problem.worth), cost=1.0, count=count))
        if found is not None:
            return found
    return least_money(problem) if can_be_met(problem) else None


def _on_grid(problem: Problem) -> Array | None:
    possible = (problem.low <= problem.high).all() and problem.low.sum() <= problem.total
    return split_on_grid(problem) if possible else None
