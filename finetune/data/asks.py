"""Turn source lines into cases: single asks, several at once, follow-ups, and messages at which nothing is called."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from agent.actions import Action, DoneCall
from agent.requests import Turn
from agent.spelling import mend
from finetune.data.results import draw_result
from finetune.data.values import Drawer, Value, lines

TOOLS = (
    "profile_customers", "forecast_demand", "recommend_products", "find_bundles", "search_products", "analyze_reviews",
    "predict_response", "choose_offer", "allocate_budget", "check_anomalies", "design_experiment", "read_results",
    "calendar", "check_fairness",
)  # fmt: skip
_CALL = re.compile(r"(\w+)\(([^)]*)\)(?:\s*->\s*(.*))?")
_SLOT = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
_LITERAL = re.compile(r"candidates=\[(?!\{)|campaign_id=(?!\{)")  # offers and titles that the call copies from the line
_DOUBLED = re.compile(r"\b(?:our|the|my|of our) ((?:our|the) )", re.IGNORECASE)
_TYPO_SHARE = 0.25  # of messages; in these each longer word is hit with one of _TYPO_RATES
_TYPO_RATES = (0.08, 0.15, 0.33)
_MISTYPED = (
    "stage",
    "tier",
    "segment",
    "channel",
    "channels",
    "weeks",
    "horizon",
    "months",
    "past",
    "percent",
    "everybody",
)
"""Slots whose typos the product mends (`agent.spelling`), so that the call holds what was meant."""
_COPIED = ("category", "department", "product", "query")
"""Slots whose typos go into the call as they stand: the tool that is called finds the nearest name in its store."""
_FRAMED_SHARE = 0.5  # of single asks
_FRAMED_STOPS = 0.25  # of messages without a call, so that "please" and "pls" do not mean that something is called
_BARE_SHARE = 0.7  # of joined asks lose their last mark


@dataclass(frozen=True)
class Case:
    """One message with the calls or the stop that it means."""

    family: str
    message: str
    calls: tuple[DoneCall, ...] = ()
    stop: str = "answer"
    history: tuple[Turn, ...] = ()


def single(tool: str, keep: Sequence[str], drawer: Drawer) -> Case:
    """Draw one ask of a tool from the lines in `keep`."""
    line = drawer.rng.choice(keep)
    text, _, calls = line.rpartition(" => ")
    message = fill(framed(text, drawer.rng, _FRAMED_SHARE), drawer, typos=not _LITERAL.search(calls))
    return Case(tool, message, read_calls(calls, drawer))


def framed(text: str, rng: random.Random, share: float) -> str:
    """Put a greeting or the like around a share of the messages; one of several lines has its own."""
    if "\\n" in text or rng.random() >= share:
        return text
    return rng.choice(lines("surfaces", "frames")).strip().replace("{ask}", text)


def sequence(line: str, drawer: Drawer) -> Case:
    """Read one line of several calls."""
    text, _, calls = line.rpartition(" => ")
    return Case("sequence", fill(text, drawer), read_calls(calls, drawer))


def joined(parts: Sequence[tuple[str, Drawer]], rng: random.Random) -> Case:
    """Join two to four single asks, each with its own values, to one message."""
    join = (
        rng.choice(lines("surfaces", {2: "joins", 3: "joins3", 4: "joins4"}[len(parts)])).strip().replace("\\n", "\n")
    )
    calls: list[DoneCall] = []
    for name, (line, drawer) in zip("abcd", parts, strict=False):
        text, _, call = line.rpartition(" => ")
        message = fill(text.rstrip("?. ") if rng.random() < _BARE_SHARE else text, drawer, typos=False)
        join = join.replace(f"{{{name}}}", _lowered(message) if name != "a" else message)
        calls += [c for c in read_calls(call, drawer) if c.action not in [d.action for d in calls]]
    return Case("joined", join, tuple(calls))


def _lowered(text: str) -> str:
    return text if text[:2].isupper() else text[0].lower() + text[1:]


def stop(kind: str, line: str, drawer: Drawer) -> Case:
    """Read one line at which nothing is to be called."""
    return Case(kind, fill(framed(line, drawer.rng, _FRAMED_STOPS), drawer), stop=kind)


ORDER: dict[str, tuple[str, ...]] = {
    "profile_customers": ("by", "segment", "category"),
    "forecast_demand": ("level", "name", "weeks", "discount_percent", "display"),
    "recommend_products": ("segment", "customer_id", "goal", "k"),
    "find_bundles": ("category", "k"),
    "search_products": ("query", "k", "category", "max_price"),
    "analyze_reviews": ("product_id", "category", "months"),
    "predict_response": ("segment", "channel", "discount_percent"),
    "choose_offer": ("segment", "candidates"),
    "allocate_budget": ("total", "channels", "goal", "minimums", "maximums", "target"),
    "check_anomalies": ("of", "weeks"),
    "design_experiment": ("segment", "metric", "minimum_effect_percent", "weeks"),
    "read_results": ("campaign_id",),
    "calendar": ("starts_on", "ends_on", "country"),
    "check_fairness": ("segment", "attribute"),
}


def ordered(tool: str, arguments: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the arguments in the order of the tool's schema, which is the order the grammar asks for."""
    return {key: arguments[key] for key in ORDER[tool] if key in arguments}


