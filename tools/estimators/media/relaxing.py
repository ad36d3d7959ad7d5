"""Limits that no split can meet, and the smallest change of one limit after which some split can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from tools.estimators.media.roots import crossing
from tools.estimators.media.split import Problem, least_money, most_counted

Limit = Literal["total", "minimum", "maximum", "target"]

MOST_TIMES: Final = 1_000.0
"""Times the total that a larger total is looked for; what needs more has no remedy in money."""

SLACK: Final = 1e-9
"""Relative excess of a limit that is rounding."""


@dataclass(frozen=True)
class Relaxation:
    """A limit, the value nearest to the given one with which the problem can be solved, and the channel's place."""

    limit: Limit
    value: float
    channel: int | None = None


def can_be_met(problem: Problem) -> bool:
    """Tell whether any spends meet every limit.

    >>> from tools.estimators.media.curves import Curves, Stack
    >>> stack = Stack([Curves.known("exponential", 100.0, 50.0)])
    >>> asked = Problem(stack, np.ones(1), 60.0, np.zeros(1), np.full(1, np.inf), least=70.0)
    >>> can_be_met(asked), can_be_met(replace(asked, least=69.8))
    (False, True)
    """
    if (problem.low > problem.high * (1 + SLACK)).any() or problem.low.sum() > problem.total * (1 + SLACK):
        return False
    return problem.least is None or _missing(problem) <= SLACK * max(abs(problem.least), 1.0)


def relaxations(problem: Problem) -> tuple[Relaxation, ...]:
    """Return, limit by limit, the smallest change of that one alone which makes the problem solvable; () if it is."""
    if can_be_met(problem):
        return ()
    above = np.flatnonzero(problem.low > problem.high)
    if len(above):
        return tuple(
            change
            for place in map(int, above)
            for change in (
                Relaxation("minimum", float(problem.high[place]), place),
                Relaxation("maximum", float(problem.low[place]), place),
            )
        )
    if problem.low.sum() > problem.total:
        return tuple(_room_for_minimums(problem))
    return tuple(_for_target(problem))


def _room_for_minimums(problem: Problem) -> Iterator[Relaxation]:
    over = float(problem.low.sum()) - problem.total
    yield Relaxation("total", float(problem.low.sum()))
    for place, low in enumerate(problem.low):
        if low >= over:
            yield Relaxation("minimum", float(low) - over, place)


def _for_target(problem: Problem) -> Iterator[Relaxation]:
    yield Relaxation("target", problem.counted(most_counted(problem)))
    richer = replace(problem, total=MOST_TIMES * problem.total)
    if can_be_met(richer):
        yield Relaxation("total", float(least_money(richer).sum()))
    for place, high in enumerate(problem.high):
        if high < problem.total:
            yield from _changed(problem, "maximum", place, float(high), problem.total)
    for place, low in enumerate(problem.low):
        if low > 0:
            yield from _changed(problem, "minimum", place, float(low), 0.0)


def _changed(problem: Problem, limit: Limit, place: int, given: float, furthest: float) -> Iterator[Relaxation]:
    """Yield the least change of one channel's limit that is enough, if any is."""
    changed_to = _with(problem, limit, place)
    if can_be_met(changed_to(furthest)):
        _, enough = crossing(
            lambda share: np.array([_missing(changed_to(given + share * (furthest - given)))]),
            lambda missing: float(missing[0]),
            0.0,
            1.0,
            max(abs(problem.least or 0.0), 1e-9),
        )
        yield Relaxation(limit, given + enough.at * (furthest - given), place)


def _with(problem: Problem, limit: Limit, place: int) -> Callable[[float], Problem]:
    def changed(value: float) -> Problem:
        bounds = (problem.high if limit == "maximum" else problem.low).copy()
        bounds[place] = value
        return replace(problem, high=bounds) if limit == "maximum" else replace(problem, low=bounds)

    return changed


def _missing(problem: Problem) -> float:
    return (problem.least or 0.0) - problem.counted(most_counted(problem))
