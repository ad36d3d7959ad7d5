"""The grammar accepts exactly the compact JSON of values that fit the schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from agent.models.dialect import checked_schema, compact_json
from agent.models.grammar import accepts, grammar_of
from tests.agent.models.schemas import PAIRS, Pair
from tools.errors import InputError

CALL = {
    "anyOf": [
        {
            "type": "object",
            "properties": {
                "name": {"const": "forecast_demand"},
                "arguments": {
                    "type": "object",
                    "properties": {
                        "level": {"enum": ["total", "category"]},
                        "name": {"enum": ["COFFEE", "café"]},
                        "weeks": {"enum": [8, 12]},
                    },
                    "required": ["level"],
                },
            },
            "required": ["name", "arguments"],
        },
        {"type": "object", "properties": {"name": {"enum": ["answer", "clarify"]}}, "required": ["name"]},
    ]
}


@given(PAIRS)
@settings(max_examples=150, deadline=None)
def test_every_fitting_value_is_accepted_in_compact_form(pair: Pair) -> None:
    schema, value = pair
    assert accepts(grammar_of(schema), compact_json(value))


@given(PAIRS)
@settings(max_examples=150, deadline=None)
def test_white_space_and_trailing_text_are_refused(pair: Pair) -> None:
    schema, value = pair
    text = compact_json(value)
    grammar = grammar_of(schema)
    assert not accepts(grammar, f" {text}")
    assert not accepts(grammar, f"{text} ")
    loose = json.dumps(json.loads(text), ensure_ascii=False)
    if isinstance(value, dict | list) and loose != text:
        assert not accepts(grammar, loose)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('{"name":"forecast_demand","arguments":{"level":"total"}}', True),
        ('{"name":"forecast_demand","arguments":{"level":"category","name":"café","weeks":8}}', True),
        ('{"name":"answer"}', True),
        ('{"name":"forecast_demand","arguments":{}}', False),  # level is required
        ('{"name":"forecast_demand","arguments":{"weeks":8,"level":"total"}}', False),  # another order
        ('{"name":"forecast_demand","arguments":{"level":"total","weeks":9}}', False),  # not in the enum
        ('{"name":"forecast_demand","arguments":{"level":"total","k":1}}', False),  # closed
        ('{"name":"answer","arguments":{}}', False),
        ('{"name":"forecast_demand","arguments":{"level":"total"}', False),  # cut
    ],
)
def test_a_union_of_calls(text: str, fits: bool) -> None:
    assert accepts(grammar_of(CALL), text) is fits


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"type": "string", "format": "date"}, "$.format"),
        ({"type": "string", "pattern": "[a-z]"}, "$.pattern"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "$.additionalProperties"),
        ({"type": "object", "properties": {"a": {"not": {}}}}, "$.properties.a.not"),
        ({"type": "object", "properties": {}, "required": ["a"]}, "$.required"),
        ({"type": "array", "items": {"enum": [1]}, "uniqueItems": True}, "$.uniqueItems"),
        ({"type": "array"}, "`items`"),
        ({"anyOf": []}, "$.anyOf"),
        ({"anyOf": [{"type": "text"}]}, "$.anyOf[0].type"),
        ({"enum": []}, "$.enum"),
        ({"enum": [{"a": 1}]}, "$.enum"),
        ({"const": 1e-7}, "$.const"),
        ({"title": "only words"}, "a constraint"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "compiled"),
    ],
)
def test_what_the_dialect_lacks_is_refused_with_its_path(schema: dict[str, Any], path: str) -> None:
    with pytest.raises(InputError, match="expected") as caught:
        grammar_of(schema)
    assert path in str(caught.value)


def test_annotations_are_dropped_and_objects_closed() -> None:
    schema = {"title": "T", "type": "object", "properties": {"a": {"description": "d", "enum": [1.0, 1]}}}
    assert checked_schema(schema) == {
        "type": "object",
        "properties": {"a": {"enum": [1]}},
        "additionalProperties": False,
    }


def test_two_hundred_spans_compile_and_match() -> None:
    spans = [f"span {number} of the message" for number in range(200)]
    grammar = grammar_of({"enum": spans})
    assert all(accepts(grammar, compact_json(span)) for span in spans[::20])
    assert not accepts(grammar, '"span 200 of the message"')
