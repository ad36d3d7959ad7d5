from __future__ import annotations

import pytest
from pydantic import ValidationError

from agent.requests import Finished
from evals.report import add_up
from evals.scoring import Attempt, Row, score_case
from evals.suite import Scene
from evals.suites.campaign import MEASURES, SUITE, CampaignCase, plan_case
from tests.example_campaign import example_campaign
from tools.errors import InputError


@pytest.fixture(scope="module")
def finished() -> Finished:
    """Give the imagined campaign: win back lapsed and hibernating by email and SMS, 3,000 dollars, a coupon."""
    return example_campaign()


def case_of(**expect: object) -> CampaignCase:
    return CampaignCase.model_validate({"id": "a", "brief": "Win back lapsed shoppers.", "expect": expect})


def row_of(case: CampaignCase, output: Finished | None, error: InputError | None = None) -> Row:
    return score_case(case, Attempt(output, error), SUITE.sheet, 0.0)


@pytest.mark.parametrize(
    "expect",
    [
        {"goal": "Win back"},
        {"segments": ["Lapsed"]},
        {"channels": ["sms", "email"]},
        {"budget": 3000},
        {"offer": "coupon"},
        {"evidence": ["profile_customers", "predict_response"]},
    ],
)
def test_what_is_there_is_right(expect: dict[str, object], finished: Finished) -> None:
    assert row_of(case_of(**expect), finished).outcome == "right"


@pytest.mark.parametrize(
    ("expect", "reason"),
    [
        ({"goal": "launch"}, "goal: wanted 'launch', got 'win_back'"),
        ({"segments": ["lapsed", "champions"]}, "segments: no champions in"),
        ({"channels": ["email"]}, "channels: wanted ('email',), got"),
        ({"budget": 2999}, "budget: wanted 2999"),
        ({"offer": "bundle"}, "offer: wanted 'bundle', got 'coupon'"),
        ({"offer": "coupon", "discount_percent": 77}, "discount: wanted 77"),
        ({"evidence": ["check_fairness"]}, "evidence: no check_fairness in"),
        ({"categories": ["quantum blenders"]}, "categories: no quantum blenders in"),
        ({"refused": "input"}, "planned instead of refused"),
    ],
)
def test_what_is_not_there_is_wrong_and_named(expect: dict[str, object], reason: str, finished: Finished) -> None:
    row = row_of(case_of(**expect), finished)
    assert row.outcome == "wrong"
    assert any(score.reason.startswith(reason) for score in row.scores.values())


def test_only_what_is_listed_is_judged(finished: Finished) -> None:
    assert {*row_of(case_of(goal="win_back"), finished).scores} - {"model's copy", "first try"} == {"goal"}


def test_a_text_of_a_later_try_is_the_models_but_not_its_first(finished: Finished) -> None:
    tried = [(variant.written_by, variant.tries) for variant in finished.campaign.copy_deck.variants]
    assert tried == [("model", 2), ("template", 4), ("model", 1)]
    scores = row_of(case_of(goal="win_back"), finished).scores
    told = {name: (scores[name].hits, scores[name].of) for name in ("model's copy", "first try")}
    assert told == {"model's copy": (2, 3), "first try": (1, 3)}


def test_checks_that_looked_at_nothing_are_no_pass(finished: Finished) -> None:
    idle = tuple(check.model_copy(update={"status": "not_applicable"}) for check in finished.campaign.checks)
    campaign = finished.campaign.model_copy(update={"checks": idle})
    row = row_of(case_of(checks="pass"), finished.model_copy(update={"campaign": campaign}))
    assert row.scores["checks"].reason == "no check looked at anything"
    assert row.outcome == "wrong"


def test_a_refusal_in_the_wanted_words_is_right() -> None:
    case = case_of(refused="input", says=["budget"])
    assert row_of(case, None, InputError("Budget -20 is none")).outcome == "right"
    assert row_of(case, None, InputError("no such store")).outcome == "wrong"


def test_an_error_where_a_plan_is_wanted_is_wrong() -> None:
    row = row_of(case_of(goal="win_back", checks="pass"), None, InputError("cannot read the brief"))
    assert row.outcome == "wrong"
    assert {*row.scores} == {"goal", "checks"}


@pytest.mark.parametrize(
    "expect", [{}, {"says": ["x"]}, {"refused": "input", "goal": "win_back"}, {"goal": "win_back", "says": ["x"]}]
)
def test_a_case_wants_a_plan_or_a_refusal(expect: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="expected either"):
        case_of(**expect)


def test_input_that_the_front_doors_refuse_is_refused() -> None:
    case = CampaignCase.model_validate({"id": "a", "brief": "Hi", "budget": -20, "expect": {"refused": "input"}})
    with pytest.raises(InputError, match=r"budget -20\.0 is wrong"):
        plan_case(case, Scene())


def test_each_measure_is_defined_and_adds_up() -> None:
    for measure in MEASURES:
        assert measure.definition
        assert add_up(measure, []).n == 0
