"""The words that a brand guide bans or prefers, where it lists them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tools.knowledge.passages import clean

MOST_WORDS: Final = 200
LONGEST_WORD: Final = 40
"""Characters; longer entries are sentences about words rather than words."""

_BANNED: Final = re.compile(r"\b(?:banned|forbidden|avoid|never (?:say|use|write)|do not (?:say|use|write)|don['’]t)\b")
_PREFERRED: Final = re.compile(r"\b(?:preferred|we say|prefer|say instead|words we (?:use|like|love))\b")
_BULLET: Final = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+(.*)$")
_HEADING: Final = re.compile(r"^\s*#{1,6}\s+(.*)$|^\s*([^:\n]{3,60}):\s*(.*)$")
_QUOTES: Final = "\"'“”‘’«»*_` .;"


@dataclass(frozen=True)
class GuideWords:
    """Words and short phrases, in the guide's order, in lower case."""

    banned: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()


def guide_words(text: str) -> GuideWords:
    r"""Read the lists under headings, or after a colon, that say banned, avoid, never say, preferred or we say.

    >>> guide_words("## Words to avoid\n- Cheap\n- guys, folks\n\nWe say: shoppers, fresh")
    GuideWords(banned=('cheap', 'guys', 'folks'), preferred=('shoppers', 'fresh'))
    """
    found: dict[str, dict[str, None]] = {"banned": {}, "preferred": {}}
    kind: str | None = None
    for line in clean(text).splitlines():
        bullet, heading = _BULLET.match(line), _HEADING.match(line)
        if bullet and kind:
            found[kind].update(dict.fromkeys(_words(bullet.group(1))))
        elif heading and not bullet:
            kind = _kind((heading.group(1) or heading.group(2)).lower())
            if kind and heading.group(3):
                found[kind].update(dict.fromkeys(_words(heading.group(3))))
        elif line.strip():
            kind = None
    return GuideWords(*(tuple(found[name])[:MOST_WORDS] for name in ("banned", "preferred")))


def _kind(title: str) -> str | None:
    if _BANNED.search(title):
        return "banned"
    return "preferred" if _PREFERRED.search(title) else None


def _words(line: str) -> list[str]:
    parts = [part.strip(_QUOTES).lower() for part in re.split(r"[,;/]|\s[-–—(]", line)]
    return [part for part in parts if 0 < len(part) <= LONGEST_WORD and re.search(r"\w", part)]
