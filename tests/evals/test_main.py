from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from agent.requests import AskReply, Refusal, ToolCall
from evals.__main__ import main, read_arguments, run
from evals.report import ModelCard
from evals.scoring import Sheet
from evals.suite import Scene, Suite
from evals.suites.tool_choice import MEASURES, ToolChoiceCase, write_expectation, write_reply
from tools.errors import MissingCapabilityError

CARD = ModelCard(name="fake", runtime="test", sha256="f" * 64, prompts={"ask": "0123456789ab"})

TWENTY = "\n".join(
    f"- {{id: {n}, message: Tell me {n}, expect: {{calls: [{{name: calendar, arguments: {{country: DE}}}}]}}}}"
    if n % 2
    else f"- {{id: {n}, message: Tell me {n}, expect: {{no_call: refuse}}}}"
    for n in range(20)
)


def answer(case: ToolChoiceCase, scene: Scene) -> AskReply:
    """Call the calendar for odd cases, refuse even ones, and crash on one when asked on a certain store."""
    if scene.store == "broken" and case.id == "4":
        raise ZeroDivisionError
    calls = (ToolCall(name="calendar", arguments={"country": "Germany"}),) if int(case.id) % 2 else ()
    refusal = None if calls else Refusal(kind="refuse", message="no")
    return AskReply(tool_calls=calls, answer="", evidence=(), refusal=refusal, chosen_by="model")


def answer_nothing(_case: ToolChoiceCase, _scene: Scene) -> AskReply:
    return AskReply(tool_calls=(), answer="", evidence=(), chosen_by="model")


def suite_of(product: object = answer) -> Suite[ToolChoiceCase, AskReply]:
    assert callable(product)
    return Suite("tool_choice", "a fake", ToolChoiceCase, product, Sheet(MEASURES, write_expectation, write_reply))


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.yaml"
    path.write_text(TWENTY, encoding="utf-8")
    return path


def arguments(*words: str | Path) -> argparse.Namespace:
    return read_arguments(["tool_choice", *map(str, words)])


def test_a_file_of_somebody_else_runs_unchanged(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments("--cases", cases), suite_of(), lambda scene: CARD) == 0
    told = capsys.readouterr().out
    assert "exact call        100.0 %    72.2 .. 100.0     10 / 10" in told
    assert "tool_choice: 20 cases: 0 crashed, 0 wrong, 0 not applicable, 20 right" in told
    assert "prompts ask 01234567" in told


def test_failures_come_first(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(arguments("--cases", cases), suite_of(answer_nothing), lambda scene: CARD)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "WRONG   0",
        "    wanted no call: refuse",
        "    got    no call: answer",
        "    wanted refuse, got answer",
    ]


def test_a_crash_makes_exit_code_1(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments("--cases", cases, "--store", "broken"), suite_of(), lambda scene: CARD) == 1
    told = capsys.readouterr().out
    assert told.startswith("CRASHED 4\n")
    assert "ZeroDivisionError" in told


def test_the_whole_report_as_json(cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    run(arguments("--cases", cases, "--json", out, "--as-of", "2017-11-01"), suite_of(), lambda scene: CARD)
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["as_of"] == "2017-11-01"
    assert report["model"]["sha256"] == CARD.sha256
    assert len(report["cases"]) == 20
    assert {line["name"] for line in report["measures"]} == {measure.name for measure in MEASURES}
    assert not list(tmp_path.glob(".*"))


def test_only_some_cases(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments("--cases", cases, "--only", "3"), suite_of(), lambda scene: CARD) == 0
    assert "tool_choice: 1 cases" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--cases", "none.yaml"], "case file 'none.yaml' cannot be read"),
        (["--json", "no/such/folder/x.json"], "cannot be written"),
        (["--as-of", "tomorrow"], "'tomorrow' is not a day"),
        (["--only", "nobody"], "case 'nobody' is not in"),
    ],
)
def test_wrong_input_is_exit_code_2(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tool_choice", *words]) == 2
    assert told in capsys.readouterr().err


def test_a_missing_model_is_named_before_the_first_case(cases: Path) -> None:
    def missing(_scene: Scene) -> ModelCard:
        raise MissingCapabilityError("no model; expected one; try `marketwright model build`")

    with pytest.raises(MissingCapabilityError) as caught:
        run(arguments("--cases", cases), suite_of(), missing)
    assert caught.value.exit_code == 3
