"""Which language a query seems to be in, as far as a few words can tell."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LITTLE_WORDS: Final = {
    "de": "der das und mit für ohne ein eine einen zum zur von im nicht oder auf bitte",
    "fr": "le les des du de la pour avec sans et une au aux sur dans chez mon ma",
    "es": "el los las del de la para con sin y una por en mi unos",
    "it": "il gli della dello di per con senza e una nel dei mio mia",
    "pt": "os das dos de para com sem e uma em no na meu minha",
    "nl": "het een met voor zonder en van op mijn niet naar bij",
}
"""Frequent little words that English product queries hardly have; languages share some."""

FUNCTION_WORDS: Final = {language: frozenset(words.split()) for language, words in _LITTLE_WORDS.items()}

_SHARED: Final = "de la no on en e y mi ma im op per con das des du el le"
SHARED_WITH_ENGLISH: Final = frozenset(_SHARED.split())
"""Little words that English names of products hold ("creme de menthe", "pico de gallo", "per serving")."""

LATIN: Final = "LATIN"
_WORD: Final = re.compile(r"[^\W\d_]+")


def seems_foreign(query: str, language: str) -> str | None:
    """Return in words why a query is not in the language (an ISO 639 code), or None where nothing tells.

    Only scripts and little words are looked at: most queries of one or two words tell nothing.

    >>> seems_foreign("chaussures pour enfants", "en"), seems_foreign("oat milk", "en")
    ("the word 'pour'", None)
    >>> seems_foreign("牛奶", "en")
    "the letter '牛'"
    """
    for letter in query:
        if letter.isalpha() and not unicodedata.name(letter, "").startswith(LATIN):
            return f"the letter {letter!r}"
    words = [word.lower() for word in _WORD.findall(query)]
    known = FUNCTION_WORDS.get(language, frozenset())
    foreign = frozenset[str]().union(*FUNCTION_WORDS.values()) - known
    telling = [word for word in words if word in foreign - SHARED_WITH_ENGLISH] if len(words) > 1 else []
    return f"the word {telling[0]!r}" if telling else None
