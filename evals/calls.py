"""Comparing the tool calls that were made with those that were wanted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from pydantic import JsonValue
from scipy.optimize import linear_sum_assignment

from evals.normalise import equal, normalise_name

_COMPLETE = 1000
"""Weight of a call that is right in every listed argument; above any number of arguments."""


class Call(Protocol):
    """A tool's name with arguments, wanted or made."""

    @property
    def name(self) -> str:
        """The name of the tool."""

    @property
    def arguments(self) -> Mapping[str, JsonValue]:
        """The arguments by name."""


@dataclass(frozen=True)
class Comparison:
    """What a list of calls has in common with the wanted list.

    Attributes:
        names: Wanted calls for which a call of the same tool was made (each made call counts once).
        names_wanted: Wanted calls.
        arguments: Listed arguments that were given with the wanted value.
        arguments_wanted: Arguments listed in wanted calls whose tool was called.
        in_sequence: Whether the tools are the wanted ones, none missing or extra, in order unless any order is right.
        exact: Whether `in_sequence` holds and every listed argument of every call is right.
        faults: What differs, in words.
    """

    names: int
    names_wanted: int
    arguments: int
    arguments_wanted: int
    in_sequence: bool
    exact: bool
    faults: tuple[str, ...]


def compare_calls(wanted: Sequence[Call], made: Sequence[Call], *, any_order: bool = False) -> Comparison:
    """Compare calls after normalisation; arguments that a wanted call does not list may have any value.

    Made calls are assigned to wanted calls of the same tool so that as many as possible are right; in a fixed order,
    `exact` asks each call to be right in its own place.
    """
    pairs = _assign(wanted, made)
    wrong = [_wrong_arguments(call, made[pairs[i]]) for i, call in enumerate(wanted) if i in pairs]
    listed = sum(len(wanted[i].arguments) for i in pairs)
    names, given = [normalise_name(call.name) for call in wanted], [normalise_name(call.name) for call in made]
    in_sequence = sorted(names) == sorted(given) if any_order else names == given
    in_place = pairs if any_order else {i: i for i in range(len(wanted))}
    exact = in_sequence and not any(_wrong_arguments(wanted[i], made[j]) for i, j in in_place.items())
    faults = [*_wrong_names(names, given), *(fault for found in wrong for fault in found)]
    return Comparison(
        names=len(pairs),
        names_wanted=len(wanted),
        arguments=listed - sum(map(len, wrong)),
        arguments_wanted=listed,
        in_sequence=in_sequence,
        exact=exact,
        faults=() if exact else tuple(faults or ["right calls in another order"]),
    )


def write_calls(calls: Sequence[Call]) -> str:
    """Write calls on one line.

    >>> from agent.requests import ToolCall
    >>> write_calls([ToolCall(name="calendar", arguments={"country": "US"})])
    'calendar(country=US)'
    """
    return ", ".join(_write_call(call) for call in calls) or "-"


def _write_call(call: Call) -> str:
    return f"{call.name}({', '.join(f'{name}={value}' for name, value in call.arguments.items())})"


def _assign(wanted: Sequence[Call], made: Sequence[Call]) -> dict[int, int]:
    weights = np.zeros((len(wanted), len(made)))
    for i, want in enumerate(wanted):
        for j, call in enumerate(made):
            if normalise_name(want.name) == normalise_name(call.name):
                wrong = len(_wrong_arguments(want, call))
                weights[i, j] = 1 + len(want.arguments) - wrong + (0 if wrong else _COMPLETE)
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return {int(i): int(j) for i, j in zip(rows, columns, strict=True) if weights[i, j] > 0}


def _wrong_arguments(wanted: Call, made: Call) -> list[str]:
    given = {normalise_name(name): value for name, value in made.arguments.items()}
    return [
        f"{wanted.name}.{name}: wanted {value!r}, got {given.get(normalise_name(name), 'nothing')!r}"
        for name, value in wanted.arguments.items()
        if not equal(value, given.get(normalise_name(name)), normalise_name(name))
    ]


def _wrong_names(wanted: Sequence[str], given: Sequence[str]) -> list[str]:
    missing, extra = Counter(wanted) - Counter(given), Counter(given) - Counter(wanted)
    return [f"{name} not called" for name in missing.elements()] + [f"{name} not wanted" for name in extra.elements()]
