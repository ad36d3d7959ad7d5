"""Candidates in the marketer's words: what each takes off the price, and which of the store's offers it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tools.errors import ToolError
from tools.names import Match, resolve_name

Kind = Literal["percent", "amount", "free_shipping", "two_for_one", "none", "other"]

_PERCENT: Final = (
    re.compile(r"(\d+(?:[.,]\d+)?)\s*[_-]?(?:%|percent\b|per ?cent\b|pct\b|pc\b|prozent\b)", re.IGNORECASE),
    re.compile(r"\b(?:pct|percent|off|save|discount|sale)[\s_-]?(\d+(?:\.\d+)?)\b", re.IGNORECASE),
)
_AMOUNT: Final = re.compile(
    r"[$€£]\s?(\d+(?:[.,]\d+)?)|(\d+(?:[.,]\d+)?)\s?[_-]?(?:dollars?|usd|eur|euros?|gbp|pounds?)\b", re.IGNORECASE
)
_BARE_OFF: Final = re.compile(r"\b(\d+(?:\.\d+)?)[\s_-]?off\b", re.IGNORECASE)
_FREE_SHIPPING: Final = re.compile(r"free[\s_-]*(?:shipping|delivery|postage)|shipping[\s_-]*free", re.IGNORECASE)
_TWO_FOR_ONE: Final = re.compile(
    r"\bbogo\b|buy[\s_-]*(?:one|1)[\s_-]*get[\s_-]*(?:one|1)|2[\s_-]*for[\s_-]*1", re.IGNORECASE
)
_NONE: Final = re.compile(
    r"(?:no|without)[\s_-]*(?:an[\s_-]*)?(?:offer|discount|coupon)|none|nothing|control", re.IGNORECASE
)
TWO_FOR_ONE_PERCENT: Final = 50.0
"""What two for the price of one takes off, where both are taken."""

_SAID_OFFER: Final = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:%|percent)(?:\s(?:off|discount))?|[$€£]\s?\d+(?:\.\d+)?(?:\s(?:off|discount|voucher))?"
    r"|\bfree[\s-](?:shipping|delivery|gift|sample)s?\b|\bbogo\b|\bbuy one get one(?: free)?\b"
    r"|\b(?:2|two) for (?:1|one)\b",
    re.IGNORECASE,
)
_SAID: Final = (
    "off percent per cent pct pc save discount sale code offer coupon voucher on a the your of order orders everything "
    "free shipping delivery postage dollar dollars usd eur euro euros gbp pound pounds bogo buy one get for no"
)
_GENERIC: Final = frozenset(_SAID.split())
"""Words that say no more than the terms do."""

_WORD: Final = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_TELLING: Final = 2
"""Words of up to this many letters, and numbers, tell offers apart: A from B, 20 from 30."""


@dataclass(frozen=True)
class Terms:
    """What words say of an offer: its kind, and its size in percent or money where it has one.

    >>> read_terms("20% off"), read_terms("SAVE-20").size, read_terms("$5 off").kind
    (Terms(kind='percent', size=20.0), 20.0, 'amount')
    """

    kind: Kind
    size: float | None = None


@dataclass(frozen=True)
class Candidate:
    """One candidate.

    Attributes:
        words: As the marketer wrote it.
        terms: What the words say.
        match: The store's name for it; None where the store has never shown it.
    """

    words: str
    terms: Terms
    match: Match | None = None

    @property
    def name(self) -> str:
        """Return the store's name, or the words where it has none."""
        return self.match.name if self.match else self.words


def read_terms(words: str) -> Terms:
    """Return what the words say of an offer's kind and size.

    >>> read_terms("Free Shipping").kind, read_terms("buy one get one").size, read_terms("no offer").kind
    ('free_shipping', 50.0, 'none')
    >>> read_terms("spring letter").kind, read_terms("5 euros off").size, read_terms("20 off").size
    ('other', 5.0, 20.0)
    """
    plain = words.strip()
    if _NONE.fullmatch(plain):
        return Terms("none", 0.0)
    amount = _AMOUNT.search(plain)
    if amount:
        return Terms("amount", _number(amount[1] or amount[2]))
    for pattern in (*_PERCENT, _BARE_OFF):
        found = pattern.search(plain)
        if found:
            return Terms("percent", _number(found[1]))
    if _TWO_FOR_ONE.search(plain):
        return Terms("two_for_one", TWO_FOR_ONE_PERCENT)
    return Terms("free_shipping") if _FREE_SHIPPING.search(plain) else Terms("other")


def find_offers(text: str) -> tuple[str, ...]:
    """Return the offers that a message names by what they take off or give, in the order they are said.

    >>> find_offers("10% off or free shipping for the loyal ones, or $5 off?")
    ('10% off', 'free shipping', '$5 off')
    >>> find_offers("Which offer for VIPs?")
    ()
    """
    return tuple(dict.fromkeys(" ".join(match[0].split()) for match in _SAID_OFFER.finditer(text)))


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def read_candidates(words: Sequence[str], known: Iterable[str]) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    """Resolve candidates against the store's names, each offer once, and tell which were said twice.

    Args:
        words: The marketer's candidates.
        known: The store's names of offers, in order of importance.

    Raises:
        ToolError: There is no candidate, or one is empty.
    """
    names = list(dict.fromkeys(known))
    said = [text.strip() for text in words]
    if not said or not all(said):
        raise ToolError("candidates are missing; expected at least one offer in words; try '20% off', 'free shipping'")
    found: dict[str, Candidate] = {}
    twice = []
    for text in said:
        candidate = Candidate(text, read_terms(text), _match(text, names))
        key = _compact(candidate.name)
        if key in found:
            twice.append(f"{text!r} is the same candidate as {found[key].words!r}: counted once")
        else:
            found[key] = candidate
    return tuple(found.values()), tuple(twice)


def _match(words: str, names: Sequence[str]) -> Match | None:
    """Return the store's name: the same words, the same terms, or words that resemble it in all that tells apart."""
    same = next((name for name in names if _compact(name) == _compact(words)), None)
    if same is not None:
        return Match(same, "exact" if same == words else "case")
    terms = read_terms(words)
    if terms.kind != "other":
        alike = [name for name in names if read_terms(name) == terms and _agree(_rest(name), _rest(words))]
        return Match(alike[0], "meaning") if len(alike) == 1 else None
    alike_names = [name for name in names if _telling(name) == _telling(words)]
    try:
        return resolve_name(words, alike_names, "offer") if alike_names else None
    except ToolError:
        return None


def _compact(words: str) -> str:
    """Return the words without case and separators.

    >>> _compact("Type A") == _compact("TypeA"), _compact("20% off") == _compact("20_%_OFF")
    (True, True)
    """
    return "".join(character for character in words.lower() if character.isalnum() or character in "%$€£.")


def _rest(words: str) -> set[str]:
    """Return what the words say beside the terms, such as what the offer is on."""
    return {part for part in _WORD.findall(words.lower()) if part[0].isalpha() and part not in _GENERIC}


def _agree(one: set[str], other: set[str]) -> bool:
    return not one or not other or one == other


def _telling(words: str) -> list[str]:
    parts = _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", words).lower())
    return sorted(part for part in parts if part[0].isdigit() or len(part) <= _TELLING)
