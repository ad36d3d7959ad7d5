"""A message in clauses, each with the tool its keywords point to: for the rules, and to see what belongs where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

RULES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "rules.yaml").read_text(encoding="utf-8"))
_NEXT = "then|also|after that|besides|plus|finally|lastly"
"""Words before something else that is asked."""
_JOINS = re.compile(
    rf"[.;?!]\s+|,?\s+(?:and then|and|{_NEXT})\s+|\s*\(?\b(?:\d|[a-d])\)\s+"
    r"|\n+(?:[-*•]|\d\.)?\s*|\s*->\s*|\s(?:/|\|+)\s"
    r"|,\s+(?=(?:forecast|split|find|recommend|design|predict|profile|check|allocate)\b)",
    re.IGNORECASE,
)
_BREAKS = re.compile(rf"[.;?!]\s+\S|\n|->|\s[/|]\s|\b(?:{_NEXT})\b|\(?\b[\da-d]\)", re.IGNORECASE)
"""Where something else may begin, whether or not a keyword is known for it."""
COMPARES = re.compile(
    r"\b(?:without|overall|in general|undiscounted|no discount|no offer|compared?|versus|vs|here and|normal(?:ly)?"
    r"|baseline|(?:full|regular|usual|current|list) price|no promo(?:tion)?|as is|as it stands)\b",
    re.IGNORECASE,
)
"""Words of a comparison: the same is asked twice, once with something and once without it."""
_COMMAS = re.compile(r"[,;:]\s+|\s+[-–—]\s+|\s+(?:and|with)\s+")


@dataclass(frozen=True)
class Clause:
    """A part of a message and the tool its first keyword belongs to, if it has one."""

    text: str
    tool: str | None


def says(words: str, text: str) -> bool:
    """Say whether any of the words, a regular expression, occurs in a text."""
    return re.search(words, text, re.IGNORECASE) is not None


def first_said(lists: dict[str, str], text: str) -> Any:
    """Return the name of the first list of words of which one occurs in a text."""
    return next((name for name, words in lists.items() if says(words, text)), None)


@lru_cache(maxsize=64)
def parts_of(text: str) -> tuple[Clause, ...]:
    """Split a message at every word or mark that may change the subject; many parts have no tool of their own.

    >>> [(part.tool, part.text) for part in parts_of("Forecast tea and coffee")]
    [('forecast_demand', 'Forecast tea'), (None, 'coffee')]
    """
    return tuple(Clause(part, first_said(RULES["tools"], part)) for part in _JOINS.split(text) if part.strip())


@lru_cache(maxsize=64)
def pieces_of(text: str) -> tuple[Clause, ...]:
    """Split a message into its parts; one of a single part that names several tools, at its commas too.

    >>> [piece.tool for piece in pieces_of("reviews of tea, demand for 3 weeks")]
    ['analyze_reviews', 'forecast_demand']
    >>> len(pieces_of("demand for tea, 3 weeks"))
    1
    """
    parts = parts_of(text)
    if len(parts) > 1 or sum(says(words, text) for words in RULES["tools"].values()) < 2:  # noqa: PLR2004
        return parts
    return tuple(Clause(piece, first_said(RULES["tools"], piece)) for piece in _COMMAS.split(text) if piece.strip())


def from_keyword(part: Clause) -> str:
    """Return a part from the piece on that holds its tool's keyword; what stands before may belong elsewhere.

    >>> from_keyword(parts_of("key dates in the next ten days, pairs that go with tea")[0])
    'key dates in the next ten days, pairs that go with tea'
    >>> from_keyword(parts_of("retail peaks in the next ten days, bundles with tea")[0])
    'bundles with tea'
    """
    words = RULES["tools"][part.tool]
    starts = (0, *(match.end() for match in _COMMAS.finditer(part.text)))
    return next((part.text[at:] for at in reversed(starts) if says(words, part.text[at:])), part.text)


@lru_cache(maxsize=64)
def clauses_of(text: str) -> tuple[Clause, ...]:
    """Split a message where it changes the subject; what has no keyword of its own belongs to what stands before.

    >>> [(c.tool, c.text) for c in clauses_of("Forecast tea and coffee, then split 3k over email and sms")]
    [('forecast_demand', 'Forecast tea coffee'), ('allocate_budget', 'split 3k over email sms')]
    """
    return _merged(parts_of(text))


@lru_cache(maxsize=64)
def asks_of(text: str) -> tuple[Clause, ...]:
    """Split a message as `pieces_of` does; within a sentence, what has no keyword belongs to what stands before it.

    >>> [(c.tool, c.text) for c in asks_of("$500 over email and sms, at least $100 on email")]
    [(None, '$500 over email sms, at least $100 on email')]
    >>> len(asks_of("reviews of tea, demand for 3 weeks"))
    2
    """
    pieces = pieces_of(text)
    return pieces if _BREAKS.search(text) else _merged(pieces)


def _merged(parts: Sequence[Clause]) -> tuple[Clause, ...]:
    made: list[Clause] = []
    for part, tool in ((part.text, part.tool) for part in parts):
        if made and (tool is None or made[-1].tool is None or tool == made[-1].tool and not _starts_anew(part, tool)):
            made[-1] = Clause(f"{made[-1].text} {part}", made[-1].tool or tool)
        else:
            made.append(Clause(part, tool))
    return tuple(made)


def _starts_anew(part: str, tool: str) -> bool:
    return re.match(rf"\W*(?:\w+\W+){{0,2}}(?:{RULES['tools'][tool]})", part, re.IGNORECASE) is not None
