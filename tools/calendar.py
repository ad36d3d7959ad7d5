"""List what falls into a period: holidays, retail seasons, the shop's own past peaks, running promotions."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from tools.contract import Answer, Frozen, Query, Tool
from tools.errors import ToolError
from tools.warehouse.view import StoreView

EventKind = Literal["holiday", "season", "peak", "promotion"]


class CalendarQuery(Query):
    """A period, and whose holidays count."""

    starts_on: dt.date = Field(description="First day, ISO 8601.")
    ends_on: dt.date = Field(description="Last day, ISO 8601.")
    country: str | None = Field(None, description="Country by name or ISO code; the shop's own by default.")


class CalendarEvent(Frozen):
    """One thing to know about a day or a week."""

    on: dt.date = Field(description="First day of it.")
    until: dt.date = Field(description="Last day of it; the same as `on` for a single day.")
    name: str = Field(description="Name.")
    kind: EventKind = Field(description="Holiday, retail season, past peak of this shop, or promotion.")
    note: str = Field(description="Why it is listed.")
    units_lift_percent: float | None = Field(
        None, description="Units sold in those days of last year over the shop's usual, in percent; null if unknown."
    )


class CalendarAnswer(Answer):
    """The events of a period, in order of their first day."""

    starts_on: dt.date = Field(description="First day looked at.")
    ends_on: dt.date = Field(description="Last day looked at.")
    country: str = Field(description="Country whose holidays were used, ISO 3166 code.")
    events: tuple[CalendarEvent, ...] = Field(description="Events by first day.")
    running_promotions: int = Field(ge=0, description="Product promotions known to run in the period.")
    truncated: bool = Field(description="Whether the list of events was cut.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")


def calendar(query: CalendarQuery, view: StoreView) -> CalendarAnswer:
    """List holidays, retail seasons, the shop's own past peaks and running promotions between two days."""
    raise ToolError("calendar is not ready")


TOOL = Tool(query=CalendarQuery, answer=CalendarAnswer, run=calendar)
