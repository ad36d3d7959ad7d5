"""Random schemas of the dialect, each with values that fit it, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Pair = tuple[dict[str, Any], Any]
"""A schema and one value that fits it."""

NAMES = st.sampled_from(["name", "k", "weeks", "segment", "goal", "Größe", "a b"])
PLAIN_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
NUMBERS = st.integers(-5000, 5000) | st.integers(-5000, 5000).map(lambda cents: cents / 100)
SCALARS = PLAIN_TEXT | NUMBERS | st.booleans() | st.none()


@st.composite
def enums(draw: st.DrawFn) -> Pair:
    values = draw(st.lists(SCALARS, min_size=1, max_size=8))
    return {"enum": values}, draw(st.sampled_from(values))


@st.composite
def consts(draw: st.DrawFn) -> Pair:
    value = draw(SCALARS)
    return {"const": value}, value


@st.composite
def integers(draw: st.DrawFn) -> Pair:
    low, high = sorted(draw(st.tuples(st.integers(-300, 300), st.integers(-300, 300))))
    return {"type": "integer", "minimum": low, "maximum": high}, draw(st.integers(low, high))


@st.composite
def texts(draw: st.DrawFn) -> Pair:
    value = draw(PLAIN_TEXT)
    return {"type": "string", "maxLength": len(value) + draw(st.integers(0, 3))}, value


@st.composite
def patterns(draw: st.DrawFn) -> Pair:
    value = draw(st.text("abcdefgh {}!", min_size=1, max_size=9))
    return {"type": "string", "pattern": "^[a-h {}!]{1,9}$"}, value


LEAVES: st.SearchStrategy[Pair] = (
    enums() | consts() | integers() | texts() | patterns() | st.just(({"type": "null"}, None))
)


@st.composite
def objects(draw: st.DrawFn, parts: st.SearchStrategy[Pair]) -> Pair:
    fields = draw(st.dictionaries(NAMES, parts, max_size=4))
    required = [name for name in fields if draw(st.booleans())]
    schema = {
        "type": "object",
        "properties": {name: part for name, (part, _) in fields.items()},
        "required": required,
        "additionalProperties": False,
    }
    value = {name: part for name, (_, part) in fields.items() if name in required or draw(st.booleans())}
    return schema, value


@st.composite
def arrays(draw: st.DrawFn, parts: st.SearchStrategy[Pair]) -> Pair:
    schema, value = draw(parts)
    count, spare = draw(st.integers(0, 3)), draw(st.integers(0, 2))
    limits = {"minItems": draw(st.integers(0, count)), "maxItems": count + spare}
    return {"type": "array", "items": schema, **limits}, [value] * count


@st.composite
def unions(draw: st.DrawFn, parts: st.SearchStrategy[Pair]) -> Pair:
    pairs = draw(st.lists(parts, min_size=1, max_size=3))
    return {"anyOf": [schema for schema, _ in pairs]}, draw(st.sampled_from([value for _, value in pairs]))


PAIRS: st.SearchStrategy[Pair] = st.recursive(
    LEAVES, lambda parts: objects(parts) | arrays(parts) | unions(parts), max_leaves=6
)
