"""Random budget questions: the product's split against a general solver's, and questions that nobody can meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog, minimize

from tools.estimators.media.curves import Curves, Family, Stack
from tools.estimators.media.relaxing import can_be_met, relaxations
from tools.estimators.media.s_shaped import split_on_grid
from tools.estimators.media.split import Problem, most_counted, split_money

Array = NDArray[np.float64]

CONCAVE: Final[tuple[Family, ...]] = ("linear", "log", "exponential", "hill")
MOST_CHANNELS: Final = 8
AGREES: Final = 1e-6
"""Bar: relative difference of the goal. The issue's."""

HELD: Final = 1e-8
"""Relative amount by which a limit may be missed in rounding."""

MARGIN: Final = 0.02
"""How far a target of the third kind of question lies beyond what a general solver can reach."""


@dataclass(frozen=True)
class Compared:
    """One question: the relative shortfall against the solver, whether every limit held, which kind it was."""

    shortfall: float
    held: bool
    kind: str


def random_problem(rng: np.random.Generator, kind: str) -> Problem:
    """Draw a question that can be met; `kind` is linear, curved or drawn (curves known by draws only)."""
    channels = int(rng.integers(1, MOST_CHANNELS + 1))
    curves = [_curves(rng, kind) for _ in range(channels)]
    total = float(rng.uniform(50, 1_000))
    low = np.where(rng.random(channels) < 0.3, rng.uniform(0, total / channels, channels), 0.0)
    high = np.where(rng.random(channels) < 0.4, low + rng.uniform(0, total, channels), np.inf)
    asked = Problem(
        stack=Stack(curves),
        worth=rng.uniform(0.2, 5.0, channels),
        total=total,
        low=low,
        high=high,
        cost=float(rng.random() < 0.3),
        count=rng.uniform(0.2, 2.0, channels),
    )
    if kind != "linear" and rng.random() < 0.4:
        return asked
    free, most = asked.counted(split_money(asked)), asked.counted(most_counted(asked))
    return replace(asked, least=free + float(rng.uniform(-0.1, 0.95)) * (most - free))


def _curves(rng: np.random.Generator, kind: str) -> Curves:
    if kind == "linear":
        return Curves.known("linear", float(rng.uniform(0.01, 2.0)), 1.0)
    draws = 20 if kind == "drawn" else 1
    families = rng.integers(0 if kind == "curved" else 1, len(CONCAVE), draws)
    return Curves(families, rng.uniform(20, 500, draws), rng.uniform(10, 400, draws), np.ones(draws))


def compare(asked: Problem, kind: str) -> Compared:
    """Split with the product and with a general solver: HiGHS for linear programmes, SLSQP from several starts else."""
    ours = split_money(asked)
    best = _linear(asked) if asked.stack.straight else _curved(asked, ours)
    size = max(abs(best), 1e-9)
    return Compared((best - asked.goal(ours)) / size, holds(asked, ours), kind)


def holds(asked: Problem, spends: Array) -> bool:
    """Tell whether spends keep within every limit."""
    slack = HELD * asked.total
    return bool(
        spends.sum() <= asked.total + slack
        and (spends >= asked.low - slack).all()
        and (spends <= asked.high + slack).all()
        and (asked.least is None or asked.counted(spends) >= asked.least - HELD * max(abs(asked.least), 1.0))
    )


def _linear(asked: Problem) -> float:
    rates = asked.stack.marginals(np.zeros(asked.stack.channels))
    rows, bounds = [np.ones(len(rates))], [asked.total]
    if asked.least is not None and asked.count is not None:
        rows, bounds = [*rows, -rates * asked.count], [*bounds, -asked.least]
    solved = linprog(
        asked.cost - asked.worth * rates, np.array(rows), bounds, bounds=list(zip(asked.low, asked.high, strict=True))
    )
    return -float(solved.fun)


def _curved(asked: Problem, ours: Array) -> float:
    """Return the best goal that SLSQP reaches, of the ends that keep within the limits.

    It starts from the least spends, from a mix with the most, and from the product's own split, from which it would
    climb on if there were anything better near.
    """
    share = max(0.0, asked.total - float(asked.low.sum())) / max(float((asked.top - asked.low).sum()), 1e-9)
    starts = (asked.low, asked.low + min(share, 1.0) * (asked.top - asked.low), ours)
    ends = [_climbed(asked, start) for start in starts]
    return max(asked.goal(end) for end in [*ends, *_lone_start(asked, ours, ends)] if holds(asked, end))


