"""Compose a plan from a brief and evidence, by reference throughout."""

from __future__ import annotations

from agent.campaign import (
    Audience,
    Budget,
    ChannelPlan,
    Experiment,
    Offer,
    Outcome,
    Plan,
    PlanProduct,
)
from agent.dossier import Dossier
from agent.evidence import Evidence
from agent.figures import Text
from agent.needs import grouping
from agent.schedule import plan_sends
from tools.errors import MissingCapabilityError

MOST_PRODUCTS = 5
"""Products a plan speaks about; more than that dilutes two short messages."""


def compose(dossier: Dossier) -> Plan:
    """Compose the plan that the evidence supports.

    Raises:
        MissingCapabilityError: Evidence that no plan can do without is not there.
    """
    return Plan(
        objective=_objective(dossier),
        audience=tuple(_audience(dossier, segment) for segment in dossier.brief.segments),
        offer=_offer(dossier),
        products=_products(dossier),
        channels=tuple(_channel(dossier, channel) for channel in dossier.brief.channels),
        schedule=plan_sends(dossier),
        budget=_budget(dossier),
        outcome=_outcome(dossier),
        demand=_demand(dossier),
        experiment=_experiment(dossier),
        risks=_risks(dossier),
        reasons=_reasons(dossier),
        composed_by="rules",
    )


def required(dossier: Dossier, tool: str, **wanted: object) -> Evidence:
    """Return evidence that the plan cannot do without.

    Raises:
        MissingCapabilityError: It was not gathered.
    """
    found = dossier.find(tool, **wanted)
    if found is None:
        detail = ", ".join(f"{key} {value!r}" for key, value in wanted.items())
        raise MissingCapabilityError(
            f"evidence of {tool} for {detail or 'this brief'} is not there; expected one result; "
            f"try `marketwright tool {tool}` on this store to see why"
        )
    return found


def response_of(dossier: Dossier, segment: str, channel: str | None = None) -> Evidence:
    """Return the response evidence of a segment: of one channel, or of the channel that promises most."""
    channels = (channel,) if channel else dossier.brief.channels
    found = [required(dossier, "predict_response", segment=segment, channel=name) for name in channels]
    return max(found, key=lambda item: float(str(item.result["expected_responders"])))


def treated(dossier: Dossier, segment: str) -> str:
    """Return the source of the share of a segment that is addressed, holdout apart."""
    test = required(dossier, "design_experiment", segment=segment)
    return f"{{{test.id}.treatment_customers}} / {{{test.id}.customers}}"


def summed(dossier: Dossier, field: str, channel: str | None = None) -> str:
    """Return the source of a response field, over all segments, for the customers who are addressed."""
    parts = [
        f"{{{response_of(dossier, segment, channel).id}.{field}}} * {treated(dossier, segment)}"
        for segment in dossier.brief.segments
    ]
    return " + ".join(parts)


def _profile(dossier: Dossier, segment: str) -> str:
    evidence = required(dossier, "profile_customers", by=grouping(segment))
    return f"{evidence.id}.segments[name={segment}]"


def _objective(dossier: Dossier) -> Text:
    names = " and ".join(f"{{B.segments[{i}]}}" for i in range(len(dossier.brief.segments)))
    goal = dossier.brief.goal.replace("_", " ")
    return dossier.text(
        f"{goal.capitalize()}: {names} customers of {{S.shop_name}}, from {{B.starts_on|date}} to {{B.ends_on|date}}, "
        "within {B.budget|money}."
    )


def _audience(dossier: Dossier, segment: str) -> Audience:
    path = _profile(dossier, segment)
    return Audience(
        segment=segment,
        definition=dossier.text(f"{{{path}.definition}}"),
        customers=dossier.figure(f"{{{path}.customers}}", "count"),
        why=dossier.text(
            f"{{{path}.customers|count}} customers ({{{path}.share_percent|percent}} of the shop's) who have spent "
            f"{{{path}.spend_total|money}} so far, {{{path}.order_value_mean|money}} an order."
        ),
    )


def discount_source(dossier: Dossier) -> str | None:
    """Return the source of the discount: the brief's, else the segment's usual one; None if neither is known."""
    if dossier.brief.offer in ("none", "free_shipping", "bundle"):
        return None
    if dossier.brief.discount_percent is not None:
        return "{B.discount_percent}"
    response = response_of(dossier, dossier.brief.segments[0])
    return None if response.result["offer_discount_percent"] is None else f"{{{response.id}.offer_discount_percent}}"


