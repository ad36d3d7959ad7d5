"""How marketers' words follow each other: counts of words and of pairs in the training sources, and what is likely.

`python -m finetune.data.lexicon` writes both files. The ends of sentences count as a word, and so do numbers and
whatever a message names, which are slots in the sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

WORDS: Final = Path(__file__).parent / "spoken_words.txt"
PAIRS: Final = Path(__file__).parent / "spoken_pairs.txt"
END: Final = "^"
"""Stands for the beginning and end of a sentence."""
VALUE: Final = "#"
"""Stands for numbers, slots and words that no source line holds: mostly what is talked about."""
_DOUBT: Final = 20  # times that a word must have occurred for its pairs to count as much as words by themselves
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\{[^}]*\}|\d[\d.,]*|[.!?:;\n]")


class Token(NamedTuple):
    """A word, number or end of a sentence, and where in the text it begins."""

    text: str
    start: int

    @property
    def is_word(self) -> bool:
        """Say whether it has letters."""
        return self.text[0].isalpha()

    @property
    def key(self) -> str:
        """The token as it is counted: a word in lower case, or what stands for all values or ends."""
        if self.is_word:
            return self.text.lower().replace("’", "'")
        return VALUE if self.text[0].isdigit() or self.text[0] == "{" else END


def tokens(text: str) -> Iterator[Token]:
    """Split a text; slots in braces are values.

    >>> [t.key for t in tokens("Don't send {weeks} mails. Or 3?")]
    ["don't", 'send', '#', 'mails', '^', 'or', '#', '^']
    """
    return (Token(match[0], match.start()) for match in _TOKEN.finditer(text))


def fit(word: str, before: str, after: str | None) -> float:
    """Return how likely a word is between two others, times a constant; None for a neighbour that cannot be read.

    >>> fit("weeks", "six", "^") > 10 * fit("wells", "six", "^")
    True
    """
    likely = _given(word, before)
    return likely if after is None else likely * _given(after, word) / _alone(after)


def seen(word: str, before: str, after: str | None) -> bool:
    """Say whether a source holds the word beside one of its neighbours."""
    return (before, word) in pair_counts() or (after is not None and (word, after) in pair_counts())


def _given(word: str, before: str) -> float:
    """Return the share of a word after another, drawn towards its share among all words."""
    pairs, words = pair_counts(), word_counts()
    return (pairs.get((before, word), 0) + _DOUBT * _alone(word)) / (words.get(before, 0) + _DOUBT)


def _alone(word: str) -> float:
    return word_counts().get(word, 1) / _total()


@cache
def _total() -> int:
    return sum(word_counts().values())


@cache
def word_counts() -> dict[str, int]:
    """Return how often each word occurs in the sources."""
    return {word: int(count) for word, count in (line.split() for line in _lines(WORDS))}


@cache
def pair_counts() -> dict[tuple[str, str], int]:
    """Return how often one word follows another in the sources, where it does so more than once."""
    return {(first, second): int(count) for first, second, count in (line.split() for line in _lines(PAIRS))}


@cache
def dictionary_words() -> frozenset[str]:
    """Return the words of symspellpy's English list."""
    listed = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in listed.splitlines())


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
