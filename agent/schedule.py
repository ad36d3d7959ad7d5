"""Place the sends of each channel on days between the brief's first and last, by the house's policy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from agent.campaign import Send
from agent.dossier import Dossier
from agent.figures import evaluate

_PURPOSES = {"announce_days": "Announce the offer.", "remind_days": "Remind those who have not responded."}


@dataclass(frozen=True)
class _Slot:
    channel: str
    source: str
    day: dt.date
    purpose: str


def plan_sends(dossier: Dossier) -> tuple[Send, ...]:
    """Return the sends in order of day.

    A send that the policy would place before the brief's first day moves to the first day; a reminder that would
    then fall together with the announcement is left out.
    """
    slots: list[_Slot] = []
    for channel in dossier.brief.channels:
        slots += _channel_slots(dossier, channel)
    ordered = sorted(slots, key=lambda slot: (slot.day, slot.channel))
    return tuple(
        Send(
            channel=slot.channel,
            on=dossier.figure(slot.source, "date"),
            at=dossier.figure(f"{{P.schedule.{slot.channel}.at}}", "text"),
            purpose=dossier.text(slot.purpose),
        )
        for slot in ordered
    )


def _channel_slots(dossier: Dossier, channel: str) -> list[_Slot]:
    rule: dict[str, Any] = dossier.policy["schedule"][channel]
    slots: dict[dt.date, _Slot] = {}
    for key, purpose in _PURPOSES.items():
        if key in rule:
            slot = _place(dossier, channel, key, purpose)
            slots.setdefault(slot.day, slot)
    return list(slots.values())


def _place(dossier: Dossier, channel: str, key: str, purpose: str) -> _Slot:
    source = f"{{B.ends_on}} - {{P.schedule.{channel}.{key}}}"
    day = dt.date.fromisoformat(str(evaluate(source, dossier.roots)))
    if day < dossier.brief.starts_on:
        source, day = "{B.starts_on}", dossier.brief.starts_on
    return _Slot(channel, source, day, purpose)
