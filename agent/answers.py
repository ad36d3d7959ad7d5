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
    notes = [f"Note: {{{item.id}.warnings[{i}]}}" for i in range(len(item.warnings))]
    return " ".join([*lines, *notes])


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
    return [f"Of {{{e}.total|money}}: {told}; {{{e}.unspent|money}} is not needed. {{{e}.note}}"]


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
}
