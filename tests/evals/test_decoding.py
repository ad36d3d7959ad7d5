"""Random logits under the agent's grammars write nothing malformed; what is malformed is seen."""

from __future__ import annotations

from collections import Counter

import pytest

from agent.chooser import OFFERED
from agent.models.grammar import grammar_of
from evals.benchmarks.decoding import FILES, UntrainedModel, Written, grammar_for, judge, measured, untrained
from evals.casefile import read_cases
from evals.suite import CASES
from evals.suites.tool_choice import ToolChoiceCase

GENERATIONS = 40


@pytest.fixture(scope="module")
def model() -> UntrainedModel:
    return untrained(seed=1)


@pytest.mark.weights
def test_an_untrained_model_writes_calls_and_stops_only(model: UntrainedModel) -> None:
    cases = read_cases(CASES / FILES[0], ToolChoiceCase).cases[:GENERATIONS]
    outcomes: Counter[str] = Counter()
    for case in cases:
        grammar = grammar_for(case)
        outcomes[judge(model.write(grammar), grammar, OFFERED)] += 1
    assert set(outcomes) <= {"call", "stop"}
    assert outcomes["call"] > 0
    assert outcomes["stop"] > 0


def test_every_kind_of_malformed_answer_is_told_apart() -> None:
    anything = grammar_of({"type": "object", "properties": {"name": {"type": "string"}}})
    loose = grammar_of(
        {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "arguments": {"type": "object", "properties": {"of": {"type": "string"}}},
            },
        }
    )
    assert judge(Written('{"name":"answer"}', False), anything, OFFERED) == "cut"
    assert judge(Written("{'name'}", True), anything, OFFERED) == "outside the grammar"
    assert judge(Written('{"name":"answer"}', True), anything, OFFERED) == "stop"
    assert judge(Written('{"name":"brew_coffee"}', True), anything, OFFERED) == "no such tool"
    assert judge(Written('{"name":"check_anomalies","arguments":{"of":"luck"}}', True), loose, OFFERED) == "malformed"
    assert judge(Written('{"name":"check_anomalies","arguments":{"of":"orders"}}', True), loose, OFFERED) == "call"


def test_one_malformed_call_fails_the_bar() -> None:
    assert measured(Counter(call=99, stop=1), 14, 100, 1.0).holds
    assert not measured(Counter(call=98, stop=1, malformed=1), 14, 100, 1.0).holds
    assert not measured(Counter(call=97, cut=3), 14, 100, 1.0).holds
