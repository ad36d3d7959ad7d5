"""When a call counts as right on the Berkeley function-calling leaderboard: the match of its abstract syntax tree.

Definition: gorilla.cs.berkeley.edu, "Berkeley Function Calling Leaderboard", section on AST evaluation (v4 files).
A call is right when its function is the wanted one, every required argument is there, no other than the listed ones
is, and each value is one of the possible values; an argument may be left out where "" is one of those. Strings are
compared without case, spaces and punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

Values = Sequence[object]
_IGNORED = re.compile(r"[ ,./\-_*^'\"]")


def matches(name: str, arguments: Mapping[str, object], wanted: Mapping[str, Mapping[str, Values]]) -> bool:
    """Say whether a call is the wanted one.

    >>> wanted = {"area": {"base": [10], "unit": ["cm", ""]}}
    >>> matches("area", {"base": 10}, wanted), matches("area", {"base": 10, "unit": "C.M."}, wanted)
    (True, True)
    >>> matches("area", {"base": 11}, wanted), matches("area", {"base": 10, "height": 2}, wanted)
    (False, False)
    >>> matches("area", {}, wanted)
    False
    """
    possible = wanted.get(name)
    if possible is None or set(arguments) - set(possible):
        return False
    return all(
        _one_of(arguments[argument], values) if argument in arguments else "" in values
        for argument, values in possible.items()
    )


def _one_of(value: object, possible: Values) -> bool:
    return any(_equal(value, wanted) for wanted in possible)


def _equal(value: object, wanted: object) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return value == wanted
    if isinstance(value, str) and isinstance(wanted, str):
        return standard(value) == standard(wanted)
    if isinstance(value, list) and isinstance(wanted, list):
        return len(value) == len(wanted) and all(map(_equal, value, wanted))
    if isinstance(value, dict) and isinstance(wanted, dict):
        return _equal_fields(value, cast(Mapping[str, Values], wanted))
    return False


def _equal_fields(value: Mapping[str, object], wanted: Mapping[str, Values]) -> bool:
    if set(value) - set(wanted):
        return False
    return all(_one_of(value[key], each) if key in value else "" in each for key, each in wanted.items())


def standard(text: str) -> str:
    """Write a string as it is compared.

    >>> standard("New-York, N.Y.") == standard("new york ny")
    True
    """
    return _IGNORED.sub("", text).lower()
