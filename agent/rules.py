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
from agent.campaign import Goal, OfferKind
from agent.mentions import Mentions
from agent.numbers import plain

_TOOL_WORDS: tuple[tuple[str, str], ...] = (
    ("read_results", r"\bresults?\b|\broi\b|read ?out|how did .*(do|perform|go)|\blift of\b|success|post-?mortem"),
    ("check_fairness", r"\bfair(ly|ness)?\b|\bbias(ed)?\b|discriminat|disparit"),
    ("check_anomalies", r"anomal|suspicious|fraud|fake|\bodd\b|strange|fishy|unusual|abus"),
    ("choose_offer", r"which (offer|deal|promo)|choose between|best (offer|promo|deal)|offers? for|torn between"),
    ("design_experiment", r"experiment|\btests?\b|hold-?out|control group|sample size|\bpower\b|a/b"),
    ("allocate_budget", r"\ballocat|\bsplit\b|\bbudget\b|\bspend\b|\bdivide\b|distribute|media plan|channel mix"),
    ("predict_response", r"respon(d|se)|react|redeem|redemption|convert|click|take-?up|uplift|work on"),
    ("analyze_reviews", r"\breviews?\b|\bratings?\b|sentiment|complain|people say"),
    ("find_bundles", r"bundle|bought together|basket|association|combo|pairs? well|sells? together|goes together"),
    ("calendar", r"holiday|calendar|\bevents?\b|key dates|promotions? (is|are) running|occasion"),
    ("forecast_demand", r"forecast|demand|predict sales|will .* sell|outlook|projection|expected (sales|units)|turnover"),
    ("recommend_products", r"recommend|cross.?sell|suggest|picks?\b|win.?back|replenish|restock|discover|put in front"),
    ("profile_customers", r"profile|segment|who are|how many|lifecycle|\brfm\b|cluster|\bvalue tiers?\b|interests?\b|\bclv\b|churn"),
    ("search_products", r"\bfind\b|\bsearch\b|do we (sell|stock|carry)|look up|show me|\blist\b|got any|any .* (under|below)"),
)  # fmt: skip
_REFUSED = (
    r"weather|\bpoem\b|\bjoke\b|python|javascript|\bcode\b|phone numbers?|addresses of|credit card|unsubscribed|opted out|"
    r"without consent|fake reviews|make up numbers|password|your (system )?prompt|ignore (your|all)|bitcoin|religion"
)
_ANSWERED = r"^(hi|hello|hey|thanks?|thank you|good (morning|evening)|bye|ok|great|perfect)\b|what (is|does|are) (a |an |the )?(\w+ ){0,3}(mean|stand for|definition)|explain|define|what can you do|who are you"
_JOINS = re.compile(r"(?:[.;?]\s+|,?\s+(?:and then|then|also|after that|and)\s+|,\s+(?=(?:forecast|split|find|recommend|design)))", re.I)


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
    if re.search(_REFUSED, text, re.IGNORECASE):
        return Action(name="refuse")
    if re.search(_ANSWERED, text.strip(), re.IGNORECASE):
        return Action(name="answer")
    calls: list[Action] = []
    for clause in _JOINS.split(text):
        own = replace(mentions, text=clause)
        tool = next((name for name, words in _TOOL_WORDS if re.search(words, clause, re.IGNORECASE)), None)
        action = _call(tool, own) if tool else None
        if action is not None and action not in calls:
            calls.append(action)
    return calls or Action(name="clarify")


def extract_brief(text: str, mentions: Mentions) -> ExtractedBrief:
    """Read a brief by keywords."""
    goal = next((name for name, words in _GOAL_WORDS if re.search(words, text, re.IGNORECASE)), None)
    marketing = goal or mentions.segments or mentions.channels or re.search(_MARKETING, text, re.IGNORECASE)
    if not marketing:
        return ExtractedBrief(kind="other")
    period = mentions.periods[0] if mentions.periods else None
    return ExtractedBrief(
        kind="campaign",
        goal=goal,
        segments=mentions.segments,
        channels=mentions.channels,
        categories=_after(_CATEGORY, text),
        offer=next((kind for kind, words in _OFFER_WORDS if re.search(words, text, re.IGNORECASE)), "none"),
        discount_percent=next((p for p in mentions.percents if 0 < p < 100), None),
        budget=next((m for m in mentions.money if m > 0), None),
        starts_on=period.starts_on if period else None,
        ends_on=period.ends_on if period else None,
    )


