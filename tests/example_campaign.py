"""An imagined campaign over imagined evidence, complete in every part, for tests of whatever reads a campaign."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from agent import campaign as parts
from agent.campaign import Campaign
from agent.evidence import Evidence
from agent.figures import Figure, Text, Unit, figure, text
from agent.requests import Finished
from tests.example_demand import CURRENCY
from tests.example_evidence import AS_OF, example_evidence

POLICY: dict[str, Any] = {
    "schedule": {
        "email": {"announce_days": 14, "remind_days": 4, "at": "10:00"},
        "sms": {"announce_days": 2, "at": "11:00"},
        "source": "days before the last day of the offer; house rule",
    },
    "quiet_hours": {"from": "21:00", "to": "08:00", "source": "47 CFR 64.1200(c)(1)"},
    "unit_costs": {"email": 0.004, "sms": 0.05},
}
BRIEF = parts.Brief(
    text="Win back lapsed shoppers before Thanksgiving with a coupon on their favourite categories. "
    "Email and SMS, budget 3,000 dollars.",
    goal="win_back",
    segments=("lapsed", "hibernating"),
    channels=("email", "sms"),
    budget=3000,
    currency=CURRENCY,
    starts_on=dt.date(2017, 11, 1),
    ends_on=dt.date(2017, 11, 22),
    offer="coupon",
    extracted_by="model",
    assumptions=(
        "“Lapsed” was taken as the stages lapsed and hibernating.",
        "No discount was named; the median discount the segment usually takes is used.",
    ),
)
EMAIL = {
    "subject": "We saved {discount} for you, {first_name}",
    "preheader": "Your favourites are waiting until {ends_on}.",
    "body": "Hello {first_name},\n\nit has been a while. Here is {discount} off {category} at {shop}, "
    "on favourites such as {product_1} and {product_2}. "
    "Use the code {code} until {ends_on}.\n\nWe would love to see you again.",
    "call_to_action": "Pick up my coupon",
}
SMS = {"text": "{shop}: {discount} off {category} until {ends_on} with code {code}. Reply STOP to opt out."}


class _Filler:
    """Make figures and texts over one set of roots."""

    def __init__(self, roots: Mapping[str, Any]) -> None:
        self._roots = roots

    def figure(self, source: str, unit: Unit = "count") -> Figure:
        return figure(source, unit, self._roots, CURRENCY)

    def text(self, template: str) -> Text:
        return text(template, self._roots, CURRENCY)


def roots_of(brief: parts.Brief, policy: Mapping[str, Any], evidence: tuple[Evidence, ...]) -> dict[str, Any]:
    """Return what references may start with: B, P and each piece of evidence."""
    results: dict[str, Any] = {piece.id: piece.result for piece in evidence}
    return {"B": brief.model_dump(mode="json"), "P": dict(policy), **results}


def _audience(fill: _Filler, segment: str, why: str) -> parts.Audience:
    row = f"E1.segments[name={segment}]"
    definition, customers = fill.text(f"{{{row}.definition}}"), fill.figure(f"{{{row}.customers}}")
    return parts.Audience(
        segment=segment, definition=definition, customers=customers, why=fill.text(why.replace("ROW", row))
    )


def _product(fill: _Filler, row: str, why: str) -> parts.PlanProduct:
    return parts.PlanProduct(
        product_id=str(fill.figure(f"{{{row}.product_id}}", "text").value),
        name=fill.figure(f"{{{row}.name}}", "text"),
        category=fill.figure(f"{{{row}.category}}", "text"),
        price=fill.figure(f"{{{row}.price}}", "money"),
        why=fill.text(why),
    )


def _channels(fill: _Filler) -> tuple[parts.ChannelPlan, ...]:
    def channel(name: str, ids: tuple[str, ...], why: str) -> parts.ChannelPlan:
        def total(field: str) -> Figure:
            return fill.figure(" + ".join(f"{{{evidence_id}.{field}}}" for evidence_id in ids))

        row = f"E9.allocations[channel={name}]"
        return parts.ChannelPlan(
            channel=name,
            spend=fill.figure(f"{{{row}.spend}}", "money"),
            contacts=fill.figure(f"{{{row}.contacts}}"),
            responders=total("expected_responders"),
            responders_low=total("expected_responders_low"),
            responders_high=total("expected_responders_high"),
            why=fill.text(why),
        )

    return (
        channel(
            "email",
            ("E2", "E3"),
            "{E2.rate_percent|percent} of lapsed and {E3.rate_percent|percent} of hibernating shoppers "
            "are expected to respond; an email costs {E9.allocations[channel=email].unit_cost|number} {B.currency}.",
        ),
        channel("sms", ("E4",), "One SMS to {E4.reachable|count} lapsed shoppers at {P.unit_costs.sms|money} each."),
    )


def _schedule(fill: _Filler) -> tuple[parts.Send, ...]:
    def send(channel: str, days: str, purpose: str) -> parts.Send:
        return parts.Send(
            channel=channel,
            on=fill.figure(f"{{B.ends_on}} - {{P.schedule.{channel}.{days}}}", "date"),
            at=fill.figure(f"{{P.schedule.{channel}.at}}", "text"),
            purpose=fill.text(purpose),
        )

    return (
        send("email", "announce_days", "Open the offer, well before {E8.events[name=Thanksgiving].name}."),
        send("email", "remind_days", "Remind those who have not redeemed."),
        send("sms", "announce_days", "Last call before the offer ends on {B.ends_on|date}."),
    )


def _plan(fill: _Filler) -> parts.Plan:
    order_value = "{E2.responder_order_value}"
    offer_cost = (
        "({E2.expected_responders} + {E3.expected_responders}) * "
        "{E2.responder_order_value} * {E2.usual_discount_percent} / 100"
    )

    def responders(suffix: str) -> str:
        return f"({{E2.expected_responders{suffix}}} + {{E3.expected_responders{suffix}}})"

    return parts.Plan(
        objective=fill.text(
            "Bring {E1.segments[name=lapsed].customers|count} lapsed and "
            "{E1.segments[name=hibernating].customers|count} hibernating shoppers back before "
            "{E8.events[name=Thanksgiving].name} on {E8.events[name=Thanksgiving].on|date}."
        ),
        audience=(
            _audience(
                fill,
                "lapsed",
                "They spent {ROW.spend_mean|money} each before they stopped; "
                "{ROW.churn_percent|percent} have probably left for good.",
            ),
            _audience(
                fill,
                "hibernating",
                "Last seen {ROW.recency_days_median|count} days ago (median), worth "
                "{ROW.clv|money} each in the next {E1.clv_weeks|count} weeks.",
            ),
        ),
        offer=parts.Offer(
            kind="coupon",
            discount=fill.figure("{E2.usual_discount_percent}", "percent"),
            ends_on=fill.figure("{B.ends_on}", "date"),
            cost=fill.figure(offer_cost, "money"),
            why=fill.text(
                "{E2.usual_discount_percent|percent} is the median discount the segment took on discounted lines."
            ),
        ),
        products=(
            *(_product(fill, f"E5.products[{place}]", f"{{E5.products[{place}].reason}}.") for place in range(3)),
            _product(fill, "E6.products[0]", "Found for “{E6.query}” among {E6.searched|count} products."),
        ),
        channels=_channels(fill),
        schedule=_schedule(fill),
        budget=parts.Budget(
            total=fill.figure("{B.budget}", "money"),
            messages=fill.figure("{E9.spent}", "money"),
            offer=fill.figure(offer_cost, "money"),
            unspent=fill.figure(f"{{B.budget}} - {{E9.spent}} - {offer_cost}", "money"),
            note=fill.text("{E9.binding[0]}"),
        ),
        outcome=parts.Outcome(
            responders=fill.figure(responders("")),
            responders_low=fill.figure(responders("_low")),
            responders_high=fill.figure(responders("_high")),
            revenue=fill.figure(f"{responders('')} * {order_value}", "money"),
            revenue_low=fill.figure(f"{responders('_low')} * {order_value}", "money"),
            revenue_high=fill.figure(f"{responders('_high')} * {order_value}", "money"),
            interval=fill.text(
                "{E2.interval_percent|count} % interval; the ends of the segments are added, which is "
                "wider than needed. It does not cover how email differs from coupon mail."
            ),
        ),
        demand=fill.text(
            "The shop is expected to sell {E7.total_revenue|money} in the same weeks anyway "
            "({E7.total_revenue_low|money} to {E7.total_revenue_high|money})."
        ),
        experiment=parts.Experiment(
            holdout_percent=fill.figure("{E10.holdout_percent}", "percent"),
            holdout_customers=fill.figure("{E10.holdout_customers}"),
            treatment_customers=fill.figure("{E10.treatment_customers}"),
            detectable_effect_percent=fill.figure("{E10.detectable_effect_percent}", "percent"),
            advice=fill.text("{E10.advice}"),
        ),
        risks=(
            fill.text("{E2.note}"),
            fill.text(
                "{E1.segments[name=lapsed].churn_percent|percent} of the lapsed shoppers have probably left for good."
            ),
        ),
        reasons=(
            fill.text(
                "Units rise by {E8.events[kind=season].units_lift_percent|percent} in the season "
                "“{E8.events[kind=season].name}”."
            ),
            fill.text("{E9.next_100}"),
        ),
        composed_by="rules",
    )


def _copy(fill: _Filler, plan: parts.Plan) -> parts.CopyDeck:
    assert plan.offer.discount is not None
    slots = {
        "discount": plan.offer.discount,
        "ends_on": plan.offer.ends_on,
        "shop": fill.figure("{P.shop}", "text"),
        "code": fill.figure("{P.code}", "text"),
        "category": plan.products[1].category,
        "product_1": plan.products[0].name,
        "product_2": plan.products[1].name,
    }

    def variant(of: tuple[str, str], author: parts.Author, tries: int, fields: Mapping[str, str]) -> parts.CopyVariant:
        return parts.CopyVariant(
            id=f"{of[0]}-{of[1]}-a",
            channel=of[0],
            segment=of[1],
            written_by=author,
            tries=tries,
            fields={name: _fill_slots(template, slots) for name, template in fields.items()},
        )

    variants = (
        variant(("email", "lapsed"), "model", 2, EMAIL),
        variant(("email", "hibernating"), "template", 4, EMAIL),
        variant(("sms", "lapsed"), "model", 1, SMS),
    )
    return parts.CopyDeck(slots=slots, variants=variants)


def _fill_slots(template: str, slots: Mapping[str, Figure]) -> Text:
    filled = template
    for slot, fact in slots.items():
        filled = filled.replace(f"{{{slot}}}", fact.text)
    return Text(template=template, text=filled)


def _checks() -> tuple[parts.CheckResult, ...]:
    small = parts.Finding(
        check="experiment",
        severity="warning",
        where="plan.experiment",
        message="the holdout cannot conclude on its own; pool it with the next campaigns",
    )
    return (
        parts.CheckResult(check="grounding", status="passed", examined=96),
        parts.CheckResult(check="channel_limits", status="passed", examined=9),
        parts.CheckResult(check="experiment", status="passed", examined=1, findings=(small,)),
        parts.CheckResult(check="stock", status="not_applicable", examined=0),
    )


def _entries(evidence: tuple[Evidence, ...]) -> tuple[parts.EvidenceEntry, ...]:
    return tuple(
        parts.EvidenceEntry(
            id=piece.id,
            tool=piece.tool,
            arguments=piece.arguments,
            chosen_by="model" if piece.chosen_by == "model" else "rules",
            file=f"evidence/{piece.id}.json",
            sha256=hashlib.sha256(json.dumps(piece.model_dump(mode="json")).encode()).hexdigest(),
        )
        for piece in evidence
    )


def campaign_over(
    evidence: tuple[Evidence, ...], shop_name: str = "Corner Grocery", brief: parts.Brief = BRIEF
) -> Campaign:
    """Make the imagined campaign over evidence of the same shape as the example's, with its own names in it."""
    policy = {**POLICY, "shop": shop_name, "code": "COMEBACK"}
    fill = _Filler(roots_of(brief, policy, evidence))
    plan = _plan(fill)
    return Campaign(
        id="c-20171101-example",
        store="demo",
        shop_name=shop_name,
        country="US",
        as_of=AS_OF,
        seed=0,
        brief=brief,
        evidence=_entries(evidence),
        policy=policy,
        plan=plan,
        copy_deck=_copy(fill, plan),
        checks=_checks(),
        model=parts.ModelUse(
            name="SmolLM2-135M-Instruct, tuned",
            runtime="local",
            sha256="8f" * 32,
            prompts={"choose_action": "a1b2c3d4", "write_email": "0f9e8d7c"},
            calls=17,
            input_tokens=2_914,
            output_tokens=611,
        ),
        plan_hash=hashlib.sha256(plan.model_dump_json().encode()).hexdigest(),
        run=parts.Run(
            created_at=dt.datetime(2017, 11, 1, 9, 30, tzinfo=dt.UTC),
            wall_seconds=31.4,
            peak_megabytes=1_420.0,
            step_seconds={
                "understand": 1.9,
                "gather": 14.2,
                "compose": 0.4,
                "write": 11.8,
                "check": 0.6,
                "report": 0.2,
            },
        ),
    )


def example_campaign() -> Finished:
    """Return the imagined campaign with the evidence it refers to."""
    evidence = example_evidence()
    return Finished(campaign=campaign_over(evidence), evidence=evidence)
