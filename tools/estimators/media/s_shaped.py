"""The best split where a curve may be S-shaped: on a grid by mixed-integer programming, then refined between points.

Below its bend an S-shaped curve rewards putting money together, so equal marginal returns may mark the worst split.
The grid's optimum is exact (HiGHS: Huangfu and Hall 2018); the refinement cannot leave the grid cells next to it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, milp, minimize
from scipy.sparse import csr_array, vstack

from tools.estimators.media.split import Problem

Array = NDArray[np.float64]

POINTS: Final = 101
"""Spends of each channel that are tried: one per cent of its range apart."""

SECONDS: Final = 20.0
"""After this long HiGHS returns the best split found so far."""


def split_on_grid(problem: Problem) -> Array | None:
    """Return the best spends for curves of any shape, None where the limits cannot be met on the grid.

    >>> from tools.estimators.media.curves import Curves, Stack
    >>> both = Stack([Curves.known("s_shaped", 100.0, 50.0, 3.0)] * 2)
    >>> found = split_on_grid(Problem(both, np.ones(2), 60.0, np.zeros(2), np.full(2, np.inf)))
    >>> sorted(found.round(3).tolist())
    [0.0, 60.0]
    """
    grid = np.linspace(problem.low, problem.top, POINTS)
    chosen = _chosen(problem, grid)
    return None if chosen is None else _refined(problem, chosen, (problem.top - problem.low) / (POINTS - 1))


def _chosen(problem: Problem, grid: Array) -> Array | None:
    channels = problem.stack.channels
    gains = np.array([problem.stack.values(row) for row in grid])
    goal = (gains * problem.worth - problem.cost * grid).T.ravel()
    spends = grid.T.ravel()
    one_each = csr_array(np.kron(np.eye(channels), np.ones(POINTS)))
    rows, least, most = [one_each, csr_array(spends[None, :])], [1.0] * channels + [-np.inf], [1.0] * channels
    most.append(problem.total * (1 + 1e-12))
    if problem.least is not None:
        count = problem.worth if problem.count is None else problem.count
        counted = (gains * count - problem.count_cost * grid).T.ravel()
        rows, least, most = [*rows, csr_array(counted[None, :])], [*least, problem.least], [*most, np.inf]
    size = max(float(np.abs(goal).max()), 1e-12)
    found = milp(
        -goal / size,
        integrality=np.ones(len(goal)),
        bounds=(0, 1),
        constraints=LinearConstraint(vstack(rows), least, most),
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-9},
    )
    if found.x is None:
        return None
    spends = (found.x.reshape(channels, POINTS) * grid.T).sum(axis=1)
    # The solver's zeros may lie a hair below zero, where no power is.
    within: Array = np.clip(spends, problem.low, problem.top)
    return within


def _refined(problem: Problem, start: Array, cell: Array) -> Array:
    """Climb from the grid's optimum within its cells; the start is kept where that does not help."""
    size = max(abs(problem.goal(start)), 1e-9)

    def slope(spends: Array) -> Array:
        gradient: Array = -(problem.worth * problem.stack.marginals(spends) - problem.cost) / size
        return gradient

    limits = [{"type": "ineq", "fun": lambda spends: (problem.total - spends.sum()) / problem.total}]
    if problem.least is not None:
        wanted = problem.least
        limits.append(
            {"type": "ineq", "fun": lambda spends: (problem.counted(spends) - wanted) / max(abs(wanted), 1e-9)}
        )
    low, high = np.maximum(problem.low, start - cell), np.minimum(problem.top, start + cell)
    found = minimize(
        lambda spends: -problem.goal(spends) / size,
        start,
        jac=slope,
        bounds=list(zip(low, high, strict=True)),
        constraints=limits,
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 200},
    )
    climbed = np.clip(found.x, low, high)
    over = climbed.sum() - problem.total
    climbed = np.maximum(low, climbed - max(over, 0.0) / len(climbed)) if over > 0 else climbed
    held = climbed.sum() <= problem.total * (1 + 1e-12) and (
        problem.least is None or problem.counted(climbed) >= problem.least * (1 - 1e-9)
    )
    return climbed if held and problem.goal(climbed) > problem.goal(start) else start
