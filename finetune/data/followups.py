"""Conversations of two messages: a second one that changes a call, or that refers back to the first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import JsonValue

from agent.actions import Action, DoneCall, call_text
from agent.requests import Turn
from finetune.data.asks import Case, fill, ordered, read_calls
from finetune.data.results import draw_result
from finetune.data.values import Drawer, lines

_SLOT = re.compile(r"\{(\w+)\}")
_CALL_SHARE = 0.4  # of the assistant's turns show the call, the others speak
_SILENT_SHARE = 0.08  # of conversations come without the assistant's turn
_SLOT_OF = {
    "name": ("category", "department", "product"), "category": ("category",), "weeks": ("weeks", "horizon", "past"),
    "discount_percent": ("percent",), "minimum_effect_percent": ("percent",), "segment": ("stage", "tier"),
    "k": ("k",), "channel": ("channel",), "channels": ("channels",), "total": ("money",), "max_price": ("price",),
    "query": ("query",), "country": ("country",), "campaign_id": ("campaign", "named"), "product_id": ("pid",),
    "customer_id": ("customer",), "metric": ("metric",), "months": ("months", "lately"), "attribute": ("attribute",),
    "candidates": ("offers",),
}  # fmt: skip
_FREE = ("weeks", "discount_percent", "k", "max_price", "country", "channels", "months", "minimum_effect_percent")
"""Arguments that a second message may add where the first had none."""
_FROM = {
    ("profile_customers", "segment"): "segment={stage}",
    ("forecast_demand", "name"): "level=category,name={category}",
    ("recommend_products", "segment"): "segment={segment}",
    ("predict_response", "segment"): "segment={segment}",
    ("design_experiment", "segment"): "segment={segment}",
    ("check_fairness", "segment"): "segment={segment}",
    ("choose_offer", "segment"): "segment={segment}",
}
"""What the first call must hold for the second message to mean a change of that argument and of nothing else."""


def followup(rule: str, asks: Sequence[str], drawer: Drawer, fresh: Drawer) -> Case | None:
    """Let a second message change one or more arguments of the call of a first one.

    A rule reads `tool argument+argument=value | variant / variant`; an argument's new value is the variant's slot.
    """
    head, variants = (part.strip() for part in rule.split("|", 1))
    tool, changes = head.split()
    names = [change.partition("=")[0] for change in changes.split("+")]
    fitting = [ask for ask in asks if ask.count("=> " + tool) == 1 and all(_fits(ask, tool, n) for n in names)]
    if not fitting:
        return None
    variant = fresh.rng.choice(variants.split(" / ")).strip()
    text, _, call = drawer.rng.choice(fitting).rpartition(" => ")
    first, before = fill(text, drawer, typos=False), read_calls(call, drawer)[0].action
    message = fill(variant, fresh)
    arguments = {**before.arguments, **_changed(changes, variant, fresh)}
    if "customer_id" in names:
        arguments.pop("segment", None)
    action = Action(name=tool, arguments=ordered(tool, arguments))
    done = DoneCall(action, draw_result(tool, action.arguments, fresh.rng))
    return Case("followup", message, (done,), history=_history(first, before, fresh)) if action != before else None


def dialogue(line: str, drawer: Drawer) -> Case:
    """Read `first message => call >> second message => calls`; both share the values of their slots."""
    first, _, second = line.partition(" >> ")
    text, _, call = first.rpartition(" => ")
    asked, before = fill(text, drawer, typos=False), read_calls(call, drawer)[0].action
    message, _, calls = second.rpartition(" => ")
    if calls in ("answer", "clarify", "refuse"):
        return Case("dialogue", fill(message, drawer), stop=calls, history=_history(asked, before, drawer))
    done = read_calls(calls, drawer)
    return Case("dialogue", fill(message, drawer), done, history=_history(asked, before, drawer))


def _fits(ask: str, tool: str, name: str) -> bool:
    if "imums=" in ask or "target=" in ask:
        return False
    if (tool, name) in _FROM:
        return _FROM[tool, name] in ask
    return name in _FREE or re.search(rf"[(,]{name}=", ask) is not None


def _changed(changes: str, variant: str, fresh: Drawer) -> dict[str, JsonValue]:
    slots = _SLOT.findall(variant)
    changed: dict[str, JsonValue] = {}
    for change in changes.split("+"):
        name, _, literal = change.partition("=")
        slot = next((s for s in slots if s in _SLOT_OF.get(name, ())), None)
        if slot is None and not literal:
            raise ValueError(f"follow-up {variant!r} has no value for {name}; expected a slot of it")
        changed[name] = literal or fresh.value(str(slot)).meaning  # type: ignore[assignment]
    return changed


def _history(first: str, before: Action, drawer: Drawer) -> tuple[Turn, ...]:
    asked = Turn(role="user", text=first)
    if drawer.rng.random() < _SILENT_SHARE:
        return (asked,)
    said = drawer.rng.choice(lines("surfaces", "replies")).strip()
    if drawer.rng.random() < _CALL_SHARE:
        said = drawer.rng.choice((call_text(before), f"{call_text(before)} done"))
    return (asked, Turn(role="assistant", text=said))
