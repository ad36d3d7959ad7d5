"""Which of the store's own names a message says, slips of the keyboard included, and which runs of its words are left.

A store's name is taken whole: of "frozen pizza", which the store has, "pizza" alone is no choice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from agent.spelling import edits

_SHORTEST: Final = 5  # letters of a name below which a near word is another word: "beef", "beer"
_LETTERS_A_SLIP: Final = 5  # one slip is forgiven for so many letters
_MOST_SLIPS: Final = 3


@dataclass(frozen=True)
class Said:
    """What a message says of the store's names.

    Attributes:
        names: The store's names, as the store writes them, in its order.
        spans: The runs of words that remain possible names of something else.
    """

    names: tuple[str, ...]
    spans: tuple[str, ...]


@lru_cache(maxsize=64)
def names_said(text: str, names: tuple[str, ...], spans: tuple[str, ...]) -> Said:
    """Find the store's names in a message.

    >>> names_said("sales of frozen piza", ("FROZEN PIZZA", "PIZZA"), ("frozen", "frozen piza", "piza"))
    Said(names=('FROZEN PIZZA',), spans=())
    >>> names_said("steam cookers", ("TEA",), ("steam", "steam cookers"))
    Said(names=(), spans=('steam', 'steam cookers'))
    """
    places = {name: _places(name, text) for name in names}
    exact = _longest({name: found for name, found in places.items() if found})
    mended = {span: name for span in spans if (name := _meant(span, names)) and not _inside(span, text, exact)}
    mended_places = {span: _places(span, text) for span in mended}
    taken = _longest({**exact, **mended_places})
    said = {*(name for name in exact if name in taken), *(mended[span] for span in mended if span in taken)}
    rest = tuple(
        span for span in spans if span not in mended and not _inside(span, text, taken) and not _joins(span, names)
    )
    return Said(tuple(name for name in names if name in said), rest)


_AND: Final = re.compile(r"\s+(?:and|or|&)\s+|\s+/\s+", re.IGNORECASE)


def _joins(span: str, names: tuple[str, ...]) -> bool:
    """Say whether a run of words is two or more of the store's names: "beef and chicken" is neither.

    >>> _joins("beef and chicken", ("BEEF", "CHICKENS")), _joins("bread and breakfast", ("BREAD",))
    (True, False)
    """
    parts = _AND.split(span)
    known = {name.lower().rstrip("s") for name in names}
    whole = span.lower().rstrip("s") in known
    return len(parts) > 1 and not whole and all(part.lower().rstrip("s") in known for part in parts)


Places = list[tuple[int, int]]


def _places(name: str, text: str) -> Places:
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]


def _longest(places: dict[str, Places]) -> dict[str, Places]:
    """Leave out what stands nowhere but inside something longer."""
    every = [place for found in places.values() for place in found]
    kept = {name: [place for place in found if not _covered(place, every)] for name, found in places.items()}
    return {name: found for name, found in kept.items() if found}


def _covered(place: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(a <= place[0] and place[1] <= b and (a, b) != place for a, b in others)


def _inside(span: str, text: str, taken: dict[str, Places]) -> bool:
    every = [place for found in taken.values() for place in found]
    own = _places(span, text)
    return bool(own) and all(_covered(place, every) for place in own)


def _meant(span: str, names: tuple[str, ...]) -> str | None:
    """Return the one name that a run of words is a slip or two away from; None for a name as it is."""
    said = span.lower()
    if len(said) < _SHORTEST:
        return None
    near: list[tuple[int, str]] = []
    for name in names:
        own = name.lower()
        allowed = min(_MOST_SLIPS, len(own) // _LETTERS_A_SLIP)
        if own.rstrip("s") == said.rstrip("s"):  # the name itself or its plural: tools read both
            return None
        if own[0] == said[0] and abs(len(own) - len(said)) <= allowed and len(own.split()) == len(said.split()):
            slips = edits(said, own)
            near += [(slips, name)] if slips <= allowed else []
    near.sort()
    return near[0][1] if near and (len(near) == 1 or near[0][0] < near[1][0]) else None
