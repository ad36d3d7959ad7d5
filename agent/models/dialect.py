"""The part of JSON schema that decoding is held to, checked before anything is generated."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from tools.errors import InputError

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Schema = dict[str, Json]

ANNOTATIONS = frozenset({"title", "description", "default", "examples", "discriminator", "deprecated", "$schema"})
"""Keywords that do not constrain; they are dropped."""

PLAIN = frozenset(
    {"type", "required", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength"}
    | {"maxLength", "minItems", "maxItems", "$ref"}
)
"""Keywords that pass unchanged."""

TYPES = frozenset({"object", "array", "string", "integer", "number", "boolean", "null"})


def compact_json(value: object) -> str:
    """Write a value the one way that decoding writes it and training targets are written.

    No white space, keys in their order, no ASCII escapes, whole floats as integers.

    >>> compact_json({"weeks": 8.0, "name": "café"})
    '{"weeks":8,"name":"café"}'
    """
    return json.dumps(_whole(value), separators=(",", ":"), ensure_ascii=False)


def checked_schema(schema: Mapping[str, object]) -> Schema:
    """Return the schema without annotations and with every object closed.

    Supported: object with ordered properties (those not `required` may be left out), anyOf and oneOf (with
    alternatives that do not overlap), const, enum, integer and number with bounds and multipleOf, string with an
    anchored pattern and lengths, array with one kind of item, boolean, null, local $ref.

    >>> checked_schema({"type": "object", "title": "T", "properties": {"k": {"enum": [5.0]}}})
    {'type': 'object', 'properties': {'k': {'enum': [5]}}, 'additionalProperties': False}

    Raises:
        InputError: A keyword or value is outside the dialect; the message holds its JSON path.
    """
    return _checked(cast(Schema, dict(schema)), "$")


def _checked(schema: Json, path: str) -> Schema:
    if not isinstance(schema, dict):
        raise _refusal(path, schema, "a schema object", "{}-free schemas with a type")
    closed = {key: _keyword(key, value, f"{path}.{key}") for key, value in schema.items() if key not in ANNOTATIONS}
    if not closed:
        raise _refusal(path, schema, "a constraint", "a type, an enum or an anyOf")
    kind = closed.get("type")
    if kind == "object":
        closed.setdefault("properties", {})
        closed["additionalProperties"] = False
        _check_required(closed, path)
    if kind == "array" and "items" not in closed and closed.get("maxItems") != 0:
        raise _refusal(path, "array", "`items`", "a schema for its items")
    return closed


def _keyword(key: str, value: Json, path: str) -> Json:
    if key in PLAIN:
        return _type(value, path) if key == "type" else value
    if key in NESTED:
        return NESTED[key](value, path)
    raise _refusal(path, key, f"one of {sorted(PLAIN | set(NESTED))}", "anyOf, enum or pattern instead")


def _type(value: Json, path: str) -> Json:
    names = value if isinstance(value, list) else [value]
    if not all(name in TYPES for name in names):
        raise _refusal(path, value, f"one of {sorted(TYPES)}", "anyOf for alternatives")
    return value


def _map(value: Json, path: str) -> Json:
    if not isinstance(value, dict):
        raise _refusal(path, value, "an object of schemas", '{"name": {"type": "string"}}')
    return {name: _checked(part, f"{path}.{name}") for name, part in value.items()}


def _alternatives(value: Json, path: str) -> Json:
    if not isinstance(value, list) or not value:
        raise _refusal(path, value, "a list of at least one schema", "dropping the keyword")
    return [_checked(part, f"{path}[{index}]") for index, part in enumerate(value)]


def _values(value: Json, path: str) -> Json:
    if not isinstance(value, list) or not value:
        raise _refusal(path, value, "a list of at least one value", "leaving the property out")
    unique = {compact_json(part): _literal(part, path) for part in value}
    return list(unique.values())


def _literal(value: Json, path: str) -> Json:
    if isinstance(value, list | dict):
        raise _refusal(path, value, "a string, number, boolean or null", "an object schema of consts")
    if isinstance(value, float) and not value.is_integer() and "e" in repr(value):
        raise _refusal(path, value, "a number written without exponent", "rounding it")
    return cast(Json, _whole(value))


def _pattern(value: Json, path: str) -> Json:
    if not (isinstance(value, str) and value.startswith("^") and value.endswith("$")):
        raise _refusal(path, value, "a pattern from ^ to $", "'^…$'")
    return value


def _closed(value: Json, path: str) -> Json:
    if value is not False:
        raise _refusal(path, value, "false", "naming the properties")
    return False


NESTED: dict[str, Callable[[Json, str], Json]] = {
    "properties": _map,
    "$defs": _map,
    "anyOf": _alternatives,
    "oneOf": _alternatives,
    "items": _checked,
    "enum": _values,
    "const": _literal,
    "pattern": _pattern,
    "additionalProperties": _closed,
}
"""Keywords that hold schemas or need a look."""


def _check_required(schema: Schema, path: str) -> None:
    required, properties = schema.get("required", []), schema["properties"]
    if isinstance(required, list) and isinstance(properties, dict):
        for name in required:
            if name not in properties:
                raise _refusal(f"{path}.required", name, f"one of {list(properties)}", "adding the property")


def _whole(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_whole(part) for part in value]
    return value


def _refusal(path: str, got: object, expected: str, attempt: str) -> InputError:
    return InputError(
        f"schema at {path} has {got!r}, which decoding cannot hold to; expected {expected}; try {attempt}"
    )
