"""Which part of a message is about a tool, and which of the values that the message mentions stand in it.

Of "coffee reviews of the last 3 months, then 20k over email and sms", the months are no argument of the budget.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, TypeVar

from agent.clauses import clauses_of
from agent.mentions import Mentions, find_mentions

Value = TypeVar("Value")
_VALUES: Final = ("money", "percents", "weeks", "months", "counts", "segments", "channels")
ANY_DAY: Final = dt.date(2000, 1, 1)
"""For reading what depends on no day."""


def own_part(tool: str, text: str) -> str | None:
    """Return the part of a message that is about a tool: the whole of one that has a single part; None if unclear.

    >>> own_part("forecast_demand", "Forecast tea for 6 weeks, then split 3k over email and sms")
    'Forecast tea for 6 weeks'
    >>> own_part("calendar", "Forecast tea for 6 weeks, then split 3k over email and sms") is None
    True
    """
    clauses = clauses_of(text)
    if len(clauses) == 1:
        return text
    own = [clause.text for clause in clauses if clause.tool == tool]
    return own[0] if len(own) == 1 else None


def local_mentions(tool: str, mentions: Mentions) -> Mentions:
    """Return the mentions with, of each kind, only the values of the tool's own part, where that has any.

    >>> text = "Forecast tea for 6 weeks, then split 3k over email and sms for 8 weeks"
    >>> local_mentions("forecast_demand", find_mentions(text, dt.date(2017, 11, 1))).weeks
    (6,)
    """
    part = own_part(tool, mentions.text)
    if part is None or part == mentions.text:
        return mentions
    own = _read(part)
    kept: dict[str, Any] = {name: _among(getattr(mentions, name), getattr(own, name)) for name in _VALUES}
    return replace(mentions, **kept)


def _among(values: tuple[Value, ...], own: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(value for value in values if value in own) or values


@lru_cache(maxsize=64)
def _read(part: str) -> Mentions:
    return find_mentions(part, ANY_DAY)
