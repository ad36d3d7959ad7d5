"""The campaign: everything that one brief led to, typed, by reference, and without personal data."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field, JsonValue

from agent.figures import Figure, Text
from tools.contract import Frozen

Goal = Literal["win_back", "cross_sell", "replenish", "discover", "loyalty", "launch", "clearance", "welcome", "grow"]
OfferKind = Literal["coupon", "discount", "bundle", "free_shipping", "none"]
Author = Literal["model", "rules", "template", "person"]
Severity = Literal["error", "warning", "note"]
Status = Literal["passed", "failed", "not_applicable"]
State = Literal["draft", "approved", "rejected", "exported"]


class Brief(Frozen):
    """What the marketer asked, typed; `assumptions` says what was not asked and had to be settled."""

    text: str = Field(description="The marketer's own words.")
    goal: Goal = Field(description="What the campaign is for.")
    segments: tuple[str, ...] = Field(description="Stable names of the customer segments to address.")
    channels: tuple[str, ...] = Field(description="Channels to use.")
    budget: float = Field(gt=0, description="Total to spend, in the store's currency.")
    currency: str = Field(description="ISO 4217 code.")
    starts_on: dt.date = Field(description="First day a message may go out.")
    ends_on: dt.date = Field(description="Last day of the offer.")
    categories: tuple[str, ...] = Field((), description="Categories named in the brief, as the store spells them.")
    offer: OfferKind = Field("none", description="Kind of offer asked for.")
    discount_percent: float | None = Field(None, gt=0, lt=100, description="Discount asked for, if one was.")
    assumptions: tuple[str, ...] = Field((), description="What was missing and how it was settled.")
    extracted_by: Author = Field(description="Who read the brief: the model or the rules.")


class Audience(Frozen):
    """One segment that the campaign addresses."""

    segment: str = Field(description="Stable name of the segment.")
    definition: Text = Field(description="Who belongs to it.")
    customers: Figure = Field(description="How many customers it holds.")
    why: Text = Field(description="Why this segment, with its numbers.")


class Offer(Frozen):
    """What is offered, until when, and what it costs if it works as forecast."""

    kind: OfferKind = Field(description="Kind of offer.")
    discount: Figure | None = Field(None, description="Discount in percent.")
    ends_on: Figure = Field(description="Last day of the offer.")
    cost: Figure | None = Field(None, description="Expected cost of the discount to the shop.")
    why: Text = Field(description="Where the offer comes from.")


class PlanProduct(Frozen):
    """One product that the copy may speak about."""

    product_id: str = Field(description="The shop's id.")
    name: Figure = Field(description="Name as the shop writes it.")
    category: Figure = Field(description="Category as the shop writes it.")
    price: Figure = Field(description="Regular price.")
    why: Text = Field(description="The recommender's reason.")


class ChannelPlan(Frozen):
    """What one channel is to do, cost and bring."""

    channel: str = Field(description="Channel name.")
    spend: Figure = Field(description="Cost of sending.")
    contacts: Figure = Field(description="Messages sent.")
    responders: Figure = Field(description="Expected customers who respond.")
    responders_low: Figure = Field(description="Lower end of the interval.")
    responders_high: Figure = Field(description="Upper end of the interval.")
    why: Text = Field(description="Where the rate and the cost come from.")


class Send(Frozen):
    """One planned send."""

    channel: str = Field(description="Channel name.")
    on: Figure = Field(description="Day of the send.")
    at: Figure = Field(description="Local time of the send, inside the channel's allowed hours.")
    purpose: Text = Field(description="What this send is for.")


class Budget(Frozen):
    """Where the money goes; what is not needed is said, not spent."""

    total: Figure = Field(description="The brief's budget.")
    messages: Figure = Field(description="Cost of sending on all channels.")
    offer: Figure = Field(description="Expected cost of the offer.")
    unspent: Figure = Field(description="What is left.")
    note: Text = Field(description="What binds.")


class Outcome(Frozen):
    """Forecast of what the campaign brings, with its interval."""

    responders: Figure = Field(description="Customers expected to respond, once each.")
    responders_low: Figure = Field(description="Lower end of the interval.")
    responders_high: Figure = Field(description="Upper end of the interval.")
    revenue: Figure = Field(description="Revenue of the responders' orders; not all of it is caused by the campaign.")
    revenue_low: Figure = Field(description="Lower end of the interval.")
    revenue_high: Figure = Field(description="Upper end of the interval.")
    interval: Text = Field(description="Which interval, and what it does not cover.")


class Experiment(Frozen):
    """The holdout that will tell what the campaign caused."""

    holdout_percent: Figure = Field(description="Share kept out.")
    holdout_customers: Figure = Field(description="Customers kept out.")
    treatment_customers: Figure = Field(description="Customers addressed.")
    detectable_effect_percent: Figure | None = Field(
        None, description="Smallest relative effect the test can see; none if it can see no effect."
    )
    advice: Text = Field(description="Whether the test can conclude, and what to do if not.")


class Plan(Frozen):
    """The campaign plan; every number in it is a reference that code filled in."""

    objective: Text = Field(description="What the campaign is to achieve.")
    audience: tuple[Audience, ...] = Field(description="Segments addressed.")
    offer: Offer = Field(description="What is offered.")
    products: tuple[PlanProduct, ...] = Field(description="Products spoken about.")
    channels: tuple[ChannelPlan, ...] = Field(description="Channels with cost and response.")
    schedule: tuple[Send, ...] = Field(description="Sends in order of time.")
    budget: Budget = Field(description="Where the money goes.")
    outcome: Outcome = Field(description="Forecast of the outcome.")
    demand: Text | None = Field(None, description="What the shop sells anyway in that time.")
    experiment: Experiment = Field(description="How the effect will be measured.")
    risks: tuple[Text, ...] = Field(description="What may go wrong.")
    reasons: tuple[Text, ...] = Field(description="Why the plan is as it is.")
    composed_by: Author = Field(description="Who composed the plan.")


class CopyVariant(Frozen):
    """One text for one channel and segment; facts stand in it as slots that code fills."""

    id: str = Field(description="Channel, segment and letter.")
    channel: str = Field(description="Channel name.")
    segment: str = Field(description="Segment addressed.")
    written_by: Author = Field(description="Model, or template where the model's text failed its checks.")
    tries: int = Field(ge=1, description="Candidates looked at before this one was taken.")
    fields: dict[str, Text] = Field(description="Field name to text, for instance subject and body.")


class CopyDeck(Frozen):
    """All copy with the facts it may state."""

    slots: dict[str, Figure] = Field(description="Slot name to the fact that fills it.")
    variants: tuple[CopyVariant, ...] = Field(description="Texts, by channel and segment.")


class Finding(Frozen):
    """One thing a check found."""

    check: str = Field(description="Name of the check.")
    severity: Severity = Field(description="Errors stop approval and export.")
    where: str = Field(description="Path in the campaign.")
    message: str = Field(description="What is wrong, and what to do.")


class CheckResult(Frozen):
    """What one check looked at and found; nothing examined is never a pass."""

    check: str = Field(description="Name of the check.")
    status: Status = Field(description="passed, failed or not_applicable.")
    examined: int = Field(ge=0, description="How many items the check looked at.")
    findings: tuple[Finding, ...] = Field((), description="What it found.")


class EvidenceEntry(Frozen):
    """One piece of evidence as the campaign knows it; the result stands in its own file."""

    id: str = Field(description="E1, E2, …")
    tool: str = Field(description="Name of the tool.")
    arguments: dict[str, JsonValue] = Field(description="Arguments of the call.")
    chosen_by: Author = Field(description="Who asked for it.")
    file: str = Field(description="File below the campaign's folder.")
    sha256: str = Field(description="Digest of that file.")


class ModelUse(Frozen):
    """Which model spoke, and what it cost."""

    name: str = Field(description="Name of the model, or rules.")
    runtime: str = Field(description="What ran it.")
    sha256: str = Field(description="Digest of the weights; empty for rules.")
    prompts: dict[str, str] = Field(description="Prompt name to fingerprint.")
    calls: int = Field(ge=0, description="Generations.")
    input_tokens: int = Field(ge=0, description="Tokens read.")
    output_tokens: int = Field(ge=0, description="Tokens written.")


class Run(Frozen):
    """Times and sizes of one run; the only part that differs between equal runs, with the id."""

    created_at: dt.datetime = Field(description="When the run ended, UTC.")
    wall_seconds: float = Field(ge=0, description="Wall time of the whole plan.")
    peak_megabytes: float = Field(ge=0, description="Largest memory of the process.")
    step_seconds: dict[str, float] = Field(description="Step name to wall time.")


class Campaign(Frozen):
    """Brief, evidence, plan, copy, findings and state of one campaign."""

    schema_version: Literal["1"] = Field("1", description="Version of this schema.")
    id: str = Field(description="Id of the campaign.")
    store: str = Field(description="Name of the store.")
    shop_name: str = Field(description="Name of the shop as customers know it.")
    country: str = Field(description="ISO country of the shop.")
    as_of: dt.date = Field(description="Nothing on or after this day was read.")
    seed: int = Field(description="Seed of everything random.")
    brief: Brief = Field(description="What was asked.")
    evidence: tuple[EvidenceEntry, ...] = Field(description="What was looked up.")
    policy: dict[str, JsonValue] = Field(description="The policy values that sources refer to as P.")
    plan: Plan = Field(description="What is proposed.")
    copy_deck: CopyDeck = Field(description="What would be sent.")
    checks: tuple[CheckResult, ...] = Field(description="What was checked.")
    model: ModelUse = Field(description="Which model spoke.")
    plan_hash: str = Field(description="Digest of brief, evidence, policy, plan and copy; an approval is bound to it.")
    state: State = Field("draft", description="Where the campaign stands.")
    run: Run = Field(description="Times and sizes.")
