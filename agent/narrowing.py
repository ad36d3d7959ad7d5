"""The JSON schema of the next action, narrowed to the message: what it does not offer, the model cannot say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, JsonValue

from agent.actions import STOPS, Action, DoneCall
from agent.clauses import clauses_of
from agent.mentions import Mentions, find_mentions
from agent.numbers import find_numbers
from agent.wordlists import CHANNEL_NAMES, SEGMENT_NAMES

Schema = dict[str, JsonValue]
DEFAULT_PERIOD_DAYS = 56  # eight weeks, the tools' default horizon, for a calendar question that names no dates
_SMALLEST_TOTAL = 20  # a bare number below this is a count of things, not a budget
_LARGEST_K = 20
MAX_NAMES = 300
_IMPLYING = {"k": "count", "max_price": "money", "discount_percent": "percent", "months": "months"}
_LONGEST_LIST = 10
_OFFER_WORDS = 5  # "buy one get one free"


@dataclass(frozen=True)
class Vocabulary:
    """Names the store knows; offered to the model only where a message mentions them.

    Attributes:
        departments: Department names.
        categories: Category names.
        segments: Stable segment names, clusters and interests.
        channels: Canonical channels.
        as_of: The day analyses stand at, for the default period.
    """

    departments: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    segments: tuple[str, ...] = SEGMENT_NAMES
    channels: tuple[str, ...] = CHANNEL_NAMES
    as_of: dt.date | None = None


@dataclass(frozen=True)
class Offered:
    """The tool as the schema needs it: its name and the JSON schema of its arguments."""

    name: str
    query: type[BaseModel]


def action_schema(
    tools: Iterable[Offered], mentions: Mentions, vocabulary: Vocabulary, done: Sequence[DoneCall] = ()
) -> Schema:
    """Return the schema of the next action: one branch per tool that the message can feed, and the three stops.

    Args:
        tools: What may be called (anything with `name` and `query`).
        mentions: What the message mentions.
        vocabulary: Names the store knows.
        done: Calls made so far; none of them is offered again when it is the only possibility.
    """
    known = _with_results(mentions, done)
    branches: list[JsonValue] = []
    for tool in tools:
        arguments = narrow_arguments(tool.query, known, vocabulary, implied_arguments(tool.name, known))
        if arguments is not None and not _only_repeats(tool.name, arguments, done):
            branches.append(_object({"name": {"const": tool.name}, "arguments": arguments}, ("name", "arguments")))
    branches.append(_object({"name": {"enum": list(STOPS)}}, ("name",)))
    return {"anyOf": branches}


def narrow_arguments(
    query: type[BaseModel], mentions: Mentions, vocabulary: Vocabulary, implied: frozenset[str] = frozenset()
) -> Schema | None:
    """Return a tool's argument schema with every open value narrowed; None when a required one has no candidate.

    Args:
        query: The tool's input model.
        mentions: What the message mentions.
        vocabulary: Names the store knows.
        implied: Optional arguments that the message states and that may therefore not be left out.
    """
    schema = query.model_json_schema()
    properties: dict[str, JsonValue] = {}
    required = list(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        narrowed = _narrow(name, _without_null(field, schema), mentions, vocabulary)
        if narrowed is not None:
            properties[name] = narrowed
            required += [name] if name in implied and name not in required else []
        elif name in required:
            return None
    return _object(properties, tuple(required))


def implied_arguments(tool: str, mentions: Mentions) -> frozenset[str]:
    """Return the optional arguments whose value stands in the part of the message that is about the tool.

    A message about a single thing is about whatever tool is chosen; in one about several things the clause with the
    tool's keywords counts, if there is exactly one.

    >>> text = "profile loyal customers, then recommend two products for them"
    >>> sorted(implied_arguments("recommend_products", Mentions(text=text, counts=(2,))))
    ['k']
    >>> sorted(implied_arguments("search_products", Mentions(text=text, counts=(2,))))
    []
    """
    clauses = clauses_of(mentions.text)
    own = clauses if len(clauses) == 1 else tuple(c for c in clauses if c.tool == tool)
    if len(own) != 1:
        return frozenset()
    kinds = {number.kind for number in find_numbers(own[0].text)}
    small = any(n.kind == "count" and n.value in mentions.counts for n in find_numbers(own[0].text))
    found = {name for name, kind in _IMPLYING.items() if kind in kinds and (kind != "count" or small)}
    found |= {"weeks"} if kinds & {"weeks", "months", "days"} else set()
    found |= {"channels"} if len(clauses) == 1 and len(mentions.channels) > 1 else set()
    found |= {"country"} if len(clauses) == 1 and mentions.countries else set()
    return frozenset(found)


def repeats(action: Action, done: Sequence[DoneCall]) -> bool:
    """Say whether the same call was made before in this turn."""
    return any(call.action == action for call in done)


def _object(properties: Mapping[str, JsonValue], required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _with_results(mentions: Mentions, done: Sequence[DoneCall]) -> Mentions:
    """Let names that results brought up be used as segments of later calls."""
    results = " ".join(call.result for call in done)
    if not results or mentions.segments:
        return mentions
    return replace(mentions, segments=find_mentions(results, dt.date(2000, 1, 1)).segments)


def _only_repeats(name: str, arguments: Schema, done: Sequence[DoneCall]) -> bool:
    """A tool whose arguments leave a single choice is not offered once that choice was made."""
    made = [call.action.arguments for call in done if call.action.name == name]
    properties = arguments["properties"]
    if not made or not isinstance(properties, dict):
        return False
    return all(isinstance(p, dict) and len(_choices(p)) == 1 for p in properties.values())


def _choices(schema: Mapping[str, JsonValue]) -> list[JsonValue]:
    if "const" in schema:
        return [schema["const"]]
    enum = schema.get("enum")
    return enum if isinstance(enum, list) else [None, None]


def _without_null(field: Mapping[str, JsonValue], schema: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    options = field.get("anyOf")
    if isinstance(options, list):
        field = next((o for o in options if isinstance(o, dict) and o.get("type") != "null"), {})
    reference = field.get("$ref")
    if isinstance(reference, str):
        definitions = schema.get("$defs", {})
        field = definitions[reference.rsplit("/", 1)[-1]] if isinstance(definitions, dict) else {}  # type: ignore[assignment]
    return {key: value for key, value in field.items() if key not in ("description", "title", "default", "examples")}


def _narrow(name: str, field: dict[str, JsonValue], mentions: Mentions, vocabulary: Vocabulary) -> Schema | None:
    if name in LISTS:
        item = LISTS[name](mentions, vocabulary)
        most = min(len(item), _LONGEST_LIST)
        return {"type": "array", "items": {"enum": item}, "minItems": 1, "maxItems": most} if item else None
    if name in SPENDS:
        return _spends(mentions) if SPENDS[name].search(mentions.text) else None
    if name in OPEN:
        values = [v for v in OPEN[name](mentions, vocabulary) if _allowed(v, field)]
        return {"enum": list(dict.fromkeys(values))[:MAX_NAMES]} if values else None
    return field if "enum" in field or "const" in field or field.get("type") == "boolean" else None


def _allowed(value: JsonValue, field: Mapping[str, JsonValue]) -> bool:
    if "enum" in field:
        return value in field["enum"]  # type: ignore[operator]
    if not isinstance(value, int | float):
        return True
    if field.get("type") == "integer" and not float(value).is_integer():
        return False
    low, high = field.get("minimum", field.get("exclusiveMinimum")), field.get("maximum", field.get("exclusiveMaximum"))
    return (not isinstance(low, int | float) or value >= low) and (not isinstance(high, int | float) or value <= high)


def _spends(mentions: Mentions) -> Schema | None:
    if not mentions.channels or not (mentions.money or mentions.counts):
        return None
    amounts: list[JsonValue] = [*mentions.money, *mentions.counts]
    return {
        "type": "object",
        "properties": {channel: {"enum": amounts} for channel in mentions.channels},
        "additionalProperties": False,
    }


Source = Callable[[Mentions, Vocabulary], list[JsonValue]]


def _spans(mentions: Mentions, _: Vocabulary) -> list[JsonValue]:
    return list(mentions.spans)


def _offers(mentions: Mentions, _: Vocabulary) -> list[JsonValue]:
    """Runs of words between commas and the like; unlike names, offers may begin with an article or a number."""
    found: dict[str, None] = {}
    for piece in re.split(r"[,;:?!]\s|\s(?:or|vs\.?|versus)\s", mentions.text):
        words = piece.split()
        for i in range(len(words)):
            for j in range(i + 1, min(i + _OFFER_WORDS, len(words)) + 1):
                found[" ".join(words[i:j]).strip('.,;:?!()"')] = None
    offers: list[JsonValue] = [offer for offer in found if offer]
    return offers[:MAX_NAMES]


def _category_names(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
    text = mentions.text.lower()
    stored = [n for n in (*vocabulary.departments, *vocabulary.categories) if n.lower() in text]
    return [*stored, *mentions.spans]


def _segments(mentions: Mentions, vocabulary: Vocabulary) -> list[JsonValue]:
    text = mentions.text.lower()
    stored = [n for n in vocabulary.segments if n not in SEGMENT_NAMES and n.lower() in text]
    return [*mentions.segments, *stored] or list(mentions.spans)


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


def _campaigns(mentions: Mentions, _: Vocabulary) -> list[JsonValue]:
    return [*(v for k, v in mentions.identifiers if k in ("campaign", "")), *mentions.spans]


OPEN: dict[str, Source] = {
    "name": _category_names,
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
    "total": lambda m, _: [*m.money, *(v for v in m.counts if v >= _SMALLEST_TOTAL)],
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
    "minimums": re.compile(r"\b(?:at least|minimum|no less than|min)\b", re.IGNORECASE),
    "maximums": re.compile(r"\b(?:at most|maximum|no more than|not more than|cap(?:ped)?|max)\b", re.IGNORECASE),
}
