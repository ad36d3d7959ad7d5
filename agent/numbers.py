"""Numbers as marketers write them (digits, words, `3k`, `20%`, `six weeks`), read into plain values with a kind."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

NumberKind = Literal["money", "percent", "weeks", "months", "days", "count"]

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORD_VALUES = {word: value for value, word in enumerate(_UNITS)} | {w: 20 + 10 * i for i, w in enumerate(_TENS)}
_SCALES = {"hundred": 100, "thousand": 1_000, "k": 1_000, "grand": 1_000, "m": 1_000_000, "million": 1_000_000}
_MONEY = r"dollars?|usd|bucks|eur|euros?|gbp|pounds?|quid|yen|chf|francs"
_WORD = "|".join(sorted((*WORD_VALUES, "hundred", "thousand", "million"), key=len, reverse=True))
_NUMBER = re.compile(
    rf"""(?<![\w.-])(?P<currency>[$€£¥]|us\$|(?:usd|eur|gbp)(?=\s?\d))?\s?
    (?:(?P<digits>\d+(?:[,.'’]\d+)*)\s?(?P<scale>k|m|thousand|grand|million)?(?![\w])
      |(?P<digits2>\d+(?:[,.'’]\d+)*)(?=\s?(?:%|€|£|\$|w\b|wks?\b|mths?\b|mos?\b|pct))
      |(?P<words>(?:(?:a|half\sa)\s(?=hundred|thousand|million))?(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD}))*)\b)
    (?:[\s-]?(?P<unit>%|€|£|\$|percent\b|per\scent\b|pct\b|p\.c\.|weeks?\b|wks?\b|w\b(?!/)|months?\b|mths?\b|mos?\b|fortnights?\b|dozen\b|days?\b|years?\b(?![\s-]olds?)|(?:{_MONEY})\b))?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_VAGUE = (
    (re.compile(r"\bcouple (?:of )?weeks\b", re.I), 2, "weeks"),
    (re.compile(r"\bcouple (?:of )?months\b", re.I), 2, "months"),
    (re.compile(r"\bcouple (?:of )?years\b", re.I), 24, "months"),
    (re.compile(r"\bcouple (?:of )?days\b", re.I), 2, "days"),
    (re.compile(r"\bfortnight\b", re.I), 2, "weeks"),
    (re.compile(r"\byear and a half\b", re.I), 18, "months"),
    (re.compile(r"\bhalf[- ](?:a )?dozen\b", re.I), 6, "count"),
    (re.compile(r"\b(?:a|one|next|coming|this|last|past|previous) month\b", re.I), 1, "months"),
    (re.compile(r"\b(?:a|one|next|coming|this|last|past|previous) quarter\b", re.I), 3, "months"),
    (re.compile(r"\bhalf a year\b|\bhalf[- ]year\b", re.I), 6, "months"),
    (re.compile(r"\b(?:a|next|last|past|this) week\b", re.I), 1, "weeks"),
    (re.compile(r"\b(?:a|one|last|past|next) year\b", re.I), 12, "months"),
    (re.compile(r"\bhalf[- ]price\b", re.I), 50, "percent"),
    (re.compile(r"\ba dozen\b", re.I), 12, "count"),
)
_WEEKS_PER_MONTH = 13 / 3
_SHORTEST_MONTH_WEEKS = 3.5


@dataclass(frozen=True)
class Number:
    """One number of a text.

    Attributes:
        value: The plain value; `3k` is 3000.
        kind: What its unit says; `count` where there is none.
        start: Offset of its first character.
        end: Offset after its last character.
    """

    value: float
    kind: NumberKind
    start: int
    end: int


def find_numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order, spelled out or in digits.

    >>> [(n.value, n.kind) for n in find_numbers("3k dollars for six weeks, 20% off, top five under €12.50")]
    [(3000, 'money'), (6, 'weeks'), (20, 'percent'), (5, 'count'), (12.5, 'money')]
    """
    found = [_read(match) for match in _NUMBER.finditer(text) if not _is_pronoun(match)]
    for pattern, value, kind in _VAGUE:
        for match in pattern.finditer(text):
            if not any(n.start < match.end() and match.start() < n.end for n in found):
                found.append(Number(value, kind, match.start(), match.end()))  # type: ignore[arg-type]
    return _with_units(text, sorted(found, key=lambda number: number.start))


_AGO = re.compile(r"\b(?:last|past|previous|next|coming|following)\s+$", re.IGNORECASE)
_ALONE = re.compile(r"\s*(?:$|[?!,;)]|\.(?!\d)|\s(?:and|or|then)\b)", re.IGNORECASE)


def _with_units(text: str, found: Sequence[Number]) -> tuple[Number, ...]:
    """Give a duration that leaves its unit out that of the one before: "the last 3 months, and of tea the last 6".

    >>> [(n.value, n.kind) for n in find_numbers("coffee over the last 3 months, tea over the last 6?")]
    [(3, 'months'), (6, 'months')]
    >>> [(n.value, n.kind) for n in find_numbers("the last 3 months, the next 6 orders, the last 2")][1:]
    [(6, 'count'), (2, 'months')]
    """
    made: list[Number] = []
    for number in found:
        units = [earlier.kind for earlier in made if earlier.kind in ("weeks", "months", "days")]
        bare = number.kind == "count" and _AGO.search(text[: number.start]) and _ALONE.match(text, number.end)
        made.append(replace(number, kind=units[-1]) if bare and units else number)
    return tuple(made)


def in_weeks(number: Number) -> int | None:
    """Return a duration in whole weeks, at least one; None for what is no duration.

    >>> in_weeks(Number(3, "months", 0, 0))
    13
    """
    if number.kind == "weeks":
        return int(number.value)
    if number.kind == "months":
        return max(1, round(number.value * _WEEKS_PER_MONTH - 1e-9))
    if number.kind == "days":
        return max(1, round(number.value / 7))
    return None


def in_months(number: Number) -> int | None:
    """Return a duration in whole months; None for what is no duration or shorter than three and a half weeks.

    >>> in_months(Number(90, "days", 0, 0)), in_months(Number(8, "weeks", 0, 0)), in_months(Number(1, "weeks", 0, 0))
    (3, 2, None)
    """
    if number.kind == "months":
        return int(number.value) or None
    weeks = {"weeks": number.value, "days": number.value / 7}.get(number.kind, 0.0)
    return round(weeks / _WEEKS_PER_MONTH) if weeks >= _SHORTEST_MONTH_WEEKS else None


def plain(value: float) -> float | int:
    """Return whole values as int, so that JSON shows `20` and not `20.0`.

    >>> plain(20.0), plain(2.5)
    (20, 2.5)
    """
    return int(value) if float(value).is_integer() else value


def _is_pronoun(match: re.Match[str]) -> bool:
    """Say whether the number counts nothing: "this one", "a six year old"."""
    lone = (match["words"] or "").lower() in {"one", "zero"} and not match["unit"]
    return lone or re.match(r"[\s-]years?[\s-]olds?\b", match.string[match.end() :], re.IGNORECASE) is not None


def _read(match: re.Match[str]) -> Number:
    digits = match["digits"] or match["digits2"]
    value = _digits(digits) if digits else _words(match["words"])
    value *= _SCALES.get((match["scale"] or "").lower(), 1)
    unit = (match["unit"] or "").lower()
    if unit.startswith("year"):
        value, unit = value * 12, "months"
    if unit.startswith("fortnight"):
        value, unit = value * 2, "weeks"
    if unit == "dozen":
        value, unit = value * 12, ""
    return Number(plain(value), _kind(unit, match["currency"]), match.start(), match.end())


def _kind(unit: str, currency: str | None) -> NumberKind:
    if currency or unit in "€£$" and unit or re.fullmatch(_MONEY, unit):
        return "money"
    if unit in {"%", "percent", "per cent", "pct", "p.c."}:
        return "percent"
    if unit.startswith("w"):
        return "weeks"
    if unit.startswith("m"):
        return "months"
    return "days" if unit.startswith("day") else "count"


def _digits(text: str) -> float:
    if re.fullmatch(r"\d{1,3}([,.'’]\d{3})+", text):
        return float(re.sub(r"\D", "", text))
    if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d+", text):
        return float(text.replace(",", ""))
    whole, _, part = re.sub(r"[,'’]", ".", text).rpartition(".")
    return float(f"{whole.replace('.', '')}.{part}" if whole else part)


def _words(text: str) -> float:
    total, current = 0.0, 0.0
    half = text.lower().startswith("half a")
    for word in re.split(r"[\s-]+", text.lower()):
        if word in WORD_VALUES:
            current += WORD_VALUES[word]
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in ("thousand", "million"):
            total, current = total + max(current, 1) * _SCALES[word], 0.0
    return (total + current) * (0.5 if half else 1)