def _offer_cost(dossier: Dossier) -> str:
    discount = discount_source(dossier)
    if discount is None:
        return "{P.nothing}"
    parts = [
        f"{{{item.id}.expected_responders}} * {treated(dossier, segment)} "
        f"* {{{item.id}.{_order_value(item)}}} * {discount} / 100"
        for segment in dossier.brief.segments
        for item in [response_of(dossier, segment)]
    ]
    return " + ".join(parts)


def _order_value(response: Evidence) -> str:
    return "responder_order_value" if response.result["responder_order_value"] is not None else "usual_order_value"


def _offer(dossier: Dossier) -> Offer:
    discount = discount_source(dossier)
    ends_on = dossier.figure("{B.ends_on}", "date")
    if discount is None:
        why = dossier.text("The brief asks for no discount, or the shop's data hold none to go by.")
        return Offer(kind=dossier.brief.offer, ends_on=ends_on, why=why)
    reason = "The brief names the discount."
    if discount != "{B.discount_percent}":
        reason = "The brief names no discount; this is what these customers usually took on discounted lines."
    return Offer(
        kind=dossier.brief.offer,
        discount=dossier.figure(discount, "percent"),
        ends_on=ends_on,
        cost=dossier.figure(_offer_cost(dossier), "money"),
        why=dossier.text(f"{reason} Its cost is the discount on the order of each expected responder."),
    )


def _products(dossier: Dossier) -> tuple[PlanProduct, ...]:
    found = [dossier.find("search_products", category=name) for name in dossier.brief.categories]
    named = [path for evidence in found if evidence for path in _listed(evidence)]
    liked = [
        path
        for segment in dossier.brief.segments
        for path in _listed(required(dossier, "recommend_products", segment=segment))
    ]
    products = [
        *(_product(dossier, path, f"Found under {{{path}.category}}, which the brief names.") for path in named),
        *(_product(dossier, path, f"{{{path}.reason}}") for path in liked),
    ]
    once = {product.product_id: product for product in reversed(products)}
    return tuple(product for product in products if once.pop(product.product_id, None))[:MOST_PRODUCTS]


def _listed(evidence: Evidence) -> list[str]:
    products = evidence.result["products"]
    return [f"{evidence.id}.products[{i}]" for i in range(len(products) if isinstance(products, list) else 0)]


def _product(dossier: Dossier, path: str, why: str) -> PlanProduct:
    return PlanProduct(
        product_id=str(dossier.figure(f"{{{path}.product_id}}", "text").value),
        name=dossier.figure(f"{{{path}.name}}", "text"),
        category=dossier.figure(f"{{{path}.category}}", "text"),
        price=dossier.figure(f"{{{path}.price}}", "money"),
        why=dossier.text(why),
    )


def _contacts(dossier: Dossier, channel: str) -> str:
    parts = [
        f"{{{required(dossier, 'design_experiment', segment=segment).id}.treatment_customers}} * {{P.sends.{channel}}}"
        for segment in dossier.brief.segments
    ]
    return " + ".join(parts)


def _message_cost(dossier: Dossier, channel: str) -> str:
    budget = required(dossier, "allocate_budget", total=dossier.brief.budget)
    cost = f"{{{budget.id}.allocations[channel={channel}].unit_cost}}"
    return " + ".join(f"{part} * {cost}" for part in _contacts(dossier, channel).split(" + "))


def _channel(dossier: Dossier, channel: str) -> ChannelPlan:
    e = response_of(dossier, dossier.brief.segments[0], channel).id
    budget = required(dossier, "allocate_budget", total=dossier.brief.budget).id
    return ChannelPlan(
        channel=channel,
        spend=dossier.figure(_message_cost(dossier, channel), "money"),
        contacts=dossier.figure(_contacts(dossier, channel), "count"),
        responders=dossier.figure(summed(dossier, "expected_responders", channel), "count"),
        responders_low=dossier.figure(summed(dossier, "expected_responders_low", channel), "count"),
        responders_high=dossier.figure(summed(dossier, "expected_responders_high", channel), "count"),
        why=dossier.text(
            f"{{{e}.rate_percent|percent}} of contacts are expected to respond, learned from {{{e}.channel_used}}; "
            f"a send costs {{{budget}.allocations[channel={channel}].unit_cost|money}}."
        ),
    )


