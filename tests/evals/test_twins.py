"""Twins of cases: what they change, what they leave alone, and how a gap between them and the clean cases is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.requests import AskReply, ToolCall
from evals.__main__ import main, read_arguments
from evals.report import ModelCard
from evals.scoring import Sheet
from evals.suite import CASES, Scene, Suite
from evals.suites.tool_choice import MEASURES, ToolChoiceCase, write_expectation, write_reply
from evals.twinning import UNKNOWN_NAMES, Twin, make_twins, with_slips, with_unknown_name
from evals.twins import compare_twins, measure_gaps
from finetune.data.values import SOURCES
from tools.warehouse.store import Store

KNOWN = frozenset(["coffee", "tea"])
FORECAST = {
    "id": "f",
    "message": "Coffee please, what will customers order over the next 6 weeks",
    "expect": {
        "calls": [{"name": "forecast_demand", "arguments": {"name": "coffee", "level": "category", "weeks": 6}}]
    },
}
REVIEWS = {"id": "r", "message": "Complaints?", "expect": {"calls": [{"name": "analyze_reviews", "arguments": {}}]}}
GREETING = {"id": "g", "message": "Hello", "expect": {"no_call": "answer"}}


def case(raw: Mapping[str, object], **changed: object) -> ToolChoiceCase:
    return ToolChoiceCase.model_validate({**raw, **changed})


def test_unknown_names_are_unknown_to_training_and_cases() -> None:
    texts = [path.read_text(encoding="utf-8").lower() for folder in (SOURCES, CASES) for path in folder.rglob("*.yaml")]
    assert texts
    assert not [name for name in UNKNOWN_NAMES if any(name in text for text in texts)]


def test_an_unknown_name_stands_in_message_and_call_alike() -> None:
    twin = with_unknown_name(case(FORECAST), KNOWN)
    assert twin is not None
    assert twin.expect.calls is not None
    name = twin.expect.calls[0].arguments["name"]
    assert name in UNKNOWN_NAMES
    assert twin.message == f"{str(name).capitalize()} please, what will customers order over the next 6 weeks"
    assert twin.expect.calls[0].arguments == {"name": name, "level": "category", "weeks": 6}


@pytest.mark.parametrize("changed", [{"message": "How much will we sell in 6 weeks?"}, {"message": "coffees"}])
def test_a_name_that_the_message_does_not_say_has_no_unknown_twin(changed: dict[str, object]) -> None:
    assert with_unknown_name(case(FORECAST, **changed), KNOWN) is None
    assert with_unknown_name(case(FORECAST), frozenset(["beer"])) is None


def test_slips_spare_what_the_call_copies_and_numbers() -> None:
    clean = case(FORECAST)
    slipped = with_slips(clean)
    pairs = list(zip(clean.message.split(), slipped.message.split(), strict=True))
    changed = [before for before, after in pairs if before != after]
    assert len(changed) == 3
    assert not {"Coffee", "6"} & {*changed}
    assert slipped.expect == clean.expect
    assert with_slips(clean) == slipped, "the same case has the same slips"


def test_only_single_asks_without_history_have_twins() -> None:
    history = [{"role": "user", "text": "tea?"}]
    several = {"calls": [{"name": "calendar"}, {"name": "find_bundles"}]}
    others = [case(GREETING), case(REVIEWS, id="h", history=history), case(REVIEWS, id="s", expect=several)]
    assert list(make_twins(others, KNOWN)) == []
    twins = list(make_twins([case(FORECAST), *others, case(REVIEWS)], KNOWN))
    assert [(twin.kind, len(twin.clean)) for twin in twins] == [
        ("unknown name", 1), ("slips", 1), ("joined", 2), ("joined", 2)
    ]  # fmt: skip
    joined = twins[2].case
    assert joined.message == f"{FORECAST['message']}. Also: Complaints?"
    assert joined.expect.calls is not None
    assert [call.name for call in joined.expect.calls] == ["forecast_demand", "analyze_reviews"]


def test_a_gap_is_over_pairs_and_a_joined_pair_needs_both_sides() -> None:
    one, two = case(FORECAST), case(REVIEWS)
    twins = [Twin("joined", case(FORECAST, id="f+r"), (one, two)), Twin("joined", case(FORECAST, id="r+f"), (two, one))]
    (gap,) = measure_gaps(twins, {"f": True, "r": True, "f+r": False, "r+f": True})
    assert (gap.n, gap.clean, gap.twins, gap.points) == (2, 2, 1, 50.0)
    (gap,) = measure_gaps(twins, {"f": True, "r": False, "f+r": True, "r+f": True})
    assert (gap.clean, gap.twins, gap.points, gap.low, gap.high) == (0, 2, -100.0, -100.0, -100.0)


def name(scene: Scene) -> ModelCard:
    return ModelCard(name="stub", runtime="test", sha256="", prompts={})


def only_clean(asked: ToolChoiceCase, scene: Scene) -> AskReply:
    """Answer a message exactly unless it has slips; of two asks only the first."""
    wanted = (asked.expect.calls or ())[0]
    made = () if "slips" in asked.id else (ToolCall(name=wanted.name, arguments=wanted.arguments),)
    return AskReply(tool_calls=made, answer="", evidence=(), chosen_by="model", input_tokens=1, output_tokens=1)


def test_the_command_tells_each_gap_and_fails_below_the_bar(
    tiny_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(
        f"store: {tiny_store.path}\ncases:\n"
        "- {id: a, message: What will sales of Tea be tomorrow,\n"
        "   expect: {calls: [{name: forecast_demand, arguments: {name: tea}}]}}\n"
        "- {id: b, message: What do people complain about, expect: {calls: [{name: analyze_reviews}]}}\n",
        encoding="utf-8",
    )
    suite = Suite("tool_choice", "", ToolChoiceCase, only_clean, Sheet(MEASURES, write_expectation, write_reply))
    arguments = read_arguments(["twins", "--cases", str(cases), "--json", str(tmp_path / "out.json")])
    assert compare_twins(arguments, suite, name) == 1
    table = capsys.readouterr().out
    assert "| unknown name | 1 | 1/1 = 100 % | 1/1 = 100 % | 0.0 (0.0 to 0.0) | yes |" in table
    assert "| slips | 2 | 2/2 = 100 % | 0/2 = 0 % | 100.0 (100.0 to 100.0) | no |" in table
    assert "| joined | 2 | 2/2 = 100 % | 0/2 = 0 % | 100.0 (100.0 to 100.0) | no |" in table
    assert (tmp_path / "out.json").is_file()


def test_a_crash_is_neither_right_nor_wrong(
    tiny_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(asked: ToolChoiceCase, scene: Scene) -> AskReply:
        raise RuntimeError(asked.id)

    cases = tmp_path / "cases.yaml"
    cases.write_text(
        f"store: {tiny_store.path}\ncases:\n"
        "- {id: b, message: What do people complain about, expect: {calls: [{name: analyze_reviews}]}}\n",
        encoding="utf-8",
    )
    suite = Suite("tool_choice", "", ToolChoiceCase, broken, Sheet(MEASURES, write_expectation, write_reply))
    assert compare_twins(read_arguments(["twins", "--cases", str(cases)]), suite, name) == 1
    assert "Crashed: 2." in capsys.readouterr().out


def test_cases_without_twins_are_an_input_error(
    tiny_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text("- {id: g, message: Hello, expect: {no_call: answer}}\n", encoding="utf-8")
    assert main(["twins", "--cases", str(cases), "--model", "rules", "--store", str(tiny_store.path)]) == 2
    assert "no case with twins" in capsys.readouterr().err
