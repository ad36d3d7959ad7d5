"""The typed answer of choose_offer."""

from __future__ import annotations

from pydantic import Field

from tools.contract import Answer, Frozen
from tools.estimators.off_policy import Method
from tools.offers.evaluation import PolicyName
from tools.offers.history import Evidence
from tools.offers.reward import RewardKind
from tools.offers.verdict import INTERVAL_PERCENT, Verdict


class Estimate(Frozen):
    """One estimate of a value, by one method."""

    method: Method = Field(
        description="ips: inverse propensity; snips: self-normalised; direct: by prediction; dr: doubly robust; "
        "switch_dr: doubly robust without large weights; dr_shrunk: doubly robust with shrunk weights."
    )
    value: float | None = Field(description="The estimate; null where the log cannot give one.")
    low: float | None = Field(
        description="Lower end of its bootstrap interval; of direct, switch_dr and dr_shrunk it holds chance, not the "
        "bias of the predictions they lean on."
    )
    high: float | None = Field(description="Upper end.")


class CandidateValue(Frozen):
    """One candidate."""

    candidate: str = Field(description="In the marketer's words.")
    offer: str | None = Field(description="The store's name for it; null where the store has never shown it.")
    allowed: bool = Field(description="Whether it is within the guard rails.")
    blocked_because: str | None = Field(description="The guard rail it breaks.")
    discount_percent: float | None = Field(description="What it takes off, in percent; null where unknown.")
    margin_percent: float | None = Field(description="Gross margin of the price paid after it; null where unknown.")
    shown: int = Field(ge=0, description="Past exposures of it that were evaluated.")
    responders: int = Field(ge=0, description="Responses among them.")
    effective_exposures: float = Field(ge=0, description="As many exposures of equal weight would say as much.")
    value: float | None = Field(
        description="Doubly robust estimate of its value, in the answer's unit; of a kind of campaign, its response."
    )
    low: float | None = Field(description="Lower end of the interval.")
    high: float | None = Field(description="Upper end.")
    cannot_tell_because: str | None = Field(description="Why the value cannot be relied on; null where it can.")
    share_percent: float = Field(ge=0, le=100, description="Share of the segment that the policy gives it to.")
    estimates: tuple[Estimate, ...] = Field(description="The value by every method.")


class PolicyValue(Frozen):
    """One way to choose, evaluated on the same exposures."""

    policy: PolicyName = Field(description="thompson is the one in use; even: each candidate as often as the others.")
    value: float | None = Field(description="Doubly robust estimate, in the answer's unit.")
    low: float | None = Field(description="Lower end of the interval.")
    high: float | None = Field(description="Upper end.")
    estimates: tuple[Estimate, ...] = Field(description="The value by every method.")


class KindResponse(Frozen):
    """The response to one kind of past campaign."""

    kind: str = Field(description="Kind of campaign.")
    campaigns: int = Field(ge=1, description="Campaigns.")
    exposures: int = Field(ge=1, description="Exposures.")
    responders: int = Field(ge=0, description="Responses.")
    rate_percent: float = Field(description="Response of an average campaign of the kind, in percent.")
    low_percent: float = Field(description="Lower end of its interval, which holds how far campaigns differ.")
    high_percent: float = Field(description="Upper end.")


class GuardRail(Frozen):
    """One limit that was kept."""

    name: str = Field(description="Name.")
    value: float | None = Field(description="The limit; null where there is none.")
    source: str = Field(description="Who set it and why.")


class OfferAnswer(Answer):
    """The choice, what it rests on, and what it is worth."""

    segment: str = Field(description="Stable name of the segment.")
    customers: int = Field(ge=0, description="Customers in the segment.")
    evidence: Evidence = Field(
        description="logged: by recorded chances; observational: by estimated ones; campaign_kinds: only kinds of past "
        "campaigns are known; none: nothing is known of the candidates."
    )
    reward: RewardKind = Field(description="What offers are compared by.")
    value_unit: str = Field(description="Unit of all values.")
    evaluated_on: str = Field(description="Whose exposures the values are from: the segment's, or everybody's.")
    exposures: int = Field(ge=0, description="Exposures evaluated.")
    verdict: Verdict = Field(
        description="better: beyond chance; not_clear: best so far; only_one: of no other can it be told; cannot_tell."
    )
    recommended: str | None = Field(description="The best candidate so far; null where none can be told.")
    reason: str = Field(description="Why, in words.")
    candidates: tuple[CandidateValue, ...] = Field(description="The candidates, best first.")
    found: int = Field(ge=1, description="Candidates in all.")
    policies: tuple[PolicyValue, ...] = Field(
        description="What choosing for each customer, among the allowed candidates ever shown, would bring."
    )
    campaign_kinds: tuple[KindResponse, ...] = Field(description="Response to past kinds of campaign.")
    guard_rails: tuple[GuardRail, ...] = Field(description="Limits that were kept, with their source.")
    interval_percent: int = Field(INTERVAL_PERCENT, description="Coverage that all intervals aim at, in percent.")
    currency: str = Field(description="Currency of all money.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")
    note: str = Field(description="How the choice was made.")