_MARKETING = r"campaign|customers?|shoppers?|coupon|discount|newsletter|promot|marketing|launch|offer|sale\b"
_GOAL_WORDS: tuple[tuple[Goal, str], ...] = (
    ("win_back", r"win.{0,12}back|bring .*back|re-?activat|re-?engag|come back|wake up"),
    ("replenish", r"restock|replenish|refill|reorder|run(ning)? (out|low)|top up"),
    ("clearance", r"clear(ance|ing)?\b|overstock|end of season|left ?over"),
    ("welcome", r"\bwelcome\b|onboard|greet"),
    ("launch", r"launch|new (range|line|collection|season)|introduc|announce"),
    ("loyalty", r"loyalt|thank|reward|appreciat"),
    ("cross_sell", r"cross.?sell|go(es)? with|complement|add a second|basket size"),
    ("discover", r"discover|something new|never tried|broaden"),
    ("grow", r"grow|boost|increase|more (sales|orders|revenue)|sell more"),
)
_OFFER_WORDS: tuple[tuple[OfferKind, str], ...] = (
    ("none", r"no (offer|discount)|without (a |any )?discount"),
    ("free_shipping", r"free (shipping|delivery)"),
    ("bundle", r"bundle"),
    ("coupon", r"coupon|voucher"),
    ("discount", r"discount|\boff\b|price cut|reduced"),
)
_CATEGORY = re.compile(r"\b(?:on|for|featuring|focus on)\s+(?!their|our|the|all)([a-z][a-z' ]{2,24}?)(?=[.,;]|\s+(?:by|with|until|before|and|via)\b|$)", re.I)
_NAME = re.compile(
    r"(?:for|of|in|about|on|with|is|are|does|do|forecast|category|department|find|search for|search|stock|sell|carry|show me|any)"
    r"\s+(?:the\s+|our\s+)?([a-zA-Z][\w'& -]{2,40}?)(?=\s+(?:for|over|in|under|below|with|at|by|go|do|next|the next|category|"
    r"department|sell|look|cheaper|if|and)\b|[?.,;]|$)"
)  # fmt: skip


def _after(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[1].strip() for match in pattern.finditer(text)))[:1]


def _name(text: str) -> str | None:
    found = [m[1].strip() for m in _NAME.finditer(text)]
    return found[0] if found else None


def _first(values: Sequence[float]) -> JsonValue:
    return plain(values[0]) if values else None


def _call(tool: str, mentions: Mentions) -> Action | None:
    arguments = {key: value for key, value in _arguments(tool, mentions).items() if value is not None}
    required = _REQUIRED.get(tool, ())
    return Action(name=tool, arguments=arguments) if all(name in arguments for name in required) else None


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
        "recommend_products": {"segment": segment, "customer_id": identifier.get("customer"), "goal": _goal(m), "k": small},
        "find_bundles": {"category": name, "k": small},
        "search_products": {"query": name, "k": small, "max_price": _first(m.money)},
        "analyze_reviews": {"product_id": identifier.get("product"), "category": name},
        "predict_response": {
            "segment": segment, "channel": m.channels[0] if m.channels else None, "discount_percent": _first(m.percents)
        },
        "choose_offer": {"segment": segment},
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
        "check_fairness": {"segment": segment, "attribute": next((a for a in ("age", "gender", "income") if a in m.text), None)},
    }  # fmt: skip
    return table[tool]


def _forecast(m: Mentions, name: str | None) -> dict[str, JsonValue]:
    total = re.search(r"\b(total|overall|whole (shop|store))\b", m.text, re.IGNORECASE) or name is None
    level = "total" if total else "department" if re.search(r"\bdep(artmen)?t\b", m.text, re.I) else "category"
    return {
        "level": level, "name": None if total else name, "weeks": _first(m.weeks), "discount_percent": _first(m.percents)
    }  # fmt: skip


def _grouping(m: Mentions) -> str:
    if m.segments and m.segments[0] in ("top", "high", "middle", "low"):
        return "value"
    words = (("rfm", r"\brfm\b"), ("cluster", r"cluster"), ("interest", r"interest"), ("value", r"\bvalue\b|tiers?\b"))
    return next((by for by, pattern in words if re.search(pattern, m.text, re.IGNORECASE)), "lifecycle")


def _goal(m: Mentions) -> str:
    words = (("win_back", r"win.{0,6}back|back"), ("replenish", r"replenish|restock|run out|again"), ("discover", r"discover|new\b"))
    return next((goal for goal, pattern in words if re.search(pattern, m.text, re.IGNORECASE)), "cross_sell")


def _aim(text: str) -> str:
    return "profit" if re.search("profit", text, re.I) else "conversions" if re.search("conversions?|orders", text, re.I) else "revenue"


def _kind(text: str) -> str:
    words = (("coupons", "coupon|voucher"), ("ad_spend", r"\bads?\b|spend|clicks"), ("reviews", "review"))
    return next((of for of, pattern in words if re.search(pattern, text, re.IGNORECASE)), "orders")


def _metric(text: str) -> str:
    names = ("revenue", "redemption", "click", "open", "purchase")
    return next((name for name in names if re.search(rf"\b{name}", text, re.IGNORECASE)), "conversion")
