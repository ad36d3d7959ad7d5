"""The values that the model may choose from for each argument: read from the message, never invented."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue

from agent.campaigns_said import campaigns_said
from agent.known_names import names_said
from agent.mentions import Mentions, groups_said
from agent.numbers import find_numbers, plain
from agent.offers_said import fewest_offers, offers_said
from agent.wordlists import CHANNEL_NAMES, SEGMENT_NAMES

DEFAULT_PERIOD_DAYS = 56  # eight weeks, the tools' default horizon, for a calendar question that names no dates
_SMALLEST_TOTAL = 20  # a bare number below this is a count of things, not a budget
_LARGEST_K = 20
MAX_NAMES = 300


@dataclass(frozen=True)
class Vocabulary:
    """Names the store knows; offered to the model only where a message mentions them.

    Attributes:
        departments: Department names.
        categories: Category names.
        segments: Stable segment names, clusters and interests.
        channels: Canonical channels.
        campaigns: Names of campaigns.
        brands: Names of brands, which are never taken for slips.
        as_of: The day analyses stand at, for the default period.
    """

    departments: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    segments: tuple[str, ...] = SEGMENT_NAMES
    channels: tuple[str, ...] = CHANNEL_NAMES
    campaigns: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    as_of: dt.date | None = None

    @cached_property
    def words(self) -> frozenset[str]:
        """Return the words of its names, in lower case."""
        names = " ".join((*self.departments, *self.categories, *self.brands, *self.campaigns))
        return frozenset(re.findall(r"[^\W_]+", names.lower()))


def spends(mentions: Mentions) -> dict[str, JsonValue] | None:
    """Return the schema of amounts by channel, of those mentioned; None where no channel or amount is."""
    if not mentions.channels or not (mentions.money or mentions.counts):
        return None
    amounts: list[JsonValue] = [*mentions.money, *mentions.counts]
    return {
        "type": "object",
        "properties": {channel: {"enum": amounts} for channel in mentions.channels},
        "additionalProperties": False,
    }


Source = Callable[[Mentions, Vocabulary], list[JsonValue]]


@dataclass(frozen=True)
class Listed:
    """Where the values of a list come from.

    Attributes:
        items: What it may hold, from what the message mentions.
        least: How many of them it holds at least.
    """

    items: Callable[[Mentions], list[JsonValue]]
    least: Callable[[Mentions], int]


def _spans(mentions: Mentions, _: Vocabulary) -> list[JsonValue]:
    return list(mentions.spans)


def _category_names(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
    text = f"{mentions.text}\n{mentions.earlier}"
    said = names_said(text, (*vocabulary.departments, *vocabulary.categories), mentions.spans)
    return [*said.names, *said.spans]


def _segments(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
    text = mentions.text.lower()
    stored = [n for n in vocabulary.segments if n not in SEGMENT_NAMES and n.lower() in text]
    own = [*mentions.segments, *groups_said(mentions.text), *stored, *_INTERESTS(mentions, vocabulary)]
    return own or [*groups_said(mentions.earlier)] or list(mentions.spans)


def _totals(mentions: Mentions, _: Vocabulary) -> list[JsonValue]:
    """Amounts of the message; where it only adds a limit for a channel, those of the conversation as well."""
    limits = any(pattern.search(mentions.text) for pattern in SPENDS.values())
    amounts = [*mentions.money, *(v for v in mentions.counts if v >= _SMALLEST_TOTAL)]
    others = _other_amounts(mentions.text)
    own: list[JsonValue] = [v for v in amounts if v not in others] or list(amounts)
    return [*own, *(v for v in mentions.earlier_money if v >= _SMALLEST_TOTAL)] if limits else own


def _other_amounts(text: str) -> frozenset[float]:
    """Return the numbers that are a limit or a number of orders, and so hardly the total."""
    numbers = [n for n in find_numbers(text) if n.kind in ("money", "count")]
    return frozenset(
        plain(n.value)
        for n in numbers
        if _LIMITING.search(text[: n.start]) or (n.kind == "count" and COUNTED.match(text, n.end))
    )


def _channels(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
    return list(mentions.channels) or list(vocabulary.channels)


def _percents(mentions: Mentions, _: Vocabulary) -> list[JsonValue]:
    return list(mentions.percents) or list(mentions.counts)


def _periods(end: str) -> Source:
    def dates(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
        found = [str(getattr(period, end)) for period in mentions.periods]
        if found or vocabulary.as_of is None:
            return list(found)
        days = {"starts_on": 0, "ends_on": DEFAULT_PERIOD_DAYS}[end]
        return [str(vocabulary.as_of + dt.timedelta(days))]

    return dates


def _identifiers(*kinds: str) -> Source:
    return lambda mentions, _: [value for kind, value in mentions.identifiers if kind in kinds]


_LIMITING = re.compile(
    r"(?:\bat (?:most|least)|\b(?:minimum|maximum|max|min)(?: of)?|\b(?:no|not|never) (?:more|less) than"
    r"|\bcap(?:ped)?(?: \S+){0,3} at|\bup to)\s*$",
    re.IGNORECASE,
)
COUNTED = re.compile(r"\s+(?:more\s+|new\s+|extra\s+)?(?:conversions?|orders|purchases|sales)\b", re.IGNORECASE)
"""After a number that says how much a budget shall bring."""


def _cued(before: str, after: str, refers_back: bool = False) -> Source:
    """Return the source of names that stand after or before certain words; a name the store knows needs none.

    With `refers_back`, "who buys it?" may mean any name of the conversation.
    """
    cue_before = re.compile(rf"(?:{before})\s+(?:the\s+|our\s+)?$", re.IGNORECASE)
    cue_after = re.compile(rf":?\s+(?:{after})\b", re.IGNORECASE)

    def names(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
        known = {name.lower() for name in (*vocabulary.departments, *vocabulary.categories)}
        return [span for span in mentions.spans if span.lower() in known or cued(span, mentions)]

    def cued(span: str, mentions: Mentions) -> bool:
        own = mentions.text.find(span)
        if refers_back and _BACK.search(mentions.text):
            return True
        text, at = (mentions.text, own) if own >= 0 else (mentions.earlier, mentions.earlier.find(span))
        return at >= 0 and bool(cue_before.search(text[:at]) or cue_after.match(text[at + len(span) :]))

    return names


_BACK = re.compile(
    r"\b(?:buys?|bought|buying|orders?|shops?|purchases?)\s+(?:it|that|those|these|them|this)\b"
    r"|\bits (?:buyers|customers)\b",
    re.IGNORECASE,
)
_INTERESTS = _cued(
    "interested in|into|keen on|fond of|mad about|(?:fans|lovers|buyers|purchasers) of|interest in"
    "|(?:who|that|have|had) (?:love|like|buy|bought|purchased?|ordered?)",
    "fans|lovers|enthusiasts|interest|buffs|addicts|devotees|aficionados|fanatics|drinkers|eaters|buyers|purchasers",
)


OPEN: dict[str, Source] = {
    "name": lambda m, v: [*_category_names(m, v), *(i for kind, i in m.identifiers if kind in ("product", ""))],
    "category": _category_names,
    "department": _category_names,
    "query": _spans,
    "attribute": _spans,
    "segment": _segments,
    "channel": _channels,
    "country": lambda m, _: list(m.countries),
    "starts_on": _periods("starts_on"),
    "ends_on": _periods("ends_on"),
    "weeks": lambda m, _: list(m.weeks),
    "months": lambda m, _: list(m.months),
    "k": lambda m, _: [v for v in m.counts if 1 <= v <= _LARGEST_K],
    "total": _totals,
    "target": lambda m, _: [*m.money, *m.counts],
    "max_price": lambda m, _: [*m.money, *m.counts],
    "discount_percent": _percents,
    "minimum_effect_percent": _percents,
    "product_id": _identifiers("product", ""),
    "customer_id": _identifiers("customer", ""),
    "campaign_id": lambda m, v: [*campaigns_said(m, v.campaigns)],
}
LISTS = {
    "channels": Listed(lambda m: [*m.channels], lambda _: 1),
    "candidates": Listed(lambda m: [*offers_said(m)], fewest_offers),
}
SPENDS = {
    "minimums": re.compile(r"\b(?:at l[aes]{2,4}t|minimum|(?:no|not) less than|min|floor|reserve)\b", re.IGNORECASE),
    "maximums": re.compile(
        r"\b(?:at most|maximum|(?:no|not|never) more than|cap(?:ped)?|max|limit(?:ed)?|up to|exceed(?:ing)?)\b",
        re.IGNORECASE,
    ),
}

CUED: dict[tuple[str, str], Source] = {
    ("search_products", "category"): _cued("in|from|within|among|search|category", "category|department|aisle|section"),
    ("profile_customers", "category"): _cued(
        r"buy|buys|buying|bought|shop|shops|shopping|purchased?|purchases|ordered|orders?|of|in|for|like|likes|love|category",
        "buyers?|shoppers?|customers|purchasers?|fans|lovers|category|department",
        refers_back=True,
    ),
}
"""Optional arguments that a stray word must not fill, and the words by which they are recognised."""
