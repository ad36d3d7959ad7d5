"""A small timeline: events above, one lane a channel, the days of the offer shaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, fit, linked, text_width, words
from agent.report.wording import short_day

_LANE, _EVENT, _AXIS = 38.0, 22.0, 44.0
_GAP = 10.0


@dataclass(frozen=True)
class Mark:
    """A day or a few with a name.

    Attributes:
        first: First day.
        last: Last day.
        label: What happens.
        href: Anchor of the day in the page.
    """

    first: dt.date
    last: dt.date
    label: str
    href: str | None = None


@dataclass(frozen=True)
class Timeline:
    """What a timeline shows.

    Attributes:
        name: Unique in the page.
        title: What is shown.
        first: First day of the axis.
        last: Last day of the axis.
        lanes: Lane name and its sends.
        events: Events of the calendar.
        offer: The days of the offer.
        width: In user units.
    """

    name: str
    title: str
    first: dt.date
    last: dt.date
    lanes: tuple[tuple[str, tuple[Mark, ...]], ...]
    events: tuple[Mark, ...]
    offer: Mark
    width: float = 960.0

    @property
    def left(self) -> float:
        """Return where the axis starts."""
        widest = max((text_width(name) for name, _ in self.lanes), default=0)
        return min(max(widest, text_width("Offer")) + 18, self.width * 0.3)

    def x(self, day: dt.date) -> float:
        """Return where a day starts."""
        span = max((self.last - self.first).days + 1, 1)
        return self.left + (self.width - self.left - 8) * (day - self.first).days / span

    def middle(self, day: dt.date) -> float:
        """Return the middle of a day."""
        return (self.x(day) + self.x(day + dt.timedelta(days=1))) / 2


def draw_timeline(timeline: Timeline) -> Markup:
    """Draw events in as many rows as their names need, then the lanes, then the days."""
    rows = _event_rows(timeline)
    top = _EVENT * (max((row for _, row, _ in rows), default=-1) + 1) + 8
    bottom = top + _LANE * (len(timeline.lanes) + 1)
    body = [_days(timeline, top, bottom), *(_event(timeline, *row, bottom) for row in rows), _offer(timeline, top)]
    for place, (name, sends) in enumerate(timeline.lanes, start=1):
        body.append(_lane(timeline, name, sends, top + _LANE * place))
    size = (timeline.width, bottom + _AXIS)
    return drawing(timeline.name, timeline.title, _described(timeline), size, body)


def _described(timeline: Timeline) -> str:
    sends = [f"{name} on {short_day(mark.first)}" for name, marks in timeline.lanes for mark in marks]
    events = [f"{mark.label} on {short_day(mark.first)}" for mark in timeline.events]
    offer = f"offer from {short_day(timeline.offer.first)} to {short_day(timeline.offer.last)}"
    return "; ".join([*sends, *events, offer]) + "."


def _event_rows(timeline: Timeline) -> list[tuple[Mark, int, float]]:
    """Give each event inside the axis the first row where its name has room; return it with row and position."""
    taken: list[float] = []
    placed = []
    for mark in timeline.events:
        if mark.last < timeline.first or mark.first > timeline.last:
            continue
        needed = text_width(mark.label) + 14
        x = max(timeline.left, min(timeline.middle(max(mark.first, timeline.first)), timeline.width - needed))
        row = next((row for row, end in enumerate(taken) if end <= x), len(taken))
        taken[row : row + 1] = [x + needed + _GAP]
        placed.append((mark, row, x))
    return placed


def _event(timeline: Timeline, mark: Mark, row: int, x: float, bottom: float) -> Markup:
    y = _EVENT * row + 14
    first, last = max(mark.first, timeline.first), min(mark.last, timeline.last)
    if last > first:
        end = timeline.x(last + dt.timedelta(days=1))
        line = element("rect", x=timeline.x(first), y=y + 4, width=end - timeline.x(first), height=2.5, class_="event")
    else:
        middle = timeline.middle(first)
        line = element("line", x1=middle, x2=middle, y1=y + 4, y2=bottom, class_="event")
    room = timeline.width - x
    return element("g", line, linked(mark.href, words(fit(mark.label, room), x, y, "event")))


def _days(timeline: Timeline, top: float, bottom: float) -> Markup:
    count = (timeline.last - timeline.first).days + 1
    per_day = (timeline.width - timeline.left) / max(count, 1)
    step = next((days for days in (1, 2, 7, 14, 28, 91) if days * per_day >= text_width("30 Nov") + 14), 182)
    parts = []
    for offset in range(0, count, step):
        day = timeline.first + dt.timedelta(days=offset)
        x = timeline.middle(day)
        parts.append(element("line", x1=x, x2=x, y1=top, y2=bottom + 4, class_="grid"))
        parts.append(words(short_day(day), x, bottom + 18, "tick", "middle"))
    centre = timeline.left + (timeline.width - timeline.left) / 2
    return element("g", *parts, words("day of the send", centre, bottom + 36, "axis", "middle"))


def _offer(timeline: Timeline, top: float) -> Markup:
    mark = timeline.offer
    first, last = max(mark.first, timeline.first), min(mark.last, timeline.last)
    x, end = timeline.x(first), timeline.x(last + dt.timedelta(days=1))
    return element(
        "g",
        words("Offer", timeline.left - 10, top + _LANE / 2 + 4, "label", "end"),
        element("rect", x=x, y=top + 9, width=max(end - x, 2.0), height=_LANE - 18, rx=3, class_="offer"),
        linked(mark.href, words(fit(mark.label, end - x - 12), x + 8, top + _LANE / 2 + 4, "on-offer")),
    )


def _lane(timeline: Timeline, name: str, sends: Sequence[Mark], top: float) -> Markup:
    middle = top + _LANE / 2
    parts = [
        words(fit(name, timeline.left - 12), timeline.left - 10, middle + 4, "label", "end"),
        element("line", x1=timeline.left, x2=timeline.width - 8, y1=middle, y2=middle, class_="grid"),
    ]
    free = timeline.left
    for mark in sends:
        x = timeline.middle(mark.first)
        needed = text_width(mark.label) + 14
        over_edge = x + needed > timeline.width
        start = x - needed if over_edge else x + 8
        y = middle - 8 if start >= free else middle + 18
        free = start + needed
        parts.append(element("circle", cx=x, cy=middle, r=6, class_="send"))
        parts.append(linked(mark.href, words(mark.label, max(start, timeline.left), y, "value")))
    return element("g", *parts)
