"""Answer in words from evidence: each sentence is a template whose numbers and names code fills in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agent.evidence import Evidence
from agent.figures import text

MOST_ROWS = 5
"""Rows of a list that an answer in words goes through; the evidence holds all."""


def answer_from(evidence: tuple[Evidence, ...], currency: str) -> str:
    """Write one paragraph a piece of evidence."""
    roots = {item.id: item.result for item in evidence}
    return "\n".join(text(_template(item), roots, currency).text for item in evidence)


def _template(item: Evidence) -> str:
    write = _WRITERS.get(item.tool, _fallback)
    lines = write(item.id, item.result)
    notes = [f"Note: {{{item.id}.warnings[{i}]}}{_stop(told)}" for i, told in enumerate(item.warnings)]
    return " ".join([*lines, *notes])


def _stop(sentence: str) -> str:
    return "" if sentence.endswith((".", "!", "?")) else "."


def _rows(result: Mapping[str, Any], name: str) -> range:
    rows = result.get(name)
    return range(min(MOST_ROWS, len(rows) if isinstance(rows, list) else 0))


def _profile(e: str, result: Mapping[str, Any]) -> list[str]:
    # All segments, not the first few: a profile without its smallest segments misleads.
    rows = [f"{e}.segments[{i}]" for i in range(len(result["segments"]))]
    names = [
        f"{{{r}.name}}" + (f" ({{{r}.label}})" if segment.get("label") else "")
        for r, segment in zip(rows, result["segments"], strict=True)
    ]
    told = [
        f"{name} {{{r}.customers|count}} ({{{r}.share_percent|percent}})" for name, r in zip(names, rows, strict=True)
    ]
    trust = [f"Clusters: {{{e}.clustering.note}}."] if result.get("clustering") else []
    return [f"{{{e}.customers|count}} customers: {', '.join(told)}.", *trust]


def _forecast(e: str, result: Mapping[str, Any]) -> list[str]:
    return [
        f"Forecast for {{{e}.name}}: {{{e}.total_units|count}} units and {{{e}.total_revenue|money}} in the "
        f"weeks from {{{e}.weeks[0].starts_on|date}} (between {{{e}.total_revenue_low|money}} and "
        f"{{{e}.total_revenue_high|money}} in four of five cases), by {{{e}.model}}."
    ]


def _products(e: str, result: Mapping[str, Any]) -> list[str]:
    rows = [f"{e}.products[{i}]" for i in _rows(result, "products")]
    if not rows:
        return ["No product fits."]
    return ["Products: " + "; ".join(f"{{{r}.name}} ({{{r}.price|money}})" for r in rows) + "."]


def _response(e: str, result: Mapping[str, Any]) -> list[str]:
    return [
        f"Of {{{e}.reachable|count}} {{{e}.segment}} customers reachable by {{{e}.channel}}, about "
        f"{{{e}.expected_responders|count}} are expected to respond (between {{{e}.expected_responders_low|count}} and "
        f"{{{e}.expected_responders_high|count}}), a rate of {{{e}.rate_percent|percent}}."
    ]


def _budget(e: str, result: Mapping[str, Any]) -> list[str]:
    rows = [f"{e}.allocations[{i}]" for i in _rows(result, "allocations")]
    told = ", ".join(f"{{{r}.channel}} {{{r}.spend|money}}" for r in rows)
    said = [f"Of {{{e}.total|money}}: {told}; {{{e}.unspent|money}} is not needed. {{{e}.note}}"]
    if result.get("interval_percent"):
        said.append(
            f"Expected: {{{e}.expected_revenue|money}} of revenue (between {{{e}.expected_revenue_low|money}} and "
            f"{{{e}.expected_revenue_high|money}}, {{{e}.interval_percent|percent}} interval)."
        )
    said += [f"The target would be reached by {{{e}.relaxations[{i}]}}." for i in _rows(result, "relaxations")]
    said += [
        f"A click of {{{e}.bids[{i}].channel}} is worth at most {{{e}.bids[{i}].bid|money}} at this budget."
        for i in _rows(result, "bids")
    ]
    return said


def _experiment(e: str, result: Mapping[str, Any]) -> list[str]:
    return [
        f"Hold out {{{e}.holdout_percent|percent}} of {{{e}.segment}} ({{{e}.holdout_customers|count}} of "
        f"{{{e}.customers|count}} customers). {{{e}.advice}}"
    ]


def _calendar(e: str, result: Mapping[str, Any]) -> list[str]:
    rows = [f"{e}.events[{i}]" for i in _rows(result, "events")]
    told = ", ".join(f"{{{r}.name}} on {{{r}.on|date}}" for r in rows) or "nothing known"
    return [f"From {{{e}.starts_on|date}} to {{{e}.ends_on|date}}: {told}."]


def _fairness(e: str, result: Mapping[str, Any]) -> list[str]:
    told = ", ".join(
        f"{{{e}.groups[{i}].group}} {{{e}.groups[{i}].selection_percent|percent}} "
        f"({{{e}.groups[{i}].selected|count}} of {{{e}.groups[{i}].customers|count}})"
        for i in range(len(result["groups"]))
    )
    verdict = {
        "disparity": "The four-fifths rule finds a disparity.",
        "no_disparity": "The four-fifths rule finds no disparity beyond chance.",
        "cannot_tell": "Nothing can be judged.",
    }[result["verdict"]]
    shares = [f"Share selected into {{{e}.segment}} by {{{e}.attribute}}: {told}."] if told else []
    return [*shares, verdict]


def _anomalies(e: str, result: Mapping[str, Any]) -> list[str]:
    rows = [f"{e}.items[{i}]" for i in _rows(result, "items")]
    head = f"Looked at {{{e}.examined|count}} {{{e}.unit}}: "
    if not rows:
        return [head + "nothing odd was found."]
    told = "; ".join(f"{{{r}.what}}: {{{r}.reason}}" for r in rows)
    return [f"{head}{{{e}.found|count}} odd, {{{e}.money_at_risk|money}} at risk. {told}."]


def _bundles(e: str, result: Mapping[str, Any]) -> list[str]:
    rows = [f"{e}.bundles[{i}]" for i in _rows(result, "bundles")]
    head = f"Looked through {{{e}.baskets|count}} baskets: "
    if not rows:
        return [head + "nothing is bought together beyond chance."]
    told = "; ".join(f"{{{r}.name}} ({{{r}.price|money}}): {{{r}.reason}}" for r in rows)
    return [f"{head}{{{e}.found|count}} bundles. {told}."]


def _reviews(e: str, result: Mapping[str, Any]) -> list[str]:
    about = f"{{{e}.product}}" if result["product"] else f"{{{e}.category}}" if result["category"] else "all products"
    if not result["reviews"]:
        return [f"No reviews of {about} were found."]
    sentiment, trend = result["sentiment"], result["trend"]
    share = f"Of {{{e}.reviews|count}} reviews of {about} that were read, {{{e}.uncertain|count}} are uncertain"
    if sentiment["positive_percent"] is not None:
        share += (
            f"; of the others {{{e}.sentiment.positive_percent|percent}} are positive (between "
            f"{{{e}.sentiment.low_percent|percent}} and {{{e}.sentiment.high_percent|percent}})"
        )
    moved = {"better": "Opinion got better.", "worse": "Opinion got worse.", "no_clear_change": "No clear trend."}
    rows = [f"{e}.aspects[{i}]" for i in _rows(result, "aspects")]
    told = "; ".join(_aspect(row, one) for row, one in zip(rows, result["aspects"], strict=False))
    spoken = [f"They speak of: {told}."] if told else []
    return [f"{share}.", *([moved[trend["direction"]]] if trend["direction"] in moved else []), *spoken]


def _aspect(row: str, aspect: Mapping[str, Any]) -> str:
    """Write an aspect with its counts and a quote of the more frequent kind, marked as somebody else's text."""
    mostly = "negative" if aspect["negative"] > aspect["positive"] else "positive"
    place = next((i for i, quote in enumerate(aspect["quotes"]) if quote["sentiment"] == mostly), None)
    said = f", one wrote “{{{row}.quotes[{place}].text}}”" if place is not None else ""
    counts = f"{{{row}.positive|count}} praise, {{{row}.negative|count}} complain"
    return f"{{{row}.told}} {{{row}.mentions|count}} ({counts}{said})"


