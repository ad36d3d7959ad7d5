"""The five set-ups side by side, with a product that knows which one it is."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from agent.requests import AskReply, ToolCall
from evals.__main__ import read_arguments
from evals.ablation import SETUPS, ablate
from evals.report import ModelCard
from evals.scoring import Sheet
from evals.suite import Scene, Suite
from evals.suites.tool_choice import MEASURES, ToolChoiceCase, write_expectation, write_reply

CASES = """
- {id: a, message: German holidays, expect: {calls: [{name: calendar, arguments: {country: DE}}]}}
- {id: b, message: Hello, expect: {no_call: answer}}
"""


def answer(case: ToolChoiceCase, scene: Scene) -> AskReply:
    """Call the calendar at every message, as an untuned model does; only the tuned one knows when not to."""
    quiet = case.id == "b" and scene.model == "local"
    calls = () if quiet else (ToolCall(name="calendar", arguments={"country": "DE"}),)
    return AskReply(
        tool_calls=calls,
        answer="",
        evidence=(),
        chosen_by="model",
        input_tokens=100,
        output_tokens=len(scene.model or ""),
    )


def name(scene: Scene) -> ModelCard:
    return ModelCard(name=scene.model or "", runtime="test", sha256="", prompts={})


@pytest.fixture
def arguments(tmp_path: Path) -> argparse.Namespace:
    cases = tmp_path / "cases.yaml"
    cases.write_text(CASES, encoding="utf-8")
    return read_arguments(["ablation", "--cases", str(cases), "--json", str(tmp_path / "out.json")])


def test_each_set_up_has_a_row(arguments: argparse.Namespace, capsys: pytest.CaptureFixture[str]) -> None:
    suite = Suite("tool_choice", "", ToolChoiceCase, answer, Sheet(MEASURES, write_expectation, write_reply))
    assert ablate(arguments, suite, name) == 0
    table = capsys.readouterr().out
    rows = {
        told: next(line for line in table.splitlines() if line.startswith(f"| {told} |")) for told in SETUPS.values()
    }
    assert "| 1/1 = 100 % (21–100) |" in rows["tuned"]
    assert "| 0/1 = 0 % (0–79) |" in rows["tuned"]
    assert "0/2 = 0 % (0–66) | 100/5 |" in rows["tuned, constrained"]  # no parse failures; len("local") tokens written
    assert rows["tuned, constrained"].count("1/1 = 100 %") > rows["tuned"].count("1/1 = 100 %")


def test_the_rows_can_be_read_by_programs(arguments: argparse.Namespace) -> None:
    suite = Suite("tool_choice", "", ToolChoiceCase, answer, Sheet(MEASURES, write_expectation, write_reply))
    ablate(arguments, suite, name)
    rows = json.loads(Path(arguments.json).read_text(encoding="utf-8"))["rows"]
    assert [row["report"]["model"]["name"] for row in rows] == list(SETUPS)
    assert rows[-1]["tokens"] == {"n": 2, "read": 200, "written": 2 * len("local")}
