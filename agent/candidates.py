"""The values that the model may choose from for each argument: read from the message, never invented."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue

from agent.known_names import names_said
from agent.locality import ANY_DAY, own_part
from agent.mentions import Mentions, find_groups, find_mentions
from agent.numbers import find_numbers, plain
from agent.wordlists import CHANNEL_NAMES, SEGMENT_NAMES
from tools.offers.candidates import find_offers

DEFAULT_PERIOD_DAYS = 56  # eight weeks, the tools' default horizon, for a calendar question that names no dates
_SMALLEST_TOTAL = 20  # a bare number below this is a count of things, not a budget
_LARGEST_K = 20
MAX_NAMES = 300
_OFFER_WORDS = 5  # "buy one get one free"
_LONG_OFFER_WORDS = 10  # "free gift wrapping with every order of two or more"
_MAX_OFFERS = 900


@dataclass(frozen=True)
class Vocabulary:
    """Names the store knows; offered to the model only where a message mentions them.

    Attributes:
        departments: Department names.
        categories: Category names.
        segments: Stable segment names, clusters and interests.
        channels: Canonical channels.
        campaigns: Names of campaigns.
        as_of: The day analyses stand at, for the default period.
    """

    departments: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    segments: tuple[str, ...] = SEGMENT_NAMES
    channels: tuple[str, ...] = CHANNEL_NAMES
    campaigns: tuple[str, ...] = ()
    as_of: dt.date | None = None

    @cached_property
    def words(self) -> frozenset[str]:
        """Return the words of its names, in lower case."""
        return frozenset(re.findall(r"[^\W_]+", " ".join((*self.departments, *self.categories)).lower()))


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


_FOLLOWING_WORDS = 5
_GOES_ON = re.compile(
    r"(?:off|free|over|above|discount|no minimum)\b|(?:on(?! the table)|to|with|of|in|at|from|until|per) \w"
    r"|(?:the|your|their|our|all) (?:\w+ ){0,2}(?:orders?|items?|basket|purchases?|range|prices?|bill|total)\b"
    r"|everything\b|for (?:free|(?:the|your|their) (?:next|first|second))\b"
    r"|(?:all|this|next) (?:week|weekend|month|year)\b|cash ?back\b|vouchers?\b|coupons?\b|gift cards?\b",
    re.IGNORECASE,
)
"""How an offer goes on after words that could be one by themselves."""
_PREPOSITION = re.compile(r"(?:on|to|with|of|in|at|from)\b", re.IGNORECASE)
_EVERYBODY = re.compile(
    r"\b(?:everybody|everyone"
    r"|all (?:of )?(?:our |the |my )?(?:customers|shoppers|subscribers|members|households|buyers)"
    r"|(?:whole|entire|full) (?:customer )?(?:base|list|file))\b",
    re.IGNORECASE,
)
Source = Callable[[Mentions, Vocabulary], list[JsonValue]]


def _spans(mentions: Mentions, _: Vocabulary) -> list[JsonValue]:
    return list(mentions.spans)


def _offers(mentions: Mentions, _: Vocabulary) -> list[JsonValue]:
    """Runs of words between commas and the like; unlike names, offers may begin with an article or a number.

    A long one ("free gift with orders over $50") begins or ends where its part of the message does. Where offers stand
    in quotes, they are all.
    """
    quoted = quoted_offers(own_part("choose_offer", mentions.text) or "")
    if quoted:
        return [*quoted]
    text = f"{mentions.text}\n{mentions.earlier}"
    long = [words for piece in _OFFER_ENDS_AND.split(text) for words in _edge_runs(piece.split())]
    short = [words for piece in _OFFER_ENDS.split(text) for words in _short_runs(piece.split())]
    named = (" ".join(words).strip('.,;:?!()"') for words in (*long, *short))
    offers: list[JsonValue] = [*dict.fromkeys(offer for offer in named if offer)]
    return offers[:_MAX_OFFERS]


_OFFER_ENDS = re.compile(r"[,;:?!]\s|\s(?:or|vs\.?|versus)\s|\n(?:[-*•]\s)?")
_OFFER_ENDS_AND = re.compile(
    rf"{_OFFER_ENDS.pattern}|\.\s|\s(?:and|against|/|-)\s|(?:^|\s)\(?(?:\d|[a-d])[.)]\s", re.MULTILINE
)


def quoted_offers(text: str) -> tuple[str, ...]:
    """Return what a message puts in quotes, if it is more than one thing.

    >>> quoted_offers("'2 for 1' or '15% off', what's best for VIPs?")
    ('2 for 1', '15% off')
    """
    found = tuple(dict.fromkeys(match[2].strip() for match in _QUOTED.finditer(text)))
    return found if len(found) > 1 else ()


def fewest_offers(text: str) -> int:
    """Return how many offers a choice among those of a message has at least: two, or as many parts as plainly say one.

    >>> fewest_offers("tote bag or mug"), fewest_offers("5% off, 10% off with a free gift or free shipping")
    (2, 3)
    >>> fewest_offers("BOGO or 20% off? Last year 20% off won, so is it 20% off or BOGO?")
    2
    """
    first_said = {offer.lower(): part for part in reversed(_OFFER_ENDS.split(text)) for offer in find_offers(part)}
    return max(2, len(quoted_offers(text)) or len(set(first_said.values())))


def _edge_runs(words: list[str]) -> list[list[str]]:
    sizes = range(_OFFER_WORDS + 1, min(_LONG_OFFER_WORDS, len(words)) + 1)
    return [run for size in sizes for run in (*_whole(words, 0, size), *_whole(words, len(words) - size, len(words)))]


def _short_runs(words: list[str]) -> list[list[str]]:
    ends = ((i, j) for i in range(len(words)) for j in range(i + 1, min(i + _OFFER_WORDS, len(words)) + 1))
    return [run for i, j in ends for run in _whole(words, i, j)]


def _whole(words: list[str], first: int, last: int) -> list[list[str]]:
    """Return the run of words, unless what comes after belongs to it: "free shipping" of "free shipping over $60"."""
    after = " ".join(words[last : last + _FOLLOWING_WORDS])
    if words[last - 1][-1] in ".,;:?!)" or not _GOES_ON.match(after):
        return [words[first:last]]
    on = find_mentions(after, ANY_DAY)
    to_somebody = _PREPOSITION.match(after) and (on.segments or on.channels or _EVERYBODY.search(after))
    return [words[first:last]] if to_somebody else []


def _category_names(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
    text = f"{mentions.text}\n{mentions.earlier}"
    said = names_said(text, (*vocabulary.departments, *vocabulary.categories), mentions.spans)
    return [*said.names, *said.spans]


def _segments(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
    text = mentions.text.lower()
    stored = [n for n in vocabulary.segments if n not in SEGMENT_NAMES and n.lower() in text]
    own = [*mentions.segments, *_groups(mentions.text), *stored, *_INTERESTS(mentions, vocabulary)]
    return own or _groups(mentions.earlier) or list(mentions.spans)


def _groups(text: str) -> list[JsonValue]:
    everybody = ["everybody"] if _EVERYBODY.search(text) else []
    return [*(name for _, _, name in find_groups(text)), *everybody]


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


def _campaigns(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
    """Numbered campaigns, those of the store and other titles; where none is said, whatever may be a name of one."""
    numbered = [value for kind, value in mentions.identifiers if kind == "campaign" and value in mentions.text]
    numbered = numbered or [match[1] for match in _NUMBERED.finditer(mentions.text)]
    known = names_said(mentions.text, vocabulary.campaigns, ()).names
    if not numbered and not known:
        codes = [value for kind, value in mentions.identifiers if kind in ("campaign", "")]
        counts = [str(int(count)) for count in mentions.counts if float(count).is_integer()]
        return [*codes, *counts, *_titled(mentions.text, mentions), *mentions.spans]
    said = "|".join(rf"[\s_]*#?{re.escape(value)}\b" for value in numbered) or "$."
    rest = re.sub(rf"(?:\S+ )?\b(?:campaign|promo|promotion)s?(?:{said})", "; ", mentions.text, flags=re.IGNORECASE)
    return [
        *numbered,
        *known,
        *(title for title in _titled(rest, mentions) if _TITLE.fullmatch(str(title)) and " " in str(title)),
    ]


def _titled(text: str, mentions: Mentions) -> list[JsonValue]:
    """Return the words before "campaign" whatever they are (`the We Miss You campaign`), and words with capitals."""
    before = [words.split() for words in _CAMPAIGN.split(text)[:-1]]
    sizes = range(1, _TITLE_WORDS + 1)
    named: list[JsonValue] = [" ".join(words[-n:]).strip("\"'“”") for words in before for n in sizes if words]
    days = [mentions.text[period.start : period.end] for period in mentions.periods]
    return [*named, *(found[0] for part in (text, *days) for found in _TITLE.finditer(part))]


_LIMITING = re.compile(
    r"(?:\bat (?:most|least)|\b(?:minimum|maximum|max|min)(?: of)?|\b(?:no|not|never) (?:more|less) than"
    r"|\bcap(?:ped)?(?: \S+){0,3} at|\bup to)\s*$",
    re.IGNORECASE,
)
COUNTED = re.compile(r"\s+(?:more\s+|new\s+|extra\s+)?(?:conversions?|orders|purchases|sales)\b", re.IGNORECASE)
"""After a number that says how much a budget shall bring."""
_TITLE_WORDS = 4
_TITLE = re.compile(r"[A-Z][\w'’&-]*(?: (?:[A-Z\d][\w'’&-]*|of|the|and|&)){0,4}(?<! of)(?<! the)(?<! and)(?<! &)")
"""A campaign by its own name, even one that is also a day: "was Black Friday worth it"."""
_QUOTED = re.compile(r"(?<!\w)(['\"‘“])(\S[^'\"‘’“”\n]*?)['\"’”](?!\w)")
_NUMBERED = re.compile(
    r"(?:\b(?:mailing|mailer|newsletter|coupon|blast|drop|wave|flight|action|number|nr)s?\s+|\bno\.\s*|#)#?(\d{1,6})\b"
    r"(?!\s*%|[.,]\d|\s+(?:per ?cent|weeks?|months?|days?))",
    re.IGNORECASE,
)
"""A campaign by its number, whatever it is called: "mailing 17", "no. 26", "#13"."""
_CAMPAIGN = re.compile(r"\s+(?:campaign|promo(?:tion)?|mailing|sale)\b", re.IGNORECASE)


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
_INTERESTS = _cued("interested in|into|keen on|fans of|lovers of|interest in", "fans|lovers|enthusiasts|interest")


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
    "campaign_id": _campaigns,
}
LISTS: dict[str, Source] = {"channels": lambda m, _: list(m.channels), "candidates": _offers}
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
