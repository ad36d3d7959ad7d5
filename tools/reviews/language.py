"""Tell whether a text is English, which is what the encoder and the words were trained on, and whether it may mock."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import Field

from tools.frozen import Frozen
from tools.reviews.clauses import words

FILE: Final = Path(__file__).parents[1] / "data" / "review_language.yaml"

FEWEST_WORDS: Final = 5
"""Words from which function words decide; a shorter text is judged by its letters and by foreign words alone."""

LEAST_SHARE: Final = 0.12
"""Share of English function words that a text has at least; in English prose they are about half of all words."""

FOREIGN_LETTERS: Final = 0.2
"""Share of letters beyond a-z from which a text is not English; names and loan words stay below it."""


class Vocabulary(Frozen):
    """What the file holds."""

    english: frozenset[str] = Field(description="English function words.")
    foreign: frozenset[str] = Field(
        description="Function words of other languages, those that are English words too left out."
    )
    sarcasm: tuple[str, ...] = Field(description="Phrases that often mean their opposite.")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the words of the data file."""
    return Vocabulary.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def is_english(text: str) -> bool:
    """Tell whether a text reads as English; a heuristic.

    >>> [is_english(text) for text in ("Great mug", "Sehr gut und nicht teuer", "质量很好", "This café is très chic")]
    [True, False, False, True]
    """
    letters = [char for char in text if char.isalpha()]
    if sum(not char.isascii() for char in letters) > FOREIGN_LETTERS * len(letters):
        return False
    found = words(text)
    english = sum(word in vocabulary().english or "'" in word for word in found)
    foreign = sum(word in vocabulary().foreign for word in found)
    if len(found) < FEWEST_WORDS:
        return foreign <= english
    return foreign <= english and (not foreign or english >= LEAST_SHARE * len(found))


def may_mock(text: str) -> bool:
    """Tell whether a text has a phrase that often means its opposite.

    >>> may_mock("Oh great, another lid that leaks"), may_mock("A great lid")
    (True, False)
    """
    return bool(_mocking().search(text))


@lru_cache(maxsize=1)
def _mocking() -> re.Pattern[str]:
    phrases = "|".join(map(re.escape, vocabulary().sarcasm))
    return re.compile(rf"\b(?:{phrases})\b", re.IGNORECASE)
