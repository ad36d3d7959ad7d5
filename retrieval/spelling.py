"""Slips of the keyboard: the nearest word that the documents have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHORTEST: Final = 4
"""Letters a word needs to be read as a slip; below, almost any two words are near."""

LONG: Final = 7
"""Letters from which on two slips are forgiven, not one."""


class Spelling:
    """The words that the documents have, by first letter and length."""

    def __init__(self, documents_with: Mapping[str, int]) -> None:
        self._documents_with = documents_with
        self._places: dict[tuple[str, int], list[str]] = {}
        for word in documents_with:
            if word.isalpha():
                self._places.setdefault((word[0], len(word)), []).append(word)

    def nearest(self, word: str) -> str | None:
        """Return the nearest word with the same first letter, the most frequent of equally near ones, or None.

        >>> Spelling({"carburetor": 3, "carpet": 9}).nearest("carberator")
        'carburetor'
        """
        if len(word) < SHORTEST or not word.isalpha():
            return None
        most = 1 if len(word) < LONG else 2
        lengths = range(len(word) - most, len(word) + most + 1)
        near = (other for length in lengths for other in self._places.get((word[0], length), ()))
        rated = [
            (distance, -self._documents_with[other], other)
            for other in near
            if (distance := slips(word, other, most)) <= most
        ]
        return min(rated)[2] if rated else None


def slips(one: str, other: str, most: int) -> int:
    """Count the letters to add, leave out, change or swap with their neighbour; above `most`, any number above it.

    The optimal string alignment distance.

    >>> slips("deisel", "diesel", 2), slips("tea", "teas", 1), slips("milk", "bread", 1)
    (1, 1, 2)
    """
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            best = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                best = min(best, before_last[column - 2] + 1)
            now.append(best)
        if min(now) > most:
            return most + 1
        before_last, last = last, now
    return last[-1]
