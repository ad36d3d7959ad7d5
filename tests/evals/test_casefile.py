from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from evals.casefile import Case, CaseFileError, parse_cases, read_cases
from evals.suites.tool_choice import ToolChoiceCase

PATH = Path("theirs.yaml")


def parse(text: str) -> tuple[ToolChoiceCase, ...]:
    return parse_cases(text, PATH, ToolChoiceCase).cases


def test_a_list_of_cases() -> None:
    (case,) = parse("- {id: 7, message: Hi, expect: {no_call: answer}}")
    assert (case.id, case.message, case.expect.no_call) == ("7", "Hi", "answer")


def test_a_mapping_with_store_and_day() -> None:
    found = parse_cases(
        "store: mine\nas_of: 2017-11-01\ncases: [{id: a, message: Hi, expect: {no_call: answer}}]", PATH, ToolChoiceCase
    )
    assert (found.store, found.as_of, len(found.cases)) == ("mine", dt.date(2017, 11, 1), 1)


def test_json_is_read_too() -> None:
    assert parse(json.dumps([{"id": "a", "message": "Hi", "expect": {"no_call": "refuse"}}]))[0].id == "a"


def test_yaml_does_not_reinterpret_words() -> None:
    (case,) = parse(
        "- {id: a, message: Norway?, expect: {calls: [{name: calendar, "
        "arguments: {country: NO, starts_on: 2017-12-01, of: on, display: true}}]}}"
    )
    assert case.expect.calls is not None
    assert case.expect.calls[0].arguments == {"country": "NO", "starts_on": "2017-12-01", "of": "on", "display": True}


def test_liberal_forms_of_calls() -> None:
    (case,) = parse(
        "- {id: a, message: Hi, expect: {calls: [calendar, {tool: b, args: {k: 1}}, {name: c, arguments: }]}}"
    )
    assert case.expect.calls is not None
    assert [(call.name, call.arguments) for call in case.expect.calls] == [("calendar", {}), ("b", {"k": 1}), ("c", {})]


def test_fields_of_the_author_are_ignored() -> None:
    assert parse("- {id: a, message: Hi, tags: [x], notes: mine, expect: {no_call: answer}}")[0].id == "a"


@pytest.mark.parametrize(
    "history",
    [
        "[Hi, Hello]",
        "[{role: user, text: Hi}, {role: assistant, content: Hello}]",
        "[{user: Hi}, {assistant: Hello}]",
        "[{role: Human, message: Hi}, {role: AI, text: Hello, calls: []}]",
    ],
)
def test_liberal_forms_of_history(history: str) -> None:
    (case,) = parse(f"- {{id: a, message: Hi, history: {history}, expect: {{no_call: answer}}}}")
    assert [(turn.role, turn.text) for turn in case.history] == [("user", "Hi"), ("assistant", "Hello")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {id: a, message: [", "is not YAML"),
        ("[]", "field 'cases'"),
        ("just words", "expected a list of cases"),
        ("- words", "case number 1 is 'words'; expected a mapping"),
        ("- {message: Hi, expect: {no_call: answer}}", "case 'number 1': field 'id': Field required"),
        ("- {id: a, expect: {no_call: answer}}", "case 'a': field 'message': Field required"),
        ("- {id: a, message: Hi}", "case 'a': field 'expect': Field required"),
        ("- {id: a, message: Hi, expect: {}}", "expected either `calls` or `no_call`"),
        ("- {id: a, message: Hi, expect: {calls: []}}", "field 'expect.calls'"),
        ("- {id: a, message: Hi, expect: {no_call: never}}", "field 'expect.no_call': Input should be 'clarify'"),
        ("- {id: a, message: Hi, expect: {calls: [b], no_call: answer}}", "not both and not neither"),
        ("- {id: a, message: Hi, expect: {call: [b]}}", "field 'expect.call': Extra inputs"),
        ("- {id: a, message: Hi, expect: {calls: [{arguments: {}}]}}", "field 'expect.calls.0.name'"),
        ("- {id: a, mesage: Hi, expect: {no_call: answer}}", "field 'mesage' is unknown; expected 'message'"),
        ("- {id: a, message: Hi, histroy: [], expect: {no_call: answer}}", "expected 'history'"),
        ("- {id: a, message: Hi, history: 3, expect: {no_call: answer}}", "field 'history'"),
        (
            "- {id: a, message: Hi, expect: {no_call: answer}}\n- {id: a, message: Ho, expect: {no_call: answer}}",
            "id 'a' stands twice",
        ),
    ],
)
def test_errors_name_file_case_and_field(text: str, told: str) -> None:
    with pytest.raises(CaseFileError) as caught:
        parse(text)
    assert "theirs.yaml" in str(caught.value)
    assert told in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="cannot be read"):
        read_cases(tmp_path / "none.yaml", Case)


def test_a_binary_file(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CaseFileError, match="cannot be read"):
        read_cases(tmp_path / "x.yaml", Case)
