"""Examples of reading a campaign brief, and of gathering the evidence for one."""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import get_args

from agent.actions import Action, DoneCall
from agent.briefs import ExtractedBrief
from agent.campaign import Goal
from agent.needs import RECOMMENDATION, grouping
from finetune.data.results import draw_result
from finetune.data.values import Drawer, lines
from tools.segments import STAGES, TIERS

_CHANNELS = (["email", "sms"], ["email", "sms"], ["email"], ["sms"], ["sms", "email"], ["email", "push"])
_BUDGETS = (500, 800, 1500, 3000, 5000, 12000)
_DISCOUNTS = (None, None, 10, 15, 20, 25)


def brief_example(drawer: Drawer, openings: dict[str, list[str]]) -> tuple[str, ExtractedBrief]:
    """Draw a brief's text and its fields."""
    rng = drawer.rng
    if rng.random() < 0.1:
        return rng.choice(openings["other"]).strip(), ExtractedBrief(kind="other")
    goal = rng.choice(get_args(Goal))
    opening = rng.choice(openings[goal]).strip()
    offer, offer_text = (
        (rng.choice(lines("briefs", "offer")).strip().split(" | ")) if rng.random() < 0.7 else ("none", "")
    )
    parts = {"offer": offer_text}
    for name, share in (("category", 0.45), ("channels", 0.85), ("budget", 0.85), ("period", 0.7)):
        parts[name] = rng.choice(lines("briefs", name)).strip() if rng.random() < share else ""
    text = _assemble(opening, parts, drawer)
    return text, _fields(goal, offer, opening, parts, drawer)


def gather_example(
    rng: random.Random, shop: dict[str, list[str]], as_of: dt.date
) -> tuple[dict[str, object], list[DoneCall]]:
    """Draw the settled brief of a campaign and the calls its plan cannot do without, in order."""
    goal = rng.choice(get_args(Goal))
    segments = (
        rng.sample(tuple(STAGES), rng.choice((1, 1, 1, 2))) if rng.random() < 0.85 else [rng.choice(tuple(TIERS))]
    )
    categories = rng.sample(shop["categories"], rng.choice((0, 0, 1, 2)))
    starts_on = as_of + dt.timedelta(rng.randrange(20))
    days = rng.choice((10, 21, 21, 22, 30, 45, 60))
    brief: dict[str, object] = {
        "goal": goal, "segments": segments, "channels": rng.choice(_CHANNELS), "budget": rng.choice(_BUDGETS),
        "discount_percent": rng.choice(_DISCOUNTS), "categories": categories,
        "products": rng.choice(shop["queries"]) if rng.random() < 0.35 else "",
        "weeks": days // 7 + 1, "starts_on": starts_on, "ends_on": starts_on + dt.timedelta(days),
    }  # fmt: skip
    return brief, [DoneCall(a, draw_result(a.name, a.arguments, rng)) for a in gather_sequence(brief)]


def gather_sequence(brief: dict[str, object]) -> list[Action]:
    """Return the calls for a settled brief, in the order in which `agent.needs` asks for them."""
    segments: list[str] = brief["segments"]  # type: ignore[assignment]
    by = list(dict.fromkeys(grouping(segment) for segment in segments))
    discount = {"discount_percent": brief["discount_percent"]} if brief["discount_percent"] else {}
    calls: list[tuple[str, dict[str, object]]] = [("profile_customers", {"by": b}) for b in by]
    calls.append(("calendar", {"starts_on": str(brief["starts_on"]), "ends_on": str(brief["ends_on"])}))
    for segment in segments:
        for channel in brief["channels"]:  # type: ignore[attr-defined]
            calls.append(("predict_response", {"segment": segment, "channel": channel, **discount}))
    calls += [("recommend_products", {"segment": s, "goal": RECOMMENDATION[brief["goal"]]}) for s in segments]
    if brief["products"]:
        calls.append(("search_products", {"query": brief["products"]}))
    categories: list[str] = brief["categories"]  # type: ignore[assignment]
    level = {"level": "category", "name": categories[0]} if categories else {"level": "total"}
    calls.append(("forecast_demand", {**level, "weeks": brief["weeks"]}))
    calls.append(
        ("allocate_budget", {"total": brief["budget"], "channels": list(brief["channels"]), "goal": "revenue"})
    )  # type: ignore[call-overload]
    calls += [("design_experiment", {"segment": s, "metric": "conversion"}) for s in segments]
    return [Action(name=name, arguments=arguments) for name, arguments in calls]  # type: ignore[arg-type]


def _assemble(opening: str, parts: dict[str, str], drawer: Drawer) -> str:
    first = " ".join(
        p
        for p in (opening, parts["period"] if parts["period"][:1] == "{" else "", parts["offer"], parts["category"])
        if p
    )
    rest = [p for p in (parts["channels"], parts["budget"], parts["period"] if parts["period"][:1] != "{" else "") if p]
    drawer.rng.shuffle(rest)
    text = first + drawer.rng.choice((". ", ", ", "; ", ". ")) + drawer.rng.choice((", ", ". ", " ")).join(rest)
    text = re.sub(r"\{(\w+)\}", lambda m: drawer.value(m[1]).surface, text)
    return re.sub(r"\s*([,.;])(?!\d)\s*([,.;]\s*)*", r"\1 ", text).strip(" ,;")


def _fields(goal: str, offer: str, opening: str, parts: dict[str, str], drawer: Drawer) -> ExtractedBrief:
    used = opening + "".join(parts.values())
    channels = (
        drawer.value("channels").meaning
        if "{channels}" in used
        else ([drawer.value("channel").meaning] if "{channel}" in used else [])
    )
    period: dict[str, str] = drawer.value("period").meaning if "{period}" in used else {}  # type: ignore[assignment]
    return ExtractedBrief(
        kind="campaign",
        goal=goal,  # type: ignore[arg-type]
        segments=(str(drawer.value("stage").meaning),),
        channels=tuple(channels),  # type: ignore[arg-type]
        categories=tuple(str(drawer.value(s).meaning) for s in ("category", "category2") if f"{{{s}}}" in used),
        offer=offer,  # type: ignore[arg-type]
        discount_percent=drawer.value("percent").meaning if "{percent}" in used else None,  # type: ignore[arg-type]
        budget=drawer.value("money").meaning if "{money}" in used else None,  # type: ignore[arg-type]
        starts_on=dt.date.fromisoformat(period["start"]) if period else None,
        ends_on=dt.date.fromisoformat(period["end"]) if period else None,
    )
