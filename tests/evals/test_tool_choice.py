from __future__ import annotations

from typing import Any, Literal

import pytest

from agent.models.request import AnswerError
from agent.requests import AskReply, Refusal, ToolCall
from evals.report import add_up
from evals.scoring import Attempt, Row, score_case
from evals.suites.tool_choice import MEASURES, SUITE, Expect, NoCall, ToolChoiceCase
from tools.errors import MarketwrightError


def case_of(**expect: Any) -> ToolChoiceCase:
    return ToolChoiceCase(id="a", message="Hi", expect=Expect.model_validate(expect))


def reply(*calls: str, kind: Literal["clarify", "refuse"] | None = None) -> AskReply:
    return AskReply(
        tool_calls=tuple(ToolCall(name=name, arguments={"k": 5}) for name in calls),
        answer="",
        evidence=(),
        refusal=kind and Refusal(kind=kind, message="…"),
        chosen_by="model",
    )


def row_of(case: ToolChoiceCase, output: AskReply | None, error: MarketwrightError | None = None) -> Row:
    return score_case(case, Attempt(output, error), SUITE.sheet, 0.0)


def shares(row: Row) -> dict[str, tuple[int, int]]:
    return {name: (score.hits, score.of) for name, score in row.scores.items()}


def test_a_right_call() -> None:
    row = row_of(case_of(calls=[{"name": "a", "arguments": {"k": "5"}}]), reply("a"))
    assert row.outcome == "right"
    assert shares(row) == {
        "exact call": (1, 1),
        "tool name": (1, 1),
        "arguments": (1, 1),
        "parse failures": (0, 1),
        "model chose": (1, 1),
    }


def test_a_wrong_sequence() -> None:
    row = row_of(case_of(calls=["a", "b"]), reply("a", "c"))
    assert row.outcome == "wrong"
    assert shares(row) | {"parse failures": (0, 1)} == {
        "exact call": (0, 1),
        "tool name": (1, 2),
        "sequence": (0, 1),
        "parse failures": (0, 1),
        "model chose": (1, 1),
    }


@pytest.mark.parametrize("kind", ["clarify", "refuse", "answer"])
def test_each_kind_of_no_call(kind: NoCall) -> None:
    said = reply(kind=None if kind == "answer" else kind)
    row = row_of(case_of(no_call=kind), said)
    assert row.outcome == "right"
    assert shares(row)[f"no call: {kind}"] == (1, 1)


def test_the_wrong_kind_is_wrong_but_silent() -> None:
    row = row_of(case_of(no_call="refuse"), reply(kind="clarify"))
    assert row.outcome == "wrong"
    assert shares(row)["silence"] == (1, 1)
    assert row.scores["no call"].reason == "wanted refuse, got clarify"


def test_a_call_where_none_is_wanted() -> None:
    row = row_of(case_of(no_call="answer"), reply("a"))
    assert (shares(row)["no call"], shares(row)["silence"]) == ((0, 1), (0, 1))


def test_an_error_is_wrong_and_not_an_answer() -> None:
    row = row_of(case_of(no_call="answer"), None, MarketwrightError("no"))
    assert row.outcome == "wrong"
    assert shares(row)["silence"] == (0, 1)


def test_text_that_cannot_be_read_is_counted_apart() -> None:
    row = row_of(case_of(calls=["a"]), None, AnswerError("cut"))
    assert shares(row)["parse failures"] == (1, 1)


def test_rules_write_no_text_to_parse() -> None:
    row = row_of(case_of(calls=["a"]), reply("a").model_copy(update={"chosen_by": "rules"}))
    assert "parse failures" not in row.scores


def test_each_measure_is_defined_and_adds_up() -> None:
    for measure in MEASURES:
        assert measure.definition
        assert add_up(measure, []).n == 0
