"""A line of weekly values over the whole history, with the gaps in it shaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, short_number, ticks, words
from agent.report.wording import short_day

_LEFT, _RIGHT, _TOP, _PLOT, _BOTTOM = 56.0, 14.0, 48.0, 190.0, 28.0
_LABEL_ROOM = 104.0
"""Least distance of two labels of the time axis."""
_LEAST_SHADE = 3.0


@dataclass(frozen=True)
class WeekChart:
    """What the chart says besides its weeks.

    Attributes:
        name: Unique in the page.
        title: What is shown.
        axis: What the vertical axis measures.
        gaps: First and last day of each stretch to shade.
        prefix: Currency sign before axis numbers.
        width: In user units.
    """

    name: str
    title: str
    axis: str
    gaps: tuple[tuple[dt.date, dt.date], ...] = ()
    prefix: str = ""
    width: float = 960.0


def draw_weeks(chart: WeekChart, weeks: Sequence[tuple[dt.date, float]]) -> Markup:
    """Draw the weeks, each at its Monday, on an axis that starts at zero."""
    if not weeks:
        return drawing(chart.name, chart.title, "No weeks.", (chart.width, 30.0), [words("no weeks", 0, 16, "axis")])
    first, last = weeks[0][0], weeks[-1][0] + dt.timedelta(days=6)
    room = chart.width - _LEFT - _RIGHT
    scale = ticks(max(value for _, value in weeks))

    def x(day: dt.date) -> float:
        return _LEFT + room * (day - first).days / max((last - first).days, 1)

    def y(value: float) -> float:
        return _TOP + _PLOT * (1 - max(value, 0.0) / scale[-1])

    points = " ".join(f"{x(day):.2f},{y(value):.2f}" for day, value in weeks)
    shades = [_shade(x(max(start, first)), x(min(end + dt.timedelta(days=1), last))) for start, end in chart.gaps]
    labels = [_label(day, x(day)) for day in _labelled(first, last, room)]
    body = [_grid(chart, scale), *shades, element("polyline", points=points, class_="line ahead"), *labels]
    if chart.gaps:
        body += [
            element("rect", x=0, y=2, width=16, height=11, rx=2, class_="period"),
            words("no orders", 21, 12, "tick"),
        ]
    return drawing(chart.name, chart.title, _described(chart, weeks), (chart.width, _TOP + _PLOT + _BOTTOM), body)


def _described(chart: WeekChart, weeks: Sequence[tuple[dt.date, float]]) -> str:
    values = [value for _, value in weeks]
    told = f"{len(weeks)} weeks from {weeks[0][0]} to {weeks[-1][0]}, {min(values):,.0f} to {max(values):,.0f}"
    gaps = "".join(f"; no orders from {start} to {end}" for start, end in chart.gaps)
    return f"{chart.axis}. {told}{gaps}."


def _grid(chart: WeekChart, scale: Sequence[float]) -> Markup:
    parts = [words(chart.axis, 0, 34, "axis")]
    for tick in scale:
        y = _TOP + _PLOT * (1 - tick / scale[-1])
        parts.append(element("line", x1=_LEFT, x2=chart.width - _RIGHT, y1=y, y2=y, class_="grid"))
        parts.append(words(short_number(tick, chart.prefix), _LEFT - 8, y + 4, "tick", "end"))
    return element("g", *parts)


def _shade(start: float, end: float) -> Markup:
    return element("rect", x=start, y=_TOP, width=max(end - start, _LEAST_SHADE), height=_PLOT, class_="period")


def _label(day: dt.date, x: float) -> Markup:
    base = _TOP + _PLOT
    tick = element("line", x1=x, x2=x, y1=base, y2=base + 5, class_="grid")
    return element("g", tick, words(f"{short_day(day)} {day.year}", x, base + 20, "tick", "start"))


def _labelled(first: dt.date, last: dt.date, room: float) -> list[dt.date]:
    """Choose weeks to label, so that labels neither touch nor leave the frame."""
    weeks = max((last - first).days // 7, 1)
    step = max(1, -(-int(_LABEL_ROOM * weeks) // int(room)))
    days = [first + dt.timedelta(weeks=week) for week in range(0, weeks + 1, step)]
    per_day = room / max((last - first).days, 1)
    return [day for day in days if (last - day).days * per_day >= _LABEL_ROOM * 0.8]
