"""Clean a review's text and cut it into clauses: the pieces that are judged, one opinion each.

The text is somebody else's. Nothing here reads it as anything but characters.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

LONGEST_TEXT: Final = 5_000
"""Characters of a review that are read; the longest review platforms allow 5,000 (Shopify's, Yelp's)."""

MOST_CLAUSES: Final = 20
"""Clauses of one review that are judged, so that one long review does not outweigh the others."""

FEWEST_WORDS: Final = 3
"""Words of a part below which it is no clause of its own: "but cute" stays with what it follows."""

_TAG: Final = re.compile(r"<[^<>]{0,200}>")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_END: Final = re.compile(r"(?<=[.!?…。！？])[\"')\]]*\s+|(?<=[。！？])|\n+")
_TURN: Final = re.compile(
    r"\s*[;—–]\s*|\s+--?\s+|,?\s+\b(?=(?:but|however|although|though|except|yet|whereas|unfortunately)\b)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def clean(text: str) -> str:
    r"""Return a text without markup, links, control characters and marks that turn the reading direction.

    >>> clean("<b>Great</b>\u202e mug&amp;lid\x1b[31m,\n\n see http://x.example/a")
    'Great mug&lid [31m,\nsee'
    """
    plain = _LINK.sub(" ", _TAG.sub(" ", html.unescape(text[:LONGEST_TEXT])))
    kept = "".join(_printable(char) for char in unicodedata.normalize("NFC", plain))
    lines = (" ".join(line.split()) for line in kept.split("\n"))
    return "\n".join(line for line in lines if line).replace(" ,", ",")


def _printable(char: str) -> str:
    if char == "\n" or char.isprintable():
        return char
    # Format characters (Cf) join and turn text without being seen: they go; other controls part words.
    return "" if unicodedata.category(char) == "Cf" else " "


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, apostrophes straight.

    >>> words("Doesn’t fit; 10/10 colour")
    ["doesn't", 'fit', '10', '10', 'colour']
    """
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a text: its sentences, cut where they turn ("but", "although", a semicolon).

    >>> clauses("Lovely fabric, but it runs small. Cute!")
    ('Lovely fabric', 'but it runs small.', 'Cute!')
    >>> clauses("Small but cute")
    ('Small but cute',)
    """
    found: list[str] = []
    for sentence in _END.split(clean(text)):
        start = len(found)
        for part in _TURN.split(sentence):
            if len(found) > start and (_count(part) < FEWEST_WORDS or _count(found[-1]) < FEWEST_WORDS - 1):
                found[-1] = f"{found[-1]} {part}".strip()
            elif _WORD.search(part):
                found.append(part.strip())
        if len(found) >= MOST_CLAUSES:
            break
    return tuple(found[:MOST_CLAUSES])


def _count(text: str) -> int:
    return len(_WORD.findall(text))
