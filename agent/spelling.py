"""Slips of the keyboard in the words by which code reads segments, channels, durations and days, mended before reading.

Names of products and categories are left as they are: tools resolve them against the store.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_KNOWN = """
    lapsed churned churn inactive active dormant hibernating hibernators sleeping loyal loyals loyalists regulars
    regular champions champion promising newcomers acquired customers customer shoppers shopper buyers members
    subscribers
    households spenders spending slipping value middle newsletter newsletters email emails mailing mailings message
    messages notification notifications facebook instagram adwords google tiktok banner banners social coupon coupons
    postcards mailers affiliates percent weeks months month quarter dollars euros pounds coming seven eleven twelve
    thousand
    hundred everybody everyone christmas thanksgiving halloween january february april august september october november
    december"""
_REAL = """
    eastern goggle goggles mouths mouth custom customs valve valves sending promoting shipping skipping stripping chorus
    subscribe subscribed weeds ponds massage massages regularly seventh seen shopped valued local locals
    coding combing providing proposing profiling prompting acquire banned banker bankers vague steven christian sipping
    steeping sweeping muddle moth moths quartet senders"""
_WORDS = tuple(_KNOWN.split())
_LEFT = frozenset((*_WORDS, *_REAL.split()))  # words that need no mending
_LONG = 9  # letters from which on two slips are mended
_SHORTEST = 5
_WORD = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True)
class Mended:
    """A text with its slips mended, and where each of its words stands in the original.

    Attributes:
        text: The mended text.
        words: Start and end of each mended word in the mended text, then in the original, in order.
    """

    text: str
    words: tuple[tuple[int, int, int, int], ...] = ()

    def place(self, position: int) -> int:
        """Return the original offset of an offset of the mended text; inside a mended word, the word's end."""
        shift = 0
        for start, end, _, old_end in self.words:
            if position <= start:
                break
            if position < end:
                return old_end
            shift = old_end - end
        return position + shift


@lru_cache(maxsize=64)
def mend(text: str) -> Mended:
    """Mend the words that are one or two slips from a word that code reads.

    >>> mend("wich ofer for lapsd custmoers by emial?").text
    'wich ofer for lapsed customers by email?'
    >>> mend("lapsd").place(6)
    5
    """
    parts, words, at, length = [], [], 0, 0
    for match, word in _slips(text):
        kept = text[at : match.start()]
        start = length + len(kept)
        parts += [kept, word]
        length = start + len(word)
        words.append((start, length, match.start(), match.end()))
        at = match.end()
    return Mended("".join((*parts, text[at:])), tuple(words))


def _slips(text: str) -> Iterator[tuple[re.Match[str], str]]:
    for match in _WORD.finditer(text):
        word = _nearest(match[0].lower())
        if word:
            yield match, word


@lru_cache(maxsize=4096)
def _nearest(word: str) -> str | None:
    if len(word) < _SHORTEST - 1 or {word, word.rstrip("s"), f"{word}s"} & _LEFT:
        return None
    distances = sorted((edits(word, known), known) for known in _WORDS if known[0] == word[0])
    best, known = distances[0] if distances else (len(word), "")
    alone = len(distances) < 2 or distances[1][0] > best
    return known if alone and best <= (2 if len(known) >= _LONG else 1) else None


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
