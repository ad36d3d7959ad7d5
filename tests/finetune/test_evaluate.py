"""The scoring of planners: what counts as exact, and what a planner that loops gets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from agent.actions import MAX_STEPS, Action, DoneCall
from agent.mentions import Mentions
from finetune.evaluate import Message, failures, play, rules_planner, table

FORECAST = Action(name="forecast_demand", arguments={"level": "category", "name": "coffee", "weeks": 6})
CASE = Message("single", "forecast coffee for 6 weeks", dt.date(2017, 11, 1), (), (FORECAST,), ("done",), "answer")


def test_the_rules_answer_a_plain_ask_exactly() -> None:
    outcome = play(CASE, rules_planner)
    assert outcome.exact
    assert outcome.names
    assert failures([outcome]) == []


def test_names_can_be_right_where_arguments_are_not() -> None:
    other = Action(name="forecast_demand", arguments={"level": "total"})
    outcome = play(CASE, lambda _c, _m, done: Action(name="answer") if done else other)
    assert (outcome.exact, outcome.names) == (False, True)


def test_a_stop_must_be_the_right_one() -> None:
    case = Message("stop", "optimise it", dt.date(2017, 11, 1), (), (), (), "clarify")
    assert play(case, lambda _c, _m, _d: Action(name="clarify")).exact
    assert not play(case, lambda _c, _m, _d: Action(name="refuse")).exact


def test_a_planner_that_never_stops_is_stopped() -> None:
    def endless(_case: Message, _mentions: Mentions, done: Sequence[DoneCall]) -> Action:
        return Action(name="calendar", arguments={"starts_on": str(len(done))})

    assert len(play(CASE, endless).calls) == MAX_STEPS


def test_the_table_has_a_line_a_group() -> None:
    assert [line.split()[0] for line in table([play(CASE, rules_planner)]).splitlines()] == ["group", "single"]
