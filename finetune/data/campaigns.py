"""Examples of reading a campaign brief, and of gathering the evidence for one."""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import get_args

from pydantic import JsonValue

from agent.actions import Action, DoneCall
from agent.briefs import ExtractedBrief
from agent.campaign import Brief, Goal
from agent.chooser import gather_fields
from agent.needs import needs
from agent.numbers import plain
from finetune.data.results import draw_result
from finetune.data.values import Drawer, lines
from tools.customers.segments import STAGES, TIERS

_CHANNELS = (("email", "sms"), ("email", "sms"), ("email",), ("sms",), ("sms", "email"), ("email", "push"))
_BUDGETS = (500, 800, 1500, 3000, 5000, 12000)
_DISCOUNTS = (None, None, 10, 15, 20, 25)
_DAYS = (10, 21, 21, 22, 30, 45, 60)
_STAGE_SHARE = 0.85  # of briefs address lifecycle stages, the others a value tier
_PRODUCTS_SHARE = 0.35  # of briefs describe products


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
) -> tuple[dict[str, JsonValue], list[DoneCall]]:
    """Draw the settled brief of a campaign, as the prompt shows it, and the calls its plan cannot do without."""
    segments = rng.sample(tuple(STAGES), rng.choice((1, 1, 1, 2))) if rng.random() < _STAGE_SHARE else [_tier(rng)]
    starts_on = as_of + dt.timedelta(rng.randrange(20))
    brief = Brief(
        text="drawn",
        goal=rng.choice(get_args(Goal)),
        segments=tuple(segments),
        channels=rng.choice(_CHANNELS),
        budget=rng.choice(_BUDGETS),
        currency="USD",
        starts_on=starts_on,
        ends_on=starts_on + dt.timedelta(rng.choice(_DAYS)),
        categories=tuple(rng.sample(shop["categories"], rng.choice((0, 0, 1, 2)))),
        discount_percent=rng.choice(_DISCOUNTS),
        extracted_by="person",
    )
    products = rng.choice(shop["queries"]) if rng.random() < _PRODUCTS_SHARE else None
    done = [DoneCall(a, draw_result(a.name, a.arguments, rng)) for a in gather_sequence(brief, products)]
    return {**gather_fields(brief), "products": products}, done


def gather_sequence(brief: Brief, products: str | None) -> list[Action]:
    """Return the calls that `agent.needs` asks for, and a search where the brief describes products."""
    calls: list[Action] = []
    for need in needs(brief):
        if need.tool == "forecast_demand" and products:
            calls.append(Action(name="search_products", arguments={"query": products}))
        arguments = {key: _plain(value) for key, value in need.arguments.items() if key != "k"}
        calls.append(Action(name=need.tool, arguments=arguments))
    return calls


def _plain(value: JsonValue) -> JsonValue:
    return plain(value) if isinstance(value, float) else value


def _tier(rng: random.Random) -> str:
    return rng.choice(tuple(TIERS))


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