def _budget(dossier: Dossier) -> Budget:
    messages = " + ".join(_message_cost(dossier, channel) for channel in dossier.brief.channels)
    offer = _offer_cost(dossier)
    allocation = required(dossier, "allocate_budget", total=dossier.brief.budget)
    return Budget(
        total=dossier.figure("{B.budget}", "money"),
        messages=dossier.figure(messages, "money"),
        offer=dossier.figure(offer, "money"),
        unspent=dossier.figure(f"{{B.budget}} - ({messages}) - ({offer})", "money"),
        note=dossier.text(f"{{{allocation.id}.note}}"),
    )


def _outcome(dossier: Dossier) -> Outcome:
    first = response_of(dossier, dossier.brief.segments[0])
    revenue = "expected_revenue"
    return Outcome(
        responders=dossier.figure(summed(dossier, "expected_responders"), "count"),
        responders_low=dossier.figure(summed(dossier, "expected_responders_low"), "count"),
        responders_high=dossier.figure(summed(dossier, "expected_responders_high"), "count"),
        revenue=dossier.figure(summed(dossier, revenue), "money"),
        revenue_low=dossier.figure(summed(dossier, f"{revenue}_low"), "money"),
        revenue_high=dossier.figure(summed(dossier, f"{revenue}_high"), "money"),
        interval=dossier.text(
            f"{{{first.id}.interval_percent|percent}} interval; each customer is counted once, through the channel "
            "that promises most. Revenue is that of the responders' orders; what the campaign caused is for the "
            "holdout to tell."
        ),
    )


def _demand(dossier: Dossier) -> Text | None:
    forecast = dossier.find("forecast_demand")
    if forecast is None:
        return None
    e = forecast.id
    weeks = forecast.result["weeks"]
    last = len(weeks) - 1 if isinstance(weeks, list) else 0
    return dossier.text(
        f"Without this campaign the shop expects {{{e}.total_revenue|money}} of revenue ({{{e}.name}}) in the weeks "
        f"from {{{e}.weeks[0].starts_on|date}} to that of {{{e}.weeks[{last}].starts_on|date}}, between "
        f"{{{e}.total_revenue_low|money}} and {{{e}.total_revenue_high|money}} "
        "({P.forecast_interval|percent} interval)."
    )


def _experiment(dossier: Dossier) -> Experiment:
    first = required(dossier, "design_experiment", segment=dossier.brief.segments[0])
    test, seen = first.id, first.result["detectable_effect_percent"]
    tests = [required(dossier, "design_experiment", segment=segment).id for segment in dossier.brief.segments]
    return Experiment(
        holdout_percent=dossier.figure(f"{{{test}.holdout_percent}}", "percent"),
        holdout_customers=dossier.figure(" + ".join(f"{{{e}.holdout_customers}}" for e in tests), "count"),
        treatment_customers=dossier.figure(" + ".join(f"{{{e}.treatment_customers}}" for e in tests), "count"),
        detectable_effect_percent=(
            None if seen is None else dossier.figure(f"{{{test}.detectable_effect_percent}}", "percent")
        ),
        advice=dossier.text(f"{{{test}.advice}}"),
    )


def _risks(dossier: Dossier) -> tuple[Text, ...]:
    risks = []
    for item in dossier.evidence:
        risks += [f"{{{item.id}.warnings[{i}]}}" for i in range(len(item.warnings))]
    for segment in dossier.brief.segments:
        test = required(dossier, "design_experiment", segment=segment)
        if not test.result["can_conclude"]:
            risks.append(f"The holdout of {segment} customers may not be able to conclude: {{{test.id}.advice}}")
    shown: dict[str, Text] = {}
    for risk in risks:
        written = dossier.text(risk)
        shown.setdefault(written.text, written)
    return tuple(shown.values())


def _reasons(dossier: Dossier) -> tuple[Text, ...]:
    reasons = []
    for segment in dossier.brief.segments:
        response = response_of(dossier, segment)
        e = response.id
        reasons.append(
            f"{{{e}.responders|count}} of {{{e}.exposures|count}} past contacts with {segment} customers led to a "
            f"response; expected now {{{e}.rate_percent|percent}} "
            f"({{{e}.rate_low_percent|percent}} to {{{e}.rate_high_percent|percent}})."
        )
    reasons.append(f"{{{response_of(dossier, dossier.brief.segments[0]).id}.note}}")
    allocation = required(dossier, "allocate_budget", total=dossier.brief.budget)
    binding = allocation.result["binding"]
    reasons += [f"{{{allocation.id}.binding[{i}]}}" for i in range(len(binding) if isinstance(binding, list) else 0)]
    return tuple(dossier.text(reason) for reason in reasons)