def _results(e: str, result: Mapping[str, Any]) -> list[str]:
    told = [f"{{{e}.name}}, {{{e}.starts_on|date}} to {{{e}.ends_on|date}}: {{{e}.conclusion}}"]
    returned, caused = result["returned"], result["caused"]
    if caused and caused["revenue"] is not None:
        told.append(
            f"Money caused: {{{e}.caused.revenue|money}} ({{{e}.caused.revenue_low|money}} to "
            f"{{{e}.caused.revenue_high|money}})."
        )
    if returned["cost"] is not None:
        told.append(f"Cost {{{e}.returned.cost|money}} ({{{e}.returned.cost_from}}).")
    if returned["roi_percent"] is not None:
        told.append(
            f"Return {{{e}.returned.roi_percent|percent}} ({{{e}.returned.roi_low_percent|percent}} to "
            f"{{{e}.returned.roi_high_percent|percent}}), {{{e}.returned.roi_from}}."
        )
    return [*told, f"{{{e}.needed}}"] if result["needed"] else told


def _offer(e: str, result: Mapping[str, Any]) -> list[str]:
    told, untold = [], []
    for place, one in enumerate(result["candidates"][:MOST_ROWS]):
        row = f"{e}.candidates[{place}]"
        if not one["allowed"]:
            untold.append(f"{{{row}.candidate}} is not allowed: it {{{row}.blocked_because}}")
        elif one["cannot_tell_because"]:
            untold.append(f"{{{row}.candidate}} cannot be told: {{{row}.cannot_tell_because}}")
        else:
            told.append(f"{{{row}.candidate}} {{{row}.value|number}} ({{{row}.low|number}} to {{{row}.high|number}})")
    values = [f"In {{{e}.value_unit}}: {', '.join(told)}."] if told else []
    kinds = [f"{e}.campaign_kinds[{i}]" for i in _rows(result, "campaign_kinds")]
    past = ", ".join(
        f"{{{k}.kind}} {{{k}.rate_percent|percent}} ({{{k}.low_percent|percent}} to {{{k}.high_percent|percent}})"
        for k in kinds
    )
    return [
        f"{{{e}.reason}}",
        *values,
        *(f"{text}." for text in untold),
        *([f"Response to past campaigns by kind: {past}."] if past else []),
    ]


def _fallback(e: str, result: Mapping[str, Any]) -> list[str]:
    return [f"The result is in {e}."]


_WRITERS: dict[str, Callable[[str, Mapping[str, Any]], list[str]]] = {
    "profile_customers": _profile,
    "forecast_demand": _forecast,
    "recommend_products": _products,
    "search_products": _products,
    "predict_response": _response,
    "allocate_budget": _budget,
    "design_experiment": _experiment,
    "calendar": _calendar,
    "check_fairness": _fairness,
    "check_anomalies": _anomalies,
    "choose_offer": _offer,
    "read_results": _results,
    "find_bundles": _bundles,
    "analyze_reviews": _reviews,
}
