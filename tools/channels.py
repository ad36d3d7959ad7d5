"""The channels a shop can use: their names in the marketer's words, and what a contact costs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field

from tools.frozen import Frozen
from tools.names import Match, resolve_name
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

UNIT_COSTS_FILE = Path(__file__).parent / "data" / "unit_costs.yaml"


class ChannelCost(Frozen):
    """What one contact through a channel costs."""

    unit_cost: float = Field(gt=0, description="Cost of one send or click, in US dollars.")
    most_sends: int = Field(ge=1, description="Sends of one campaign to one customer at most.")
    unit: Literal["send", "click"] = Field(description="What is paid for.")
    aliases: tuple[str, ...] = Field(description="Other words for the channel.")
    source: str = Field(description="Where the cost comes from.")


class RepeatFactor(Frozen):
    """How much less a customer's next contact brings."""

    value: float = Field(gt=0, lt=1, description="Response of the next contact over the one before.")
    source: str = Field(description="Where it comes from.")


class UnitCosts(Frozen):
    """The content of `unit_costs.yaml`."""

    repeat_factor: RepeatFactor = Field(description="Fatigue within a campaign.")
    channels: dict[str, ChannelCost] = Field(description="Channels that cost money per contact.")
    free: tuple[str, ...] = Field(description="Channels that cost nothing per contact.")


@cache
def unit_costs() -> UnitCosts:
    """Read the published unit costs that stand in for a shop's own."""
    return UnitCosts.model_validate(yaml.safe_load(UNIT_COSTS_FILE.read_text(encoding="utf-8")))


def find_channel(words: str, also: tuple[str, ...] = ()) -> Match:
    """Resolve the marketer's word for a channel.

    Args:
        words: Such as "text messages" or "Facebook".
        also: Channels of the store that the built-in list may lack.

    Raises:
        ToolError: No channel is near.
    """
    costs = unit_costs()
    known = tuple(dict.fromkeys((*also, *costs.channels, *costs.free)))
    own = next((name for name in known if _plain(name) == _plain(words)), None)
    if own is not None:
        return Match(own, "exact" if own == words else "case")
    for name, cost in costs.channels.items():
        if _plain(words) in {_plain(alias) for alias in cost.aliases}:
            return Match(name, "meaning")
    return resolve_name(words, known, "channel")


def _plain(words: str) -> str:
    return " ".join(words.lower().replace("_", " ").replace("-", " ").split())


def reachable(view: StoreView, channel: str, customer_ids: frozenset[str]) -> tuple[frozenset[str], str | None]:
    """Return which customers may be contacted through the channel, and a warning where that is unknown or nobody.

    Ads need no consent here: the platform shows them, the shop contacts nobody.
    """
    if not view.has(Table.CONSENTS):
        return customer_ids, "table consents is not in the store: everybody is counted as reachable"
    cost = unit_costs().channels.get(channel)
    if cost is not None and cost.unit == "click":
        return customer_ids, None
    consents = view.frame(Table.CONSENTS, [Column.CUSTOMER_ID, Column.CHANNEL, "allowed", Column.AT])
    latest = consents[consents[Column.CHANNEL] == channel].sort_values(Column.AT, kind="stable")
    latest = latest.drop_duplicates(Column.CUSTOMER_ID, keep="last")
    allowed = frozenset(latest.loc[latest["allowed"].astype(bool), Column.CUSTOMER_ID])
    found = customer_ids & allowed
    return found, None if found else f"nobody has allowed contact through {channel} in the table consents"
