"""The rules-only planner and brief reader: the measured baseline, and the fallback of last resort.

It knows keywords and what `agent.mentions` reads; it is labelled wherever it was used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pydantic import JsonValue

from agent.actions import Action, DoneCall
from agent.briefs import ExtractedBrief
from agent.clauses import RULES, clauses_of, first_said, says
from agent.mentions import Mentions
from agent.numbers import plain
from tools.offers.candidates import find_offers


def next_action(mentions: Mentions, done: Sequence[DoneCall]) -> Action:
    """Return the next call by keywords, or the stop that fits when nothing is left to call."""
    planned = plan_calls(mentions)
    if isinstance(planned, Action):
        return Action(name="answer") if done else planned
    made = [call.action for call in done]
    return next((action for action in planned if action not in made), Action(name="answer"))


def plan_calls(mentions: Mentions) -> Action | list[Action]:
    """Return the calls that a message's clauses ask for, or a stop when there are none.

    >>> plan_calls(Mentions(text="Run an RFM analysis"))
    [Action(name='profile_customers', arguments={'by': 'rfm'})]
    >>> plan_calls(Mentions(text="thanks!")).name
    'answer'
    """
    text = mentions.text
    if says(RULES["refused"], text):
        return Action(name="refuse")
    if says(RULES["answered"], text.strip()):
        return Action(name="answer")
    calls: list[Action] = []
    for clause in clauses_of(text):
        action = _call(clause.tool, replace(mentions, text=clause.text)) if clause.tool else None
        if action is not None and action not in calls:
            calls.append(action)
    return calls or Action(name="clarify")


def off_topic(text: str) -> bool:
    """Say whether a text asks for what is refused: the weather, a poem, code, somebody's data.

    >>> off_topic("Write me a poem about the sea"), off_topic("Win back the lapsed")
    (True, False)
    """
    return says(RULES["refused"], text)


def extract_brief(text: str, mentions: Mentions) -> ExtractedBrief:
    """Read a brief by keywords."""
    goal = first_said(RULES["goals"], text)
    marketing = goal or mentions.segments or mentions.channels or says(RULES["marketing"], text)
    if not marketing:
        return ExtractedBrief(kind="other")
    period = mentions.periods[0] if mentions.periods else None
    return ExtractedBrief(
        kind="campaign",
        goal=goal,
        segments=mentions.segments,
        channels=mentions.channels,
        categories=_after(_CATEGORY, text),
        offer=first_said(RULES["offers"], text) or "none",
        discount_percent=next((p for p in mentions.percents if 0 < p < 100), None),
        budget=next((m for m in mentions.money if m > 0), None),
        starts_on=period.starts_on if period else None,
        ends_on=period.ends_on if period else None,
    )


_CATEGORY = re.compile(
    r"\b(?:on|for|featuring|focus on)\s+(?!their|our|the|all)([a-z][a-z' ]{2,24}?)"
    r"(?=[.,;]|\s+(?:by|with|until|before|and|via)\b|$)",
    re.I,
)
_NAME = re.compile(
    r"(?:for|of|in|about|on|with|is|are|does|do|forecast|category|department|find|search for|"
    r"search|stock|sell|carry|show me|any)"
    r"\s+(?:the\s+|our\s+)?([a-zA-Z][\w'& -]{2,40}?)(?=\s+(?:for|over|in|under|below|with|at|by|go|do|next|the next|"
    r"category|department|sell|look|cheaper|if|and)\b|[?.,;]|$)"
)  # fmt: skip


def _after(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[1].strip() for match in pattern.finditer(text)))[:1]


def _name(text: str) -> str | None:
    found = [m[1].strip() for m in _NAME.finditer(text)]
    return found[0] if found else None


def _first(values: Sequence[float]) -> JsonValue:
    return plain(values[0]) if values else None


def _call(tool: str, mentions: Mentions) -> Action | None:
    arguments: dict[str, JsonValue] = {
        key: value for key, value in _arguments(tool, mentions).items() if value is not None
    }
    required = _REQUIRED.get(tool, ())
    return Action(name=tool, arguments=arguments) if all(name in arguments for name in required) else None


_ATTRIBUTES = (
    "age", "gender", "income", "marital status", "household size", "home ownership", "country", "language",
)  # fmt: skip
_REQUIRED: dict[str, tuple[str, ...]] = {
    "search_products": ("query",), "predict_response": ("segment", "channel"), "allocate_budget": ("total",),
    "design_experiment": ("segment",), "calendar": ("starts_on", "ends_on"), "read_results": ("campaign_id",),
    "choose_offer": ("segment",), "check_fairness": ("segment", "attribute"),
}  # fmt: skip


def _arguments(tool: str, m: Mentions) -> dict[str, JsonValue]:
    segment = m.segments[0] if m.segments else None
    identifier = {kind: value for kind, value in m.identifiers}
    period = m.periods[0] if m.periods else None
    name = _name(m.text)
    small = next((int(c) for c in m.counts if 1 <= c <= 20), None)
    table: dict[str, dict[str, JsonValue]] = {
        "profile_customers": {"by": _grouping(m), "segment": segment},
        "forecast_demand": _forecast(m, name),
        "recommend_products": {
            "segment": segment, "customer_id": identifier.get("customer"), "goal": _goal(m), "k": small
        },
        "find_bundles": {"category": name, "k": small},
        "search_products": {"query": name, "k": small, "max_price": _first(m.money)},
        "analyze_reviews": {"product_id": identifier.get("product"), "category": name},
        "predict_response": {
            "segment": segment, "channel": m.channels[0] if m.channels else None, "discount_percent": _first(m.percents)
        },
        "choose_offer": {"segment": segment, "candidates": list(find_offers(m.text)) or None},
        "allocate_budget": {
            "total": _first(m.money or tuple(c for c in m.counts if c >= 20)),
            "channels": list(m.channels) or None, "goal": _aim(m.text),
        },
        "check_anomalies": {"of": _kind(m.text), "weeks": _first(m.weeks)},
        "design_experiment": {
            "segment": segment, "metric": _metric(m.text),
            "minimum_effect_percent": _first(m.percents), "weeks": _first(m.weeks),
        },
        "read_results": {"campaign_id": identifier.get("campaign") or identifier.get("")},
        "calendar": {
            "starts_on": str(period.starts_on) if period else None, "ends_on": str(period.ends_on) if period else None,
            "country": m.countries[0] if m.countries else None,
        },
        "check_fairness": {"segment": segment, "attribute": _attribute(m.text)},
    }  # fmt: skip
    return table[tool]


def _attribute(text: str) -> str | None:
    return next((name for name in _ATTRIBUTES if re.search(rf"\b{name}\b", text, re.IGNORECASE)), None)


def _forecast(m: Mentions, name: str | None) -> dict[str, JsonValue]:
    total = re.search(r"\b(total|overall|whole (shop|store))\b", m.text, re.IGNORECASE) or name is None
    level = "total" if total else "department" if re.search(r"\bdep(artmen)?t\b", m.text, re.I) else "category"
    name = None if total else name
    return {"level": level, "name": name, "weeks": _first(m.weeks), "discount_percent": _first(m.percents)}


def _grouping(m: Mentions) -> str:
    if m.segments and m.segments[0] in ("top", "high", "middle", "low"):
        return "value"
    words = (("rfm", r"\brfm\b"), ("cluster", r"cluster"), ("interest", r"interest"), ("value", r"\bvalue\b|tiers?\b"))
    return next((by for by, pattern in words if re.search(pattern, m.text, re.IGNORECASE)), "lifecycle")


def _goal(m: Mentions) -> str:
    words = (
        ("win_back", r"win.{0,6}back|back"),
        ("replenish", r"replenish|restock|run out|again"),
        ("discover", r"discover|new\b"),
    )
    return next((goal for goal, pattern in words if re.search(pattern, m.text, re.IGNORECASE)), "cross_sell")


def _aim(text: str) -> str:
    return (
        "profit"
        if re.search("profit", text, re.I)
        else "conversions"
        if re.search("conversions?|orders", text, re.I)
        else "revenue"
    )


def _kind(text: str) -> str:
    words = (("coupons", "coupon|voucher"), ("ad_spend", r"\bads?\b|spend|clicks"), ("reviews", "review"))
    return next((of for of, pattern in words if re.search(pattern, text, re.IGNORECASE)), "orders")


def _metric(text: str) -> str:
    names = ("revenue", "redemption", "click", "open", "purchase")
    return next((name for name in names if re.search(rf"\b{name}", text, re.IGNORECASE)), "conversion")
