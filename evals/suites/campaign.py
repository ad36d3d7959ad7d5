"""Does a brief lead to a campaign that does what was asked, with evidence and passing checks, or to a refusal?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationError, model_validator

from agent.pipeline import plan_campaign
from agent.requests import Finished, PlanRequest
from evals.casefile import Case
from evals.normalise import equal, normalise
from evals.scoring import Attempt, Measure, Score, Sheet
from evals.suite import Scene, Suite
from tools.errors import InputError
from tools.frozen import Frozen

Given = Attempt[Finished]


class Expect(Frozen):
    """What the campaign must have, where only listed fields are judged; or `refused`, with words the refusal says."""

    goal: str | None = Field(None, description="Goal of the brief.")
    segments: tuple[str, ...] | None = Field(None, min_length=1, description="Segments to address.")
    channels: tuple[str, ...] | None = Field(None, min_length=1, description="Channels, exactly these.")
    categories: tuple[str, ...] | None = Field(None, min_length=1, description="Categories read from the brief.")
    budget: float | None = Field(None, gt=0, description="Total budget.")
    offer: str | None = Field(None, description="Kind of offer.")
    discount_percent: float | None = Field(None, gt=0, lt=100, description="Discount of the brief.")
    evidence: tuple[str, ...] | None = Field(None, min_length=1, description="Tools that must have been called.")
    checks: Literal["pass"] | None = Field(None, description="Whether every check that applies must pass.")
    refused: Literal["input"] | None = Field(None, description="The brief must be refused as the user's input.")
    says: tuple[str, ...] = Field((), description="Words that the refusal must contain.")

    @model_validator(mode="after")
    def _refused_or_planned(self) -> Expect:
        """Hold that a refusal is not also judged as a plan, and that something is judged."""
        planned = self.model_dump(exclude={"refused", "says"}, exclude_none=True)
        if bool(planned) == bool(self.refused) or (self.says and not self.refused):
            raise ValueError("expected either `refused` (with `says`, if wanted) or what the campaign must have")
        return self


class CampaignCase(Case):
    """One brief and what it should lead to."""

    brief: str = Field(description="The marketer's paragraph.")
    budget: float | None = Field(None, description="Budget given beside the brief.")
    expect: Expect = Field(description="What the campaign must have, or that there must be none.")


def plan_case(case: CampaignCase, scene: Scene) -> Finished:
    """Plan with the product; input that its front doors refuse is a refusal."""
    try:
        request = PlanRequest(
            brief=case.brief,
            store=scene.store_of(case),
            budget=case.budget,
            as_of=scene.day_of(case),
            model=scene.model,
            seed=scene.seed,
        )
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise InputError(f"{fault['loc'][0]} {fault['input']!r} is wrong: {fault['msg']}") from error
    return plan_campaign(request)


def _same(given: Given, wanted: object, got: object, what: str) -> Score:
    """Score whether a field of the brief equals the wanted value."""
    if given.error:
        return Score(0, 1, f"error: {given.error}")
    right = equal(wanted, got)
    return Score(int(right), 1, "" if right else f"{what}: wanted {wanted!r}, got {got!r}")


def _among(given: Given, wanted: tuple[str, ...], got: tuple[str, ...], what: str) -> Score:
    """Score how many of the wanted names are there."""
    if given.error:
        return Score(0, len(wanted), f"error: {given.error}")
    there = {normalise(name) for name in got}
    missing = [name for name in wanted if normalise(name) not in there]
    reason = f"{what}: no {', '.join(missing)} in {got}" if missing else ""
    return Score(len(wanted) - len(missing), len(wanted), reason)


def score_goal(case: CampaignCase, given: Given) -> Score | None:
    """Score the goal."""
    wanted = case.expect.goal
    return _same(given, wanted, given.output and given.output.campaign.brief.goal, "goal") if wanted else None


def score_segments(case: CampaignCase, given: Given) -> Score | None:
    """Score the segments addressed."""
    wanted, plan = case.expect.segments, given.output and given.output.campaign.plan
    there = tuple(audience.segment for audience in plan.audience) if plan else ()
    return _among(given, wanted, there, "segments") if wanted else None


def score_channels(case: CampaignCase, given: Given) -> Score | None:
    """Score whether the plan's channels are exactly the wanted ones."""
    wanted, plan = case.expect.channels, given.output and given.output.campaign.plan
    return _same(given, wanted, tuple(c.channel for c in plan.channels) if plan else (), "channels") if wanted else None


def score_categories(case: CampaignCase, given: Given) -> Score | None:
    """Score the categories read from the brief."""
    wanted, campaign = case.expect.categories, given.output and given.output.campaign
    return _among(given, wanted, campaign.brief.categories if campaign else (), "categories") if wanted else None


def score_budget(case: CampaignCase, given: Given) -> Score | None:
    """Score whether the plan's total is the wanted budget."""
    wanted, plan = case.expect.budget, given.output and given.output.campaign.plan
    return _same(given, wanted, plan and plan.budget.total.value, "budget") if wanted else None


