"""A brief is settled against the store, with every assumption written down."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.briefs import ExtractedBrief
from agent.mentions import find_mentions
from agent.requests import PlanRequest
from agent.settle import refuse_unplannable, settle
from tests.tiny import AS_OF
from tools.errors import InputError
from tools.warehouse.view import StoreView


def request(brief: str = "win back, budget 500", budget: float | None = None) -> PlanRequest:
    return PlanRequest(brief=brief, store="tiny", budget=budget)


def found(**fields: object) -> ExtractedBrief:
    return ExtractedBrief.model_validate({"kind": "campaign", "budget": 500, **fields})


def test_what_is_said_needs_no_assumption(tiny_view: StoreView) -> None:
    said = found(
        goal="win_back",
        segments=("lapsed",),
        channels=("sms",),
        offer="coupon",
        discount_percent=20,
        starts_on=AS_OF,
        ends_on=AS_OF + dt.timedelta(14),
    )
    brief = settle(request(), said, "model", tiny_view)
    assert (brief.segments, brief.channels, brief.budget, brief.assumptions) == (("lapsed",), ("sms",), 500, ())


def test_what_is_left_open_is_assumed_and_said(tiny_view: StoreView) -> None:
    brief = settle(request(), found(), "model", tiny_view)
    assert (brief.goal, brief.segments, brief.channels, brief.offer) == ("grow", ("active",), ("email",), "none")
    told = " ".join(brief.assumptions)
    for word in ("goal", "customers", "channel", "last day", "offer"):
        assert word in told


def test_a_budget_beside_the_brief_wins(tiny_view: StoreView) -> None:
    assert settle(request(budget=900), found(), "model", tiny_view).budget == 900


def test_a_first_day_in_the_past_moves(tiny_view: StoreView) -> None:
    early = AS_OF - dt.timedelta(5)
    brief = settle(request(), found(starts_on=early, ends_on=AS_OF + dt.timedelta(9)), "model", tiny_view)
    assert brief.starts_on == AS_OF


def test_one_named_day_is_the_last_day(tiny_view: StoreView) -> None:
    day = AS_OF + dt.timedelta(20)
    brief = settle(request(), found(starts_on=day, ends_on=day), "model", tiny_view)
    assert (brief.starts_on, brief.ends_on) == (AS_OF, day)


@pytest.mark.parametrize("ends_on", [AS_OF - dt.timedelta(1), AS_OF, AS_OF + dt.timedelta(400)])
def test_impossible_days_are_refused(tiny_view: StoreView, ends_on: dt.date) -> None:
    with pytest.raises(InputError, match="period"):
        settle(request(), found(starts_on=AS_OF, ends_on=ends_on), "model", tiny_view)


def test_a_category_that_the_shop_lacks_is_said(tiny_view: StoreView) -> None:
    brief = settle(request(), found(categories=("surfboards",)), "model", tiny_view)
    assert brief.categories == ()
    assert any("surfboards" in line for line in brief.assumptions)


def test_a_channel_that_cannot_be_planned_is_refused(tiny_view: StoreView) -> None:
    with pytest.raises(InputError, match="push"):
        settle(request(), found(channels=("push",)), "model", tiny_view)


@pytest.mark.parametrize(
    "words",
    [
        "email the lapsed, budget 0",
        "email the lapsed, budget $0.00",
        "email the lapsed, budget -500 dollars",
        "email the lapsed, budget zero",
        "email the lapsed, budget lots",
        "email the lapsed",
    ],
)
def test_a_budget_that_is_no_amount_is_refused(words: str) -> None:
    with pytest.raises(InputError, match="budget"):
        refuse_unplannable(request(words), find_mentions(words, AS_OF))


@pytest.mark.parametrize("words", ["budget 3,000 dollars", "spend $0.5", "a budget of 3k", "Budget: €450"])
def test_a_budget_that_is_an_amount_is_taken(words: str) -> None:
    refuse_unplannable(request(words), find_mentions(words, AS_OF))