def _lone_start(asked: Problem, ours: Array, ends: Sequence[Array]) -> Sequence[Array]:
    """Return the product's split where the solver found nothing within the limits, so that there is an answer."""
    return () if any(holds(asked, end) for end in ends) else (ours,)


def _climbed(asked: Problem, start: Array) -> Array:
    size, count = max(abs(asked.goal(asked.top)), 1.0), asked.worth if asked.count is None else asked.count
    limits = [
        {
            "type": "ineq",
            "fun": lambda x: 1 - x.sum() / asked.total,
            "jac": lambda x: np.full(len(x), -1 / asked.total),
        }
    ]
    if asked.least is not None:
        least, scale = asked.least, max(abs(asked.least), 1e-9)
        limits.append(
            {
                "type": "ineq",
                "fun": lambda x: (asked.counted(x) - least) / scale,
                "jac": lambda x: count * asked.stack.marginals(x) / scale,
            }
        )
    solved = minimize(
        lambda x: -asked.goal(x) / size,
        np.clip(start, asked.low, asked.top),
        jac=lambda x: (asked.cost - asked.worth * asked.stack.marginals(x)) / size,
        bounds=list(zip(asked.low, asked.top, strict=True)),
        constraints=limits,
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 1_000},
    )
    found: Array = np.clip(solved.x, asked.low, asked.top)
    return found


def impossible_problem(rng: np.random.Generator, way: int) -> Problem:
    """Draw a question with one fault: a minimum above its maximum, minimums above the total, a target beyond reach."""
    asked = random_problem(rng, "curved")
    if way == 0:
        high, low = asked.high.copy(), np.maximum(asked.low, 1.0)
        high[0] = low[0] * float(rng.uniform(0.1, 0.99))
        return replace(asked, low=low, high=np.maximum(high, np.r_[high[0], low[1:]]), total=low.sum() * 2, least=None)
    if way == 1:
        even = asked.total / len(asked.low)
        low = asked.low + even * float(rng.uniform(1.001, 2.0))
        return replace(asked, low=low, high=np.full(len(low), np.inf), least=None)
    most = replace(asked, worth=asked.worth if asked.count is None else asked.count, cost=0.0, least=None)
    return replace(asked, least=_curved(most, most_counted(asked)) * (1 + MARGIN))


def recognised(asked: Problem) -> tuple[bool, bool]:
    """Tell whether the product finds that a question cannot be met, and whether each change it names is enough."""
    ways = relaxations(asked)
    enough = all(can_be_met(_relaxed(asked, item.limit, item.channel, item.value)) for item in ways)
    return not can_be_met(asked) and bool(ways), enough


def _relaxed(asked: Problem, limit: str, channel: int | None, value: float) -> Problem:
    """Return the question with one limit moved to a named value, and by rounding beyond it."""
    if limit == "total":
        return replace(asked, total=value * (1 + AGREES))
    if limit == "target":
        return replace(asked, least=value - AGREES * abs(value))
    low, high = asked.low.copy(), asked.high.copy()
    bounds, factor = (high, 1 + AGREES) if limit == "maximum" else (low, 1 - AGREES)
    bounds[channel] = value * factor
    return replace(asked, low=low, high=high)


def bent_problem(rng: np.random.Generator) -> Problem:
    """Draw a question with S-shaped curves."""
    channels = int(rng.integers(2, 5))
    curves = [
        Curves.known("s_shaped", float(rng.uniform(50, 500)), float(rng.uniform(20, 200)), float(rng.uniform(1.5, 4)))
        for _ in range(channels)
    ]
    return Problem(
        Stack(curves),
        rng.uniform(0.5, 3, channels),
        float(rng.uniform(50, 500)),
        np.zeros(channels),
        np.full(channels, np.inf),
    )


def bent_shortfall(asked: Problem, points: int = 2_001) -> float:
    """Return by how much the product's split of S-shaped curves falls short of the best on a fine grid, relatively."""
    found = split_on_grid(asked)
    best = best_on_grid(asked, points)
    return 1.0 if found is None or not holds(asked, found) else (best - asked.goal(found)) / best


def best_on_grid(asked: Problem, points: int) -> float:
    """Return the most that whole steps of money bring, by dynamic programming over the channels."""
    money = np.linspace(0.0, asked.total, points)
    gained = np.array([asked.stack.values(np.full(asked.stack.channels, step)) for step in money])
    gains = (gained * asked.worth).T
    best = np.zeros(points)
    for gain in gains:
        best = np.array([float((best[: step + 1] + gain[step::-1]).max()) for step in range(points)])
    return float(best[-1])
