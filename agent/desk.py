"""The desk: the store as of a day, the model that speaks, and whoever watches; opened at the front door."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from agent.dossier import Shop
from agent.requests import Event, Step, Watcher, ignore
from agent.speaker import Speaker
from tools.warehouse.store import Store, open_store
from tools.warehouse.view import StoreView


@dataclass(frozen=True)
class ModelName:
    """Which weights speak.

    Attributes:
        name: Name as the user gives it.
        runtime: What runs it.
        sha256: Digest of the weights; empty for rules and for servers.
    """

    name: str
    runtime: str
    sha256: str = ""


RULES = ModelName("rules", "no model")


@dataclass(frozen=True)
class Desk:
    """What one run works with.

    Attributes:
        speaker: The model; None means that rules choose and templates write.
    """

    view: StoreView
    speaker: Speaker | None
    model: ModelName = RULES
    watch: Watcher = field(default=ignore)

    @property
    def shop(self) -> Shop:
        """Return what a campaign says about the shop."""
        meta = self.view.meta
        return Shop(meta.name, meta.shop_name, meta.currency, meta.country)

    def tell(self, step: Step, message: str, seconds: float | None = None) -> None:
        """Tell the watcher a note."""
        self.watch(Event(step=step, kind="note", message=message, seconds=seconds))


def view_at(store: str, as_of: dt.date | None, seed: int) -> StoreView:
    """Open a store as of a day; by default the day after its last order.

    Raises:
        InputError: Unknown store, or a day about which its data say nothing.
    """
    opened = open_store(store)
    return opened.at(as_of or latest_day(opened), seed)


def latest_day(store: Store) -> dt.date:
    """Return the first day on which all of a store's orders are known."""
    return store.meta.last_at.date() + dt.timedelta(days=1)
