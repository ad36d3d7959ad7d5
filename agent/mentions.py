"""What a message mentions, read by code before the model is asked: it can then only choose, never invent."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field, fields

from agent.dates import MONTH, Period, find_periods
from agent.numbers import Number, find_numbers, in_months, in_weeks, plain
from agent.spelling import mend
from agent.wordlists import CHANNEL_WORDS, COUNTRY_WORDS, EDGE_WORDS, SEGMENT_WORDS, Words

MAX_SPAN_WORDS = 10
MAX_READ_WORDS = 160  # of a long brief only the beginning offers names; later words still reach the model
_WORD = re.compile(r"[^\W_](?:[\w&'’.+/-]*\w)?", re.UNICODE)
_OWNERS = r"customer|household|shopper|client|user|member|product|item|sku|article|campaign|promo|promotion"
_IDENTIFIER = re.compile(
    rf"\b(?P<of>{_OWNERS})[\s_]*(?:(?:with )?(?:the )?id|no\.?|number|nr\.?)?\s*[#:=]?\s*"
    r"(?P<id>#?[A-Za-z]*[-_]?\d[\w-]*)"
    r"|(?P<bare>\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z][A-Za-z]*[-_]?\d[\w-]*\b)",
    re.IGNORECASE,
)
NO_AMOUNT = (
    r"(?!\s*%|[.,]\d|-\w|\s+(?:off|per ?cent|weeks?|months?|days?|years?|dollars|euros|pounds|products?|items?|orders?"
    rf"|customers|shoppers|recommendations|suggestions|picks|ideas|{MONTH})\b)"
)
"""What does not follow the number of a campaign."""
_LISTED = re.compile(
    r"\b(?:campaign|promo|promotion)s?\s+(?:no\.?|numbers?|ids?)?\s*#?\d+"
    rf"(?:(?:\s*,\s*(?:and\s+|or\s+)?|\s*&\s*|\s+(?:and|or|vs\.?|versus|against)\s+)#?\d+\b{NO_AMOUNT})*",
    re.IGNORECASE,
)
"""Campaigns numbered one after the other: "campaigns 18, 20 and 22"."""
_GROUP = re.compile(
    r"\b(?P<rfm>rfm)(?:[ _-](?:cell|segment))?[ _-]?(?P<cell>[1-5]{3})\b"
    r"|\b(?P<cluster>cluster)(?: no\.?| number)?[ _-]?#?(?P<number>\d{1,2})\b",
    re.IGNORECASE,
)
_EVERYBODY = re.compile(
    r"\b(?:everybody|everyone"
    r"|all (?:of )?(?:our |the |my )?(?:customers|shoppers|subscribers|members|households|buyers)"
    r"|(?:whole|entire|full) (?:customer )?(?:base|list|file))\b",
    re.IGNORECASE,
)
_KIND_OF = {"product": "product", "item": "product", "sku": "product", "article": "product"} | {
    "campaign": "campaign", "promo": "campaign", "promotion": "campaign"
}  # fmt: skip


_BUDGET_WORDS = re.compile(
    r"(?:budget|spend|spending|costs?|costing|under|below|less than|cap(?:ped)? at|max)"
    r"\s*(?:of|is|:|=|up to|around|about)?\s*$"
)


@dataclass(frozen=True)
class Mentions:
    """Values read out of a message, by kind; each list keeps the order of the text and holds a value once.

    Attributes:
        text: The text read, its slips mended.
        money: Amounts with a currency or after a budget word.
        percents: Percentages, 20 for `20%`.
        weeks: Durations in whole weeks (months and quarters converted).
        months: Durations in whole months (longer days and weeks converted).
        counts: Other numbers.
        periods: Dates and periods, resolved.
        segments: Stable segment names.
        channels: Canonical channel names.
        countries: ISO codes.
        identifiers: Pairs of kind (customer, product, campaign or empty) and id.
        spans: Runs of the message's words that may be a name.
        earlier: The conversation before the message.
        earlier_money: Its amounts and bare numbers.
    """

    text: str = ""
    money: tuple[float, ...] = ()
    percents: tuple[float, ...] = ()
    weeks: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    counts: tuple[float, ...] = ()
    periods: tuple[Period, ...] = ()
    segments: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    spans: tuple[str, ...] = field(default=(), repr=False)
    earlier: str = field(default="", repr=False)
    earlier_money: tuple[float, ...] = field(default=(), repr=False)


_NAMED_AFTER = re.compile(r"\s+(?:campaign|promo(?:tion)?|sale|mailing)\b", re.IGNORECASE)
_NO_COUNT = re.compile(
    r"\)|\s?(?:oz|ml|cl|l|lit(?:er|re)s?|kg|g|grams?|lbs?|gal|cm|mm|inch(?:es)?|ft|watts?|volts?|pk|ct"
    r"|times|(?:\w+\s)?(?:periods|seasons)|in a row)\b",
    re.IGNORECASE,
)
"""What follows a number that counts nothing to call for: the mark of a list, the unit of a size, how often."""
_CLOSES = re.compile(r"\)\s*(?:$|[,;./\n]|(?:and|plus|then|also)\b)", re.IGNORECASE)
"""After a number in brackets that counts something, "wine (5), cheese (3)", and is no mark: "(1) wine (2) cheese"."""
_OPENS = re.compile(r"\((?:[a-z]+\s+){0,2}$", re.IGNORECASE)
_TITLED = re.compile(r"(?:The|An?) [A-Z]")
"""How a name may begin with an article within a sentence: "find The Quiet Harbour"."""
_LIST_MARK = re.compile(r"(?:^|[.;] )\s*(\d|one|two|three|four|five)[.:]\s", re.MULTILINE | re.IGNORECASE)
_LISTS = tuple(part.name for part in fields(Mentions) if part.name not in ("text", "earlier", "earlier_money"))


def find_mentions(
    text: str, as_of: dt.date, country: str = "US", earlier: str = "", names: frozenset[str] = frozenset()
) -> Mentions:
    """Read the values a message mentions; of `earlier` text, what the message itself has none of, and its names.

    Slips of the keyboard are mended first, but not words of the shop's own `names`, in lower case; `earlier` is read as
    it stands.

    >>> m = find_mentions("Email the at-risk: 20% off coffee, budget 3k, next 6 weeks", dt.date(2017, 11, 1))
    >>> m.segments, m.channels, m.percents, m.money, m.weeks
    (('at_risk',), ('email',), (20,), (3000,), (6,))
    """
    text = mend(text, names)
    own = read_mentions(text, as_of, country)
    if not earlier:
        return own
    old = read_mentions(earlier, as_of, country)
    kept = {name: getattr(own, name) or getattr(old, name) for name in _LISTS if name != "spans"}
    spans = tuple(dict.fromkeys((*own.spans, *old.spans)))
    return Mentions(text=text, spans=spans, earlier=earlier, earlier_money=(*old.money, *old.counts), **kept)


def describe_mentions(mentions: Mentions, limit: int = 6) -> str:
    """Write the mentions on one short line for the prompt; names are left to the message itself.

    >>> describe_mentions(find_mentions("lapsed, 20% off until Christmas", dt.date(2017, 12, 1)))
    'segment=lapsed percent=20 period=2017-12-01..2017-12-25'
    """
    lists: dict[str, list[str]] = {
        "segment": list(mentions.segments),
        "channel": list(mentions.channels),
        "money": [str(v) for v in mentions.money],
        "percent": [str(v) for v in mentions.percents],
        "weeks": [str(v) for v in mentions.weeks],
        "number": [str(v) for v in mentions.counts],
        "period": [f"{p.starts_on}..{p.ends_on}" for p in mentions.periods],
        "country": list(mentions.countries),
        "id": [value for _, value in mentions.identifiers],
    }
    return " ".join(f"{name}={','.join(dict.fromkeys(values[:limit]))}" for name, values in lists.items() if values)


def read_mentions(text: str, as_of: dt.date, country: str = "US") -> Mentions:
    """Read the values of a text as it stands: one whose slips are mended, or that has none."""
    identifiers, id_places = _identifiers(text)
    periods = tuple(find_periods(text, as_of, country))
    groups = [(start, end) for start, end, _ in find_groups(text)]
    taken = [(p.start, p.end) for p in periods if not in_weeks_text(text[p.start : p.end])] + id_places + groups
    numbers = [n for n in find_numbers(text) if not any(a < n.end and n.start < b for a, b in taken)]
    money = [n for n in numbers if n.kind == "money" or _beside_budget(n, text)]
    marks = {match.start(1) for match in _LIST_MARK.finditer(text)}
    counts = [
        n
        for n in numbers
        if n.kind == "count"
        and n not in money
        and n.start not in marks
        and (not _NO_COUNT.match(text, n.end) or _bracketed(n, text))
    ]
    segments, channels, countries = (_named(text, words) for words in (SEGMENT_WORDS, CHANNEL_WORDS, COUNTRY_WORDS))
    said = [(start, end) for start, end, _ in (*segments, *channels, *countries)]
    return Mentions(
        text=text,
        money=_values(money),
        percents=_values([n for n in numbers if n.kind == "percent"]),
        weeks=tuple(dict.fromkeys(w for n in numbers if (w := in_weeks(n)))),
        months=tuple(dict.fromkeys(m for n in numbers if (m := in_months(n)))),
        counts=_values(counts),
        periods=periods,
        segments=_names(segments),
        channels=_names(channels),
        countries=_names(countries),
        identifiers=identifiers,
        spans=_spans(text, _unnamed(periods, text) + id_places + groups + said),
    )


def find_groups(text: str) -> list[tuple[int, int, str]]:
    """Return where a text names an RFM cell or a cluster: start, end and the group's stable name.

    >>> find_groups("RFM 155 and cluster 3")
    [(0, 7, 'rfm_155'), (12, 21, 'cluster_3')]
    """
    return [
        (m.start(), m.end(), f"{m['rfm'] or m['cluster']}_{m['cell'] or m['number']}".lower())
        for m in _GROUP.finditer(text)
    ]


def groups_said(text: str) -> list[str]:
    """Return the groups of customers that no list of segments holds: RFM cells, clusters, and everybody.

    >>> groups_said("RFM 155 against the whole base")
    ['rfm_155', 'everybody']
    """
    everybody = ["everybody"] if _EVERYBODY.search(text) else []
    return [*(name for _, _, name in find_groups(text)), *everybody]


def in_weeks_text(text: str) -> bool:
    """Say whether a period's words also state a duration (`next 6 weeks`).

    >>> in_weeks_text("next 6 weeks"), in_weeks_text("3 to 12 May")
    (True, False)
    """
    return any(in_weeks(number) for number in find_numbers(text))


def _bracketed(number: Number, text: str) -> bool:
    """Say whether a number is a count in brackets.

    >>> [_bracketed(n, t) for t in ("wine (five), cheese (only 3)", "(1) wine 2) cheese") for n in find_numbers(t)]
    [True, True, False, False]
    """
    return _OPENS.search(text[: number.start]) is not None and _CLOSES.match(text, number.end) is not None


def _beside_budget(number: Number, text: str) -> bool:
    """Say whether a bare number is a budget: `budget of 500`, `2k budget`."""
    before = text[max(0, number.start - 24) : number.start].lower()
    after = text[number.end : number.end + 12].lower()
    named = _BUDGET_WORDS.search(before) or re.match(r"\s(?:total |overall )?budget\b", after)
    return number.kind == "count" and named is not None


def _values(numbers: list[Number]) -> tuple[float, ...]:
    return tuple(dict.fromkeys(plain(number.value) for number in numbers))


def _named(text: str, words: Words) -> list[tuple[int, int, str]]:
    """Return where the names stand: start, end and name, in order, none inside another."""
    places = sorted((m.start(), -m.end(), name) for pattern, name in words for m in pattern.finditer(text))
    kept: list[tuple[int, int, str]] = []
    for start, minus_end, name in places:
        if not kept or start >= kept[-1][1]:
            kept.append((start, -minus_end, name))
    return kept


def _names(places: list[tuple[int, int, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, _, name in places))


def _unnamed(periods: tuple[Period, ...], text: str) -> list[tuple[int, int]]:
    """Return the places of periods, but not of one that names a campaign (`the Black Friday campaign`)."""
    return [(p.start, p.end) for p in periods if not _NAMED_AFTER.match(text, p.end)]


def _identifiers(text: str) -> tuple[tuple[tuple[str, str], ...], list[tuple[int, int]]]:
    found, places = [], []
    for match in _IDENTIFIER.finditer(text):
        if _GROUP.match(text, match.start()):
            continue
        if match["bare"] and re.fullmatch(
            r"(?:q[1-4]|[a-z]?\d+(?:k|m|w|st|nd|rd|th)|usd\d+|eur\d+)", match["bare"], re.I
        ):
            continue
        value = (match["id"] or match["bare"]).lstrip("#")
        found.append((_KIND_OF.get((match["of"] or "").lower(), "customer" if match["of"] else ""), value))
        places.append((match.start(), match.end()))
    for match in _LISTED.finditer(text):
        found += [("campaign", number) for number in re.findall(r"\d+", match[0])]
        places.append((match.start(), match.end()))
    return tuple(dict.fromkeys(found)), places


def _spans(text: str, read: list[tuple[int, int]]) -> tuple[str, ...]:
    """Return the runs of words that may be a name; a part of what was read as something else is none."""
    words = [m for m, _ in zip(_WORD.finditer(text), range(MAX_READ_WORDS), strict=False)]
    found: dict[str, None] = {}
    for i, first in enumerate(words):
        for last in words[i : i + MAX_SPAN_WORDS]:
            span = text[first.start() : last.end()]
            if re.search(r"[\n;:!?\"“”()]|\. |, ", span):
                break
            inside = any(a <= first.start() and last.end() <= b for a, b in read)
            titled = i > 0 and _TITLED.match(span) and text[words[i - 1].end() : first.start()] == " "
            begins = titled or (first.group().lower() not in EDGE_WORDS and not span[0].isdigit())
            if begins and not inside and last.group().lower() not in EDGE_WORDS and "\\" not in span:
                found[span] = None
    return tuple(found)
