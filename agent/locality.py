"""Which part of a message is about a tool, and which of the values that the message mentions stand in it.

Of "coffee reviews of the last 3 months, then 20k over email and sms", the months are no argument of the budget.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, Final, TypeVar

from agent.clauses import clauses_of, from_keyword, parts_of
from agent.dates import Period
from agent.mentions import Mentions, groups_said, read_mentions
from tools.catalog import TOOLS

Value = TypeVar("Value")
_NUMBERS: Final[Mapping[str, frozenset[str]]] = {
    "money": frozenset({"total", "max_price"}),
    "weeks": frozenset({"weeks", "months"}),
    "months": frozenset({"weeks", "months"}),
    "counts": frozenset({"k", "total", "target"}),
}
"""Kinds of numbers, and the arguments that take them."""
_SHARED: Final = ("percents", "segments", "channels")
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

    Where it has none, an amount, a count or a duration that stands in the part of another tool that takes one is not
    offered either, nor are days of the part of one that takes no duration: only what no part claims is said for all.

    >>> text = "Forecast tea for 6 weeks, then split 3k over email and sms for 8 weeks"
    >>> local_mentions("forecast_demand", read_mentions(text, dt.date(2017, 11, 1))).weeks
    (6,)
    >>> local_mentions("forecast_demand", read_mentions("Forecast tea. Reviews of 3 months", ANY_DAY)).weeks
    ()
    """
    part = own_part(tool, mentions.text)
    if part is None or part == mentions.text:
        return mentions
    own = _read(part)
    others = [
        (each.tool, _read(from_keyword(each))) for each in parts_of(mentions.text) if each.tool not in (None, tool)
    ]
    kept: dict[str, Any] = {name: _among(getattr(mentions, name), getattr(own, name)) for name in _SHARED}
    for name in _NUMBERS:
        claimed = {value for other, said in others if name in _takes()[other] for value in getattr(said, name)}
        kept[name] = _among(getattr(mentions, name), getattr(own, name), claimed)
    if groups_said(part) and not own.segments:
        kept["segments"] = ()
    named = [said.text for other, said in others if "weeks" not in _takes()[other]]
    return replace(mentions, periods=_outside(named, part, mentions), **kept)


def _among(values: tuple[Value, ...], own: Iterable[Value], claimed: Collection[Value] = ()) -> tuple[Value, ...]:
    return tuple(value for value in values if value in own) or tuple(v for v in values if v not in claimed)


def _outside(others: Sequence[str], part: str, mentions: Mentions) -> tuple[Period, ...]:
    """Return the periods whose words stand in the part; without one, those in none of the others' parts.

    "gifts for Christmas" are gifts.
    """
    said = [(period, mentions.text[period.start : period.end]) for period in mentions.periods]
    own = tuple(period for period, words in said if words and words in part)
    if own:
        return own
    return tuple(period for period, words in said if words in part or not any(words in each for each in others))


@cache
def _takes() -> Mapping[str, frozenset[str]]:
    """Return, by tool, the kinds of numbers that some argument of its takes."""
    return {
        tool.name: frozenset(kind for kind, names in _NUMBERS.items() if names & set(tool.query.model_fields))
        for tool in TOOLS
    }


@lru_cache(maxsize=64)
def _read(part: str) -> Mentions:
    return read_mentions(part, ANY_DAY)