def read_calls(text: str, drawer: Drawer) -> tuple[DoneCall, ...]:
    """Read `tool(argument=value) ; …` with the drawer's values in its slots.

    Raises:
        ValueError: It is no such thing.
    """
    calls = []
    for part in text.split(" ; "):
        match = _CALL.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"source call {part!r} cannot be read; expected tool(argument=value)")
        pairs = (pair.split("=", 1) for pair in match[2].split(",") if pair)
        arguments = {key: _meaning(value, drawer) for key, value in pairs}
        largest = _SLOT.search(match[3]) if match[3] else None
        first = str(drawer.value(largest[1]).meaning) if largest else None
        arguments = ordered(match[1], arguments)
        result = draw_result(match[1], arguments, drawer.rng, first)
        calls.append(DoneCall(Action(name=match[1], arguments=arguments), result))
    return tuple(calls)


def _meaning(value: str, drawer: Drawer) -> JsonValue:
    if value.startswith("["):
        return [_meaning(part, drawer) for part in value[1:-1].split("|")]
    if "}:{" in value:
        pairs = (pair.split(":") for pair in value.split("|"))
        return {str(_meaning(key, drawer)): _meaning(amount, drawer) for key, amount in pairs}
    slot = _SLOT.fullmatch(value)
    if slot is None:
        return True if value == "true" else int(value) if value.isdigit() else value
    meaning = drawer.value(slot[1]).meaning
    if isinstance(meaning, dict) and slot[2]:
        meaning = meaning[slot[2]]
    return meaning  # type: ignore[return-value]


def fill(template: str, drawer: Drawer, typos: bool = True) -> str:
    """Write a message: slots filled, perhaps with typos, a capital or without its last mark."""
    rng = drawer.rng
    rate = rng.choice(_TYPO_RATES) if typos and rng.random() < _TYPO_SHARE else 0.0
    parts = re.split(r"(\{\w+(?:\.\w+)?\})", template)
    text = "".join(_fill(part, drawer, rate) if part.startswith("{") else _mistype(part, rate, rng) for part in parts)
    text = _DOUBLED.sub(r"\1", text.replace("\\n", "\n").strip())
    if rng.random() < 0.3:
        text = text.rstrip("?.!") or text
    if rng.random() < 0.4 and not template.startswith("{"):
        text = text[0].upper() + text[1:]
    if rate:
        _take_as_read(text, drawer)
    return text


def _take_as_read(text: str, drawer: Drawer) -> None:
    """Let the call hold a mistyped name as the product reads it in the message: clean, where that mends it."""
    read = mend(text).lower()
    for slot, value in drawer.drawn.items():
        mended = mend(value.surface)
        if slot.rstrip("23") in _COPIED and value.surface.lower() not in read and mended.lower() in read:
            drawer.drawn[slot] = Value(mended, mended)


def _fill(slot: str, drawer: Drawer, rate: float) -> str:
    match = _SLOT.fullmatch(slot)
    if match is None or match[2] == "value":
        return ""
    surface, kind = drawer.value(match[1]).surface, match[1].rstrip("23")
    if kind in _COPIED and rate:
        surface = _mistype(surface, rate, drawer.rng, letters=5)
        drawer.drawn[match[1]] = Value(surface, surface)
    return _mistype(surface, rate, drawer.rng, letters=5) if kind in _MISTYPED else surface


def _mistype(text: str, rate: float, rng: random.Random, letters: int = 4) -> str:
    return re.sub(rf"[A-Za-z]{{{letters},}}", lambda m: _slip(m[0], rng) if rng.random() < rate else m[0], text)


def _slip(word: str, rng: random.Random) -> str:
    i = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (word[:i] + word[i + 1 :], word[:i] + word[i + 1] + word[i] + word[i + 2 :], word[:i] + word[i] + word[i:])
    )
