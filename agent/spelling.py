"""Slips of the keyboard, mended before a message is read: towards words that marketers use, never away from real ones.

What is a real word says symspellpy's English list of 82,834; which words marketers use says `spoken_words.txt`, counted
over the training sources by `python -m finetune.data.lexicon`. Most names of goods are near no such word and so left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from symspellpy import SymSpell, Verbosity

SPOKEN: Final = Path(__file__).parent / "spoken_words.txt"
SHORTEST: Final = 5
"""Letters of a word below which a near one is another word."""
_LONG: Final = 9  # letters from which on two slips are mended
_CLEARLY: Final = 2  # times as frequent as the next best must be what is as near
COMMON: Final = 20  # times that a word occurs in the sources towards which a word of four letters is mended
_GOODS: Final = frozenset(["catalogs", "chai", "chili", "chilli", "kefir", "latte", "matcha", "merch", "mocha"])
"""Real words that the dictionary lacks and that are near others; a shop's own names are left alone besides."""
_PREFIXES: Final = ("un", "non", "re", "pre")
"""Before a long real word they make another: "undiscounted", but "reprot" is no new "prot"."""
_DERIVED: Final = 7
_WORD: Final = re.compile(r"[A-Za-z]+")
_BEGINNING: Final = re.compile(r"(?:^|[.!?:;\n]|\n[-*•])\s*[\"'“(]*$")


@lru_cache(maxsize=64)
def mend(text: str, names: frozenset[str] = frozenset()) -> str:
    """Mend the words that are one or two slips from a word that marketers use, but none of `names`, lower case.

    >>> mend("wich ofer for lapsd custmoers by emial?")
    'which offer for lapsed customers by email?'
    >>> mend("sales of kefir")
    'sales of kefir'
    """
    parts, at = [], 0
    for match, word in _slips(text, names):
        parts += [text[at : match.start()], word]
        at = match.end()
    return "".join((*parts, text[at:]))


def _slips(text: str, names: frozenset[str]) -> Iterator[tuple[re.Match[str], str]]:
    shouted = text.isupper()
    for match in _WORD.finditer(text):
        written = match[0]
        word = None if written.lower() in names else _nearest(written.lower())
        named = not written.islower() and not shouted and not _begins_sentence(text, match)
        if word and (not named or _sure(written.lower(), word)):
            yield match, word.upper() if shouted else word.capitalize() if written[0].isupper() else word


def _sure(written: str, word: str) -> bool:
    """Say whether a word with a capital, perhaps a brand, is hardly anything else: `Decmber`."""
    return len(word) > SHORTEST and written[0] == word[0] and edits(written, word) == 1


def _begins_sentence(text: str, match: re.Match[str]) -> bool:
    return match[0][1:].islower() and _BEGINNING.search(text[max(0, match.start() - 8) : match.start()]) is not None


@lru_cache(maxsize=4096)
def _nearest(word: str) -> str | None:
    derived = {rest for prefix in _PREFIXES if len(rest := word.removeprefix(prefix)) >= _DERIVED}
    if len(word) < SHORTEST - 1 or {word, word.rstrip("s"), f"{word}s", *derived} & real_words():
        return None
    near = _speller().lookup(word, Verbosity.CLOSEST, max_edit_distance=2 if len(word) >= _LONG - 1 else 1)
    if not near or near[0].distance > (2 if len(near[0].term) >= _LONG else 1):
        return None
    least = _CLEARLY * near[1].count if len(near) > 1 else 1
    return near[0].term if near[0].count >= max(least, COMMON if len(word) < SHORTEST else 1) else None


@cache
def real_words() -> frozenset[str]:
    """Return the words that need no mending: those of the dictionary and those that marketers use."""
    return dictionary_words() | _GOODS | _spoken().keys()


@cache
def dictionary_words() -> frozenset[str]:
    """Return the words of symspellpy's English list."""
    listed = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in listed.splitlines())


@cache
def _spoken() -> dict[str, int]:
    lines = SPOKEN.read_text(encoding="utf-8").splitlines()
    return {word: int(count) for word, count in (line.split() for line in lines)}


@cache
def _speller() -> SymSpell:
    speller = SymSpell(max_dictionary_edit_distance=2)
    for word, count in _spoken().items():
        speller.create_dictionary_entry(word, count)
    return speller


def edits(a: str, b: str) -> int:
    """Return the edits between two words, a swap of neighbours counting once (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
