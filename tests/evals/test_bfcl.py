"""Reading the leaderboard's files, and when a call counts as right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent.models.grammar import accepts, grammar_of
from evals.benchmarks.bfcl import as_json_schema, is_right, read_category
from evals.benchmarks.bfcl_match import matches

QUESTION = {
    "id": "multiple_0",
    "question": [[{"role": "user", "content": "How far is Lyon from Nice by train?"}]],
    "function": [
        {
            "name": "trip.distance",
            "description": "Measure a trip.",
            "parameters": {
                "type": "dict",
                "properties": {
                    "stops": {"type": "array", "items": {"type": "string"}},
                    "mode": {"type": "string", "enum": ["train", "car"]},
                    "limit": {"type": "float"},
                },
                "required": ["stops"],
            },
        }
    ],
}
TRUTH = {"id": "multiple_0", "ground_truth": [{"trip.distance": {"stops": [["Lyon", "Nice"]], "mode": ["train", ""]}}]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "possible_answer").mkdir()
    (tmp_path / "BFCL_v4_multiple.json").write_text(json.dumps(QUESTION) + "\n", encoding="utf-8")
    (tmp_path / "possible_answer/BFCL_v4_multiple.json").write_text(json.dumps(TRUTH) + "\n", encoding="utf-8")
    (tmp_path / "BFCL_v4_irrelevance.json").write_text(json.dumps(QUESTION) + "\n", encoding="utf-8")
    return tmp_path


def test_a_case_is_read_with_its_functions_and_what_is_wanted(folder: Path) -> None:
    (case,) = read_category(folder, "multiple")
    assert case.question.startswith("How far")
    grammar = grammar_of(case.functions[0].schema)
    assert accepts(grammar, '{"stops":["Lyon","Nice"],"mode":"car","limit":2.5}')
    assert not accepts(grammar, '{"stops":["Lyon"],"mode":"boat"}')
    assert is_right(("trip.distance", {"stops": ["lyon", "NICE"]}), case)
    assert not is_right(("trip.distance", {"stops": ["Nice", "Lyon"]}), case)
    assert not is_right(None, case)


def test_where_nothing_fits_only_silence_is_right(folder: Path) -> None:
    (case,) = read_category(folder, "irrelevance")
    assert is_right(None, case)
    assert not is_right(("trip.distance", {"stops": ["Lyon", "Nice"]}), case)


@pytest.mark.parametrize(
    ("value", "possible", "right"),
    [
        (10, [10.0], True),
        (True, [1], False),
        ("a", [1], False),
        ({"x": 1}, [{"x": [1, 2]}], True),
        ({"x": 3}, [{"x": [1, 2]}], False),
        ({"x": 1, "y": 1}, [{"x": [1]}], False),
        ({}, [{"x": [1, ""]}], True),
    ],
)
def test_values_match_by_type_and_possibility(value: object, possible: list[object], right: bool) -> None:
    assert matches("f", {"v": value}, {"f": {"v": possible}}) is right


def test_a_parameter_of_any_type_becomes_text() -> None:
    assert as_json_schema({"type": "any"})["type"] == "string"
