"""Results as `agent.digests` words them, drawn, so that the model has seen what stands between two calls."""

from __future__ import annotations

import random

from pydantic import JsonValue

_STAGES = ["new", "promising", "active", "loyal", "champions", "at_risk", "hibernating", "lapsed"]
_TIERS = ["top", "high", "middle", "low"]
_EVENTS = (
    "Thanksgiving", "Black Friday", "Christmas Day", "Labor Day", "Easter Sunday", "Memorial Day", "Halloween",
    "New Year's Day", "past peak", "Veterans Day", "Independence Day", "Mother's Day", "Valentine's Day",
    "winter season",
)  # fmt: skip
_UNKNOWN = {
    "category": "category", "name": "category", "product_id": "product", "customer_id": "customer",
    "campaign_id": "campaign", "segment": "segment", "attribute": "attribute",
}  # fmt: skip
"""Arguments that a store may not know, as the tools' errors name them."""
_TABLES = ("reviews", "ad_spend", "exposures", "events", "campaigns")
_ERROR_SHARE = 0.12  # after one of these nothing is left to do but to say so
_BUSY_SHARE = 0.85  # of calendars that hold something


def draw_result(tool: str, arguments: dict[str, JsonValue], rng: random.Random, first: str | None = None) -> str:
    """Return a short result of a call; `first` is the segment that must stand first, as the largest."""
    if first is None and rng.random() < _ERROR_SHARE:
        return _error(arguments, rng)
    return {
        "profile_customers": _segments(arguments, rng, first),
        "recommend_products": f"{rng.randint(1, 10)} products",
        "search_products": f"{rng.randint(1, 10)} products",
        "predict_response": f"{rng.uniform(0.1, 15):.2f}%",
        "allocate_budget": f"spent {rng.randint(100, 5000)}.0, unspent {rng.choice((0, rng.randint(1, 3000)))}.0",
        "calendar": ", ".join(rng.sample(_EVENTS, rng.randint(1, 3))) if rng.random() < _BUSY_SHARE else "nothing",
    }.get(tool, "done")


def _error(arguments: dict[str, JsonValue], rng: random.Random) -> str:
    """Return an error as the tools word them; the model sees its beginning."""
    named = [name for name in _UNKNOWN if isinstance(arguments.get(name), str)]
    if not named:
        return f"error: table {rng.choice(_TABLES)} is not in store 'demo'"
    name = rng.choice(named)
    known = "is not in this store" if name.endswith("_id") else "is not known to this store"
    return f"error: {_UNKNOWN[name]} {str(arguments[name])!r} {known}"


def _segments(arguments: dict[str, JsonValue], rng: random.Random, first: str | None) -> str:
    if "segment" in arguments:
        return f"{arguments['segment']} {rng.randint(5, 900)}"
    names = [s for s in (_TIERS if arguments.get("by") == "value" else _STAGES) if s != first]
    counts = sorted((rng.randint(5, 900) for _ in range(4)), reverse=True)
    shown = [first, *rng.sample(names, 3)] if first else rng.sample(names, 4)
    return ", ".join(f"{name} {count}" for name, count in zip(shown, counts, strict=True))
