"""Our own cases: readable, enough of them, about every tool, and none written twice."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, get_args

import pytest

from agent.campaign import Goal, OfferKind
from evals.casefile import read_cases
from evals.catalog import SUITES
from evals.suite import CASES, Suite, case_schema
from evals.suites import campaign, tool_choice
from evals.suites.tool_choice import ToolChoiceCase
from tools.catalog import TOOLS

NAMES = (
    "profile_customers", "forecast_demand", "recommend_products", "find_bundles", "search_products", "analyze_reviews",
    "predict_response", "choose_offer", "allocate_budget", "check_anomalies", "design_experiment", "read_results",
    "calendar", "check_fairness",
)  # fmt: skip
"""The tools of the contract, offered yet or not."""


def own_cases() -> tuple[ToolChoiceCase, ...]:
    return read_cases(tool_choice.SUITE.cases_path, ToolChoiceCase).cases


def more_cases() -> dict[str, ToolChoiceCase]:
    return {case.id: case for case in read_cases(CASES / "tool_choice_more.yaml", ToolChoiceCase).cases}


def pairs(left: str, right: str) -> list[tuple[ToolChoiceCase, ToolChoiceCase]]:
    """Return the pairs of the second file whose ids differ in their first word only; each case needs its twin."""
    cases = more_cases()
    numbers = [{name.split("-")[1] for name in cases if name.startswith(f"{kind}-")} for kind in (left, right)]
    assert numbers[0] == numbers[1]
    return [(cases[f"{left}-{number}"], cases[f"{right}-{number}"]) for number in sorted(numbers[0])]


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_the_schema_on_file_is_the_schema_of_the_code(suite: Suite[Any, Any]) -> None:
    assert json.loads(suite.schema_path.read_text(encoding="utf-8")) == case_schema(suite.case_type)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_case_files_name_their_schema_on_the_first_line(suite: Suite[Any, Any]) -> None:
    first = suite.cases_path.read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={suite.schema_path.name}"


def test_there_are_enough_cases_of_each_kind() -> None:
    cases = own_cases()
    silent = [case for case in cases if case.expect.no_call]
    steps = Counter(len(case.expect.calls) for case in cases if case.expect.calls)
    assert len(cases) >= 60
    assert 0.2 <= len(silent) / len(cases) <= 0.3
    assert min(Counter(case.expect.no_call for case in silent).values()) >= 5
    assert steps[1] >= 30
    assert steps[2] >= 5
    assert steps[3] >= 3


def test_every_tool_is_wanted_somewhere_and_nothing_else() -> None:
    wanted = {call.name for case in own_cases() for call in case.expect.calls or ()}
    assert wanted == set(NAMES)


def test_the_second_file_is_large_and_about_every_tool_alike() -> None:
    cases = more_cases().values()
    silent = Counter(case.expect.no_call for case in cases if case.expect.no_call)
    single = Counter(case.expect.calls[0].name for case in cases if case.expect.calls and len(case.expect.calls) == 1)
    assert len(cases) + len(own_cases()) >= 400
    assert silent.total() >= 0.25 * len(cases)
    assert min(silent.values()) >= 0.3 * silent.total()
    assert set(single) == set(NAMES)
    assert min(single.values()) >= 15
    assert sum(len(case.expect.calls or ()) > 1 for case in cases) >= 50
    assert sum(bool(case.history) for case in cases) >= 25


def test_the_two_files_share_no_id() -> None:
    assert not {case.id for case in own_cases()} & set(more_cases())


def test_the_second_file_names_its_schema_on_the_first_line() -> None:
    first = (CASES / "tool_choice_more.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={tool_choice.SUITE.schema_path.name}"


def test_a_typo_changes_about_each_third_word_and_nothing_that_is_wanted() -> None:
    typos = pairs("clean", "typo")
    assert len(typos) >= 30
    for clean, typo in typos:
        words = list(zip(clean.message.split(), typo.message.split(), strict=True))
        assert clean.expect == typo.expect, clean.id
        assert 0.25 <= sum(right != wrong for right, wrong in words) / len(words) <= 0.45, typo.id


def test_a_joined_ask_wants_the_call_of_the_lone_one_too() -> None:
    asks = pairs("alone", "joined")
    assert len(asks) >= 20
    for alone, joined in asks:
        assert joined.expect.calls is not None
        assert alone.expect.calls == joined.expect.calls[:1], alone.id
        assert len(joined.expect.calls) > 1, joined.id


def test_an_unknown_name_wants_the_tool_that_a_known_one_wants() -> None:
    names = pairs("known", "unknown")
    assert len(names) >= 15
    for known, unknown in names:
        tools = [[call.name for call in case.expect.calls or ()] for case in (known, unknown)]
        assert tools[0] == tools[1], known.id


def test_wanted_arguments_exist() -> None:
    """A wanted argument that a tool does not have could never be given."""
    fields = {tool.name: set(tool.query.model_fields) for tool in TOOLS}
    cases = (*own_cases(), *more_cases().values())
    calls = [(case.id, call) for case in cases for call in case.expect.calls or () if call.name in fields]
    assert not [(name, call.name, extra) for name, call in calls if (extra := {*call.arguments} - fields[call.name])]


def test_no_message_stands_twice() -> None:
    example = read_cases(CASES / "example.yaml", ToolChoiceCase).cases
    messages = [case.message for case in (*own_cases(), *more_cases().values(), *example)]
    repeated = [message for message, times in Counter(messages).items() if times > 1]
    assert not repeated


def test_the_example_shows_twenty_cases() -> None:
    assert len(read_cases(CASES / "example.yaml", ToolChoiceCase).cases) == 20


def test_campaign_cases_want_what_exists() -> None:
    cases = read_cases(campaign.SUITE.cases_path, campaign.CampaignCase).cases
    assert len(cases) >= 8
    assert {case.expect.goal for case in cases} <= {None, *get_args(Goal)}
    assert {case.expect.offer for case in cases} <= {None, *get_args(OfferKind)}
    assert {tool for case in cases for tool in case.expect.evidence or ()} <= set(NAMES)
    assert any(case.expect.refused for case in cases)