def score_offer(case: CampaignCase, given: Given) -> Score | None:
    """Score the kind of offer, and its discount where one is wanted."""
    wanted, offer = case.expect.offer, given.output and given.output.campaign.plan.offer
    if wanted is None:
        return None
    kind = _same(given, wanted, offer and offer.kind, "offer")
    if case.expect.discount_percent is None or not kind.hits:
        return kind
    discount = offer.discount.value if offer and offer.discount else None
    return _same(given, case.expect.discount_percent, discount, "discount")


def score_evidence(case: CampaignCase, given: Given) -> Score | None:
    """Score how many of the needed tools were called."""
    wanted, evidence = case.expect.evidence, given.output.evidence if given.output else ()
    return _among(given, wanted, tuple(item.tool for item in evidence), "evidence") if wanted else None


def score_checks(case: CampaignCase, given: Given) -> Score | None:
    """Score how many of the product's checks pass; checks that looked at nothing are not counted."""
    if case.expect.checks is None:
        return None
    if given.output is None:
        return Score(0, 1, f"error: {given.error}")
    judged = [check for check in given.output.campaign.checks if check.status != "not_applicable"]
    failed = [check.check for check in judged if check.status == "failed"]
    if not judged:
        return Score(0, 1, "no check looked at anything")
    return Score(len(judged) - len(failed), len(judged), f"failed: {', '.join(failed)}" if failed else "")


def score_copy(case: CampaignCase, given: Given) -> Score | None:
    """Score how many of the copy variants the model wrote itself."""
    if case.expect.refused or given.output is None:
        return None
    variants = given.output.campaign.copy_deck.variants
    by_model = [variant for variant in variants if variant.written_by == "model"]
    return Score(len(by_model), len(variants), "") if variants else None


def score_first_try(case: CampaignCase, given: Given) -> Score | None:
    """Score how many of the copy variants are the first that the model wrote."""
    if case.expect.refused or given.output is None:
        return None
    variants = given.output.campaign.copy_deck.variants
    first = [variant for variant in variants if variant.written_by == "model" and variant.tries == 1]
    return Score(len(first), len(variants), "") if variants else None


def score_refusal(case: CampaignCase, given: Given) -> Score | None:
    """Score whether the brief was refused, in the wanted words."""
    if case.expect.refused is None:
        return None
    if given.error is None:
        return Score(0, 1, "planned instead of refused")
    told = str(given.error).casefold()
    missing = [word for word in case.expect.says if word.casefold() not in told]
    return Score(int(not missing), 1, f"refusal does not say {', '.join(missing)}: {given.error}" if missing else "")


def write_expectation(case: CampaignCase) -> str:
    """Write what is wanted on one line."""
    wanted = case.expect.model_dump(exclude_none=True, exclude_defaults=True)
    return ", ".join(f"{name}={' '.join(v) if isinstance(v, tuple) else v}" for name, v in wanted.items())


def write_campaign(given: Given) -> str:
    """Write what came on one line."""
    if given.output is None:
        return f"refused: {given.error}"
    brief, tools = given.output.campaign.brief, [item.tool for item in given.output.evidence]
    return (
        f"goal={brief.goal}, segments={' '.join(brief.segments)}, channels={' '.join(brief.channels)}, "
        f"budget={brief.budget:g}, offer={brief.offer}, evidence={' '.join(tools)}"
    )


MEASURES: tuple[Measure[CampaignCase, Finished], ...] = (
    Measure("goal", "campaigns whose goal is the wanted one", score_goal),
    Measure("segments", "wanted segments that the plan addresses", score_segments),
    Measure("channels", "campaigns whose channels are exactly the wanted ones", score_channels),
    Measure("categories", "wanted categories that were read from the brief", score_categories),
    Measure("budget", "campaigns whose total is the wanted budget", score_budget),
    Measure("offer", "campaigns with the wanted kind of offer, and discount where one is wanted", score_offer),
    Measure("evidence", "needed tools that were called", score_evidence),
    Measure(
        "checks",
        "the product's own checks that pass, of those that looked at something; no campaign counts as one that failed",
        score_checks,
        floor=1.0,
    ),
    Measure("refusal", "briefs to refuse that were refused, in the wanted words", score_refusal),
    Measure("model's copy", "copy variants that the model wrote, the rest being templates", score_copy, decides=False),
    Measure("first try", "copy variants that passed all checks as first written", score_first_try, decides=False),
)
"""What is measured. A failed check stops approval, so that none may fail."""

SUITE = Suite(
    name="campaign",
    told="does a brief lead to the campaign that was asked for, with evidence and passing checks, or to a refusal?",
    case_type=CampaignCase,
    product=plan_case,
    sheet=Sheet(MEASURES, write_expectation, write_campaign),
)
