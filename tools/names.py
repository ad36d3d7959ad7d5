"""Take the marketer's own words for a thing that the store has a name for, and say what was taken."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from tools.errors import ToolError

How = Literal["exact", "case", "plural", "spelling", "meaning"]

# Above this ratio of difflib's, names are misspellings of each other: "chesse", "cheese" .83; "beef", "beer" .75.
SPELLING: Final = 0.8
# How many names an error lists.
NEAREST: Final = 5
# Plural endings, and what the stem has instead; "ie" makes cookie and cookies meet as berry and berries do.
_PLURALS: Final = (
    ("ies", "y"),
    ("ie", "y"),
    ("sses", "ss"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("xes", "x"),
    ("oes", "o"),
)
_TOKEN: Final = re.compile(r"[a-z0-9]+")
# Words that say nothing about which thing is meant.
_EMPTY: Final = frozenset(
    (
        "a",
        "all",
        "an",
        "and",
        "at",
        "buyers",
        "categories",
        "category",
        "customer",
        "customers",
        "department",
        "for",
        "from",
        "household",
        "households",
        "in",
        "item",
        "items",
        "of",
        "on",
        "our",
        "people",
        "product",
        "products",
        "segment",
        "shopper",
        "shoppers",
        "the",
        "their",
        "who",
        "with",
    )
)


@dataclass(frozen=True)
class Match:
    """The store's name for some words.

    Attributes:
        name: The name as the store has it.
        how: What had to be forgiven: nothing, case and separators, plural, spelling, or only the meaning agreed.
    """

    name: str
    how: How

    def took(self, words: str) -> str | None:
        """Return a sentence for the reader when the words were not the name itself, else None.

        >>> Match("lapsed", "spelling").took("lasped")
        "took 'lasped' as 'lapsed' (spelling)"
        """
        return None if self.how in ("exact", "case") else f"took {words!r} as {self.name!r} ({self.how})"


def resolve_name(words: str, candidates: Iterable[str], kind: str) -> Match:
    """Find which of the store's names is meant: by itself, case, plural, spelling, then by shared words.

    Ties go to the candidate with the fewest other words, then to the one named first. So give candidates in order of
    importance (best-selling first).

    Raises:
        ToolError: None is meant clearly; the message lists the nearest.

    >>> resolve_name("Frozen_Pizzas", ["Frozen pizza", "Pizza"], "category")
    Match(name='Frozen pizza', how='plural')
    >>> resolve_name("lasped", ["loyal", "lapsed"], "stage").how
    'spelling'
    >>> resolve_name("juices", ["Milk", "Refrigerated juices/drinks"], "category")
    Match(name='Refrigerated juices/drinks', how='meaning')
    """
    names = list(dict.fromkeys(candidates))
    for how, key in _FORGIVING:
        wanted = key(words)
        found = [name for name in names if wanted and key(name) == wanted]
        if found:
            return Match(found[0], how)
    guess = _misspelt(words, names) or _shared(words, names)
    if guess:
        return guess
    tries = ", ".join(nearest(words, names))
    raise ToolError(f"{kind} {words!r} is not known to this store; expected one of its names; try {tries}")


def nearest(words: str, candidates: Iterable[str]) -> list[str]:
    """Return up to five names that look most like the words, best first.

    >>> nearest("coffe", ["Tea", "Coffee", "Coffee filters"])
    ['Coffee', 'Coffee filters', 'Tea']
    """
    wanted = _words(words)

    def closeness(name: str) -> float:
        whole = difflib.SequenceMatcher(None, " ".join(wanted), " ".join(_words(name))).ratio()
        parts = [difflib.SequenceMatcher(None, a, b).ratio() for a in wanted for b in _words(name)]
        return whole + max(parts, default=0.0)

    return sorted(dict.fromkeys(candidates), key=closeness, reverse=True)[:NEAREST]


def stem(token: str) -> str:
    """Return what an English word's singular and plural have in common.

    >>> [stem(word) for word in ("berries", "berry", "dishes", "teas", "glass", "tomatoes", "cookie", "cookies")]
    ['berry', 'berry', 'dish', 'tea', 'glass', 'tomato', 'cooky', 'cooky']
    """
    for ending, rest in _PLURALS:
        if token.endswith(ending) and len(token) > len(ending) + 1:
            return token[: -len(ending)] + rest
    return token[:-1] if token.endswith("s") and not token.endswith("ss") and len(token) > 2 else token


def _exactly(text: str) -> str:
    return text


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text.lower().replace("'", ""))


def _lowered(text: str) -> str:
    return " ".join(_words(text))


def _stems(text: str) -> list[str]:
    return [stem(token) for token in _words(text) if token not in _EMPTY]


def stemmed(text: str) -> str:
    """Return a name without case, plural and empty words, so that equal keys mean the same name.

    >>> stemmed("Frozen Pizzas") == stemmed("frozen_pizza")
    True
    """
    return " ".join(_stems(text))


_FORGIVING: Final[tuple[tuple[How, Callable[[str], str]], ...]] = (
    ("exact", _exactly),
    ("case", _lowered),
    ("plural", stemmed),
)


def _misspelt(words: str, names: list[str]) -> Match | None:
    lowered = {_lowered(name): name for name in reversed(names)}
    found = difflib.get_close_matches(_lowered(words), lowered, n=1, cutoff=SPELLING)
    return Match(lowered[found[0]], "spelling") if found else None


def _shared(words: str, names: list[str]) -> Match | None:
    """Return the name that holds most of the words, if it holds more than half of them."""
    wanted = _stems(words)
    ranked = []
    for position, name in enumerate(names):
        held = _stems(name)
        shared = sum(bool(difflib.get_close_matches(token, held, n=1, cutoff=SPELLING)) for token in wanted)
        ranked.append((-shared, len(held), position, name))
    best = min(ranked, default=None)
    return Match(best[3], "meaning") if best and wanted and -best[0] > len(wanted) / 2 else None
