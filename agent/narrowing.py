"""The JSON schema of the next action, narrowed to the message: what it does not offer, the model cannot say."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pydantic import BaseModel, JsonValue

from agent.actions import STOPS, Action, DoneCall
from agent.candidates import CUED, LISTS, MAX_NAMES, OPEN, SPENDS, Vocabulary, spends
from agent.clauses import COMPARES
from agent.dates import Period
from agent.implied import implied_arguments
from agent.locality import local_mentions
from agent.mentions import Mentions, read_mentions
from agent.wordlists import SEGMENT_NAMES

__all__ = ["Offered", "Vocabulary", "action_schema", "narrow_arguments", "repeats"]

Schema = dict[str, JsonValue]
_LONGEST_LIST = 10
_BOUNDS: Mapping[str, Callable[[float, float], bool]] = {
    "minimum": operator.ge, "exclusiveMinimum": operator.gt, "maximum": operator.le, "exclusiveMaximum": operator.lt
}  # fmt: skip
_USUAL: Mapping[str, JsonValue] = {"goal": "revenue", "metric": "conversion", "by": "lifecycle", "level": "total"}
"""Values that are taken where a message says none."""


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
        made = sum(call.action.name == tool.name for call in done)
        arguments = narrow_arguments(tool, known, vocabulary, made)
        if arguments is not None and not _only_repeats(tool.name, arguments, done, mentions.text):
            branches += [
                _object({"name": {"const": tool.name}, "arguments": each}, ("name", "arguments"))
                for each in _by_first_day(arguments, known.periods)
            ]
    branches.append(_object({"name": {"enum": list(STOPS)}}, ("name",)))
    return {"anyOf": branches}


def narrow_arguments(tool: Offered, mentions: Mentions, vocabulary: Vocabulary, made: int = 0) -> Schema | None:
    """Return a tool's argument schema with every open value narrowed; None when a required one has no candidate.

    An optional argument whose value the message states for this tool becomes required; for the first of the calls
    `made`, unless each has a part of its own: "with and without 20% off" states it for the first call only.
    """
    schema = _schema_of(tool.query)
    implied = implied_arguments(tool.name, mentions, vocabulary, made)
    local = mentions if made else local_mentions(tool.name, mentions)
    properties: dict[str, JsonValue] = {}
    required = list(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        narrowed = _narrow((tool.name, name), _without_null(field, schema), local, vocabulary)
        if narrowed is not None:
            properties[name] = narrowed
            required += [name] if name in implied and name not in required else []
        elif name in required:
            return None
    return _object(properties, tuple(required))


def _by_first_day(arguments: Schema, periods: Sequence[Period]) -> list[Schema]:
    """Return the schema once for each first day, with the last days that it is said with.

    Of two periods, the first day of one and the last of the other make none; two single days may.
    """
    properties = arguments["properties"]
    if not isinstance(properties, dict) or not {"starts_on", "ends_on"} <= set(properties):
        return [arguments]
    days = [(str(a.starts_on), str(b.ends_on)) for a in periods for b in periods if a == b or _are_days(a, b)]
    made: list[Schema] = []
    for first in _enum(properties["starts_on"]):
        last: list[JsonValue] = [day for day in _enum(properties["ends_on"]) if not days or (first, day) in days]
        if last:
            made.append(
                {**arguments, "properties": {**properties, "starts_on": {"enum": [first]}, "ends_on": {"enum": last}}}
            )
    return made or [arguments]


def _are_days(first: Period, last: Period) -> bool:
    return first.starts_on == first.ends_on < last.ends_on == last.starts_on


def _enum(schema: JsonValue) -> list[JsonValue]:
    found = schema.get("enum") if isinstance(schema, dict) else None
    return found if isinstance(found, list) else []


@cache
def _schema_of(query: type[BaseModel]) -> dict[str, Any]:
    return query.model_json_schema()


def repeats(action: Action, done: Sequence[DoneCall], text: str = "") -> bool:
    """Say whether a call was made before in this turn, or says nothing that earlier calls of its tool had not said.

    A usual value that the message does not name says nothing; of a comparison ("with and without") both calls count.

    >>> first = DoneCall(Action(name="allocate_budget", arguments={"total": 3000, "goal": "profit"}))
    >>> second = Action(name="allocate_budget", arguments={"total": 3000, "goal": "revenue"})
    >>> repeats(second, [first], "3000 for profit"), repeats(second, [first], "3000 for profit, then for revenue")
    (True, False)
    """
    earlier = [call.action.arguments for call in done if call.action.name == action.name]
    if not earlier or action.arguments in earlier:
        return bool(earlier)
    return not COMPARES.search(text) and not any(
        _is_news(name, value, earlier, text) for name, value in action.arguments.items()
    )


def _is_news(name: str, value: JsonValue, earlier: Sequence[Mapping[str, JsonValue]], text: str) -> bool:
    if any(arguments.get(name) == value for arguments in earlier):
        return False
    return value != _USUAL.get(name) or str(value).replace("_", " ") in text.lower()


def _object(properties: Mapping[str, JsonValue], required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _with_results(mentions: Mentions, done: Sequence[DoneCall]) -> Mentions:
    """Let names that results brought up be used as segments of later calls."""
    if not done or mentions.segments:
        return mentions
    listed = [part.split()[0] for call in done for part in call.result.split(", ") if part.strip()]
    read = read_mentions(" ".join(call.result for call in done), dt.date(2000, 1, 1)).segments
    return replace(mentions, segments=tuple(dict.fromkeys([n for n in listed if n in SEGMENT_NAMES] + list(read))))


def _only_repeats(name: str, arguments: Schema, done: Sequence[DoneCall], text: str) -> bool:
    """A tool whose arguments leave a single choice is not offered once that choice was made.

    A comparison ("with and without a discount") may leave the argument out the second time.
    """
    made = [call.action.arguments for call in done if call.action.name == name]
    properties = arguments["properties"]
    if not made or not isinstance(properties, dict) or (len(made) == 1 and COMPARES.search(text)):
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


def _narrow(
    place: tuple[str, str], field: dict[str, JsonValue], mentions: Mentions, vocabulary: Vocabulary
) -> Schema | None:
    name = place[1]
    if name in LISTS:
        items, least = LISTS[name].items(mentions), LISTS[name].least(mentions)
        most = min(len(items), _LONGEST_LIST)
        bounds: Schema = {"minItems": min(most, least), "maxItems": most}
        return {"type": "array", "items": {"enum": items}, **bounds} if items else None
    if name in SPENDS:
        return spends(mentions) if SPENDS[name].search(mentions.text) else None
    source = CUED.get(place) or OPEN.get(name)
    if source is not None:
        values = [value for value in source(mentions, vocabulary) if _allowed(value, field)]
        return {"enum": list(dict.fromkeys(values))[:MAX_NAMES]} if values else None
    return field if "enum" in field or "const" in field or field.get("type") == "boolean" else None


def _allowed(value: JsonValue, field: Mapping[str, JsonValue]) -> bool:
    if "enum" in field:
        return value in field["enum"]  # type: ignore[operator]
    if not isinstance(value, int | float):
        return True
    if field.get("type") == "integer" and not float(value).is_integer():
        return False
    return all(
        holds(value, bound)
        for keyword, holds in _BOUNDS.items()
        if isinstance(bound := field.get(keyword), int | float)
    )
