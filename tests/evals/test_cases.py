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


def test_wanted_arguments_exist() -> None:
    """A wanted argument that a tool does not have could never be given."""
    fields = {tool.name: set(tool.query.model_fields) for tool in TOOLS}
    calls = [(case.id, call) for case in own_cases() for call in case.expect.calls or () if call.name in fields]
    assert not [(name, call.name, extra) for name, call in calls if (extra := {*call.arguments} - fields[call.name])]


def test_no_message_stands_twice() -> None:
    messages = [case.message for case in (*own_cases(), *read_cases(CASES / "example.yaml", ToolChoiceCase).cases)]
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
