"""A line of past weeks, and the weeks ahead with bands of 80 and 95 percent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, short_number, text_width, ticks_between, words
from agent.report.wording import short_day

_LEFT, _RIGHT, _TOP, _PLOT, _BOTTOM = 52.0, 42.0, 48.0, 210.0, 44.0
_LABEL_ROOM = 96.0
"""Least distance of two labels of the time axis."""


@dataclass(frozen=True)
class Past:
    """One past week."""

    day: dt.date
    value: float


@dataclass(frozen=True)
class Ahead:
    """One week ahead; bands are (low, high)."""

    day: dt.date
    value: float
    band80: tuple[float, float]
    band95: tuple[float, float]


@dataclass(frozen=True)
class ForecastChart:
    """What a forecast chart says besides its weeks.

    Attributes:
        name: Unique in the page.
        title: What is shown.
        axis: What the vertical axis measures.
        width: In user units.
        period: First and last day to shade, such as those of the campaign.
        period_name: What the shade is.
    """

    name: str
    title: str
    axis: str
    width: float = 960.0
    period: tuple[dt.date, dt.date] | None = None
    period_name: str = "campaign"


@dataclass(frozen=True)
class _Plane:
    x: Callable[[dt.date], float]
    y: Callable[[float], float]
    first: dt.date
    last: dt.date
    ticks: tuple[float, ...]


def draw_forecast(
    chart: ForecastChart, past: Sequence[Past], ahead: Sequence[Ahead], after: Sequence[Past] = ()
) -> Markup:
    """Draw history and forecast on one time axis; the value axis starts where the values do.

    Args:
        chart: What the chart says besides.
        past: Past weeks.
        ahead: The weeks forecast.
        after: Weeks after a promotion that the weeks ahead assume, as far as it changes them.
    """
    plane = _plane(chart, [*past, *after], ahead)
    later = [(week.day, week.value) for week in after]
    following = [(week.day, week.value) for week in ahead[-1:]] + later if later else []
    points = [(week.day, week.value) for week in ahead] + later
    joined = [(week.day, week.value) for week in past[-1:]] + [(week.day, week.value) for week in ahead]
    body = [
        _grid(chart, plane),
        _period(chart, plane),
        _band([(week.day, *week.band95) for week in ahead], plane, "band95"),
        _band([(week.day, *week.band80) for week in ahead], plane, "band80"),
        _line([(week.day, week.value) for week in past], plane, "past"),
        _line(joined, plane, "ahead"),
        _line(following, plane, "after"),
        *(element("circle", cx=plane.x(day), cy=plane.y(value), r=3, class_="point") for day, value in points),
        _legend(chart, bool(after)),
    ]
    described = "; ".join(
        f"week of {short_day(week.day)} {week.value:,.0f}, 80% {week.band80[0]:,.0f} to {week.band80[1]:,.0f}"
        for week in ahead
    )
    if after:
        described += "; after the promotion: " + "; ".join(
            f"week of {short_day(week.day)} {week.value:,.0f}" for week in after
        )
    size = (chart.width, _TOP + _PLOT + _BOTTOM)
    return drawing(chart.name, chart.title, f"{chart.axis}, {len(past)} past weeks, then: {described}.", size, body)


def _plane(chart: ForecastChart, past: Sequence[Past], ahead: Sequence[Ahead]) -> _Plane:
    days = [*(week.day for week in past), *(week.day for week in ahead)]
    first, last = min(days), max(days)
    span = max((last - first).days, 1)
    values = [week.value for week in past] + [max(end, 0.0) for week in ahead for end in week.band95]
    scale = ticks_between(min(values), max(values))
    room = chart.width - _LEFT - _RIGHT
    return _Plane(
        x=lambda day: _LEFT + room * (day - first).days / span,
        y=lambda value: _TOP + _PLOT * (1 - (value - scale[0]) / (scale[-1] - scale[0])),
        first=first,
        last=last,
        ticks=scale,
    )


def _grid(chart: ForecastChart, plane: _Plane) -> Markup:
    parts = [words(_axis_name(chart, plane), 0, 34, "axis")]
    for tick in plane.ticks:
        y = plane.y(tick)
        parts.append(element("line", x1=_LEFT, x2=chart.width - _RIGHT, y1=y, y2=y, class_="grid"))
        parts.append(words(short_number(tick), _LEFT - 8, y + 4, "tick", "end"))
    base = _TOP + _PLOT
    for day in _labelled(plane, chart.width):
        x = plane.x(day)
        parts.append(element("line", x1=x, x2=x, y1=base, y2=base + 5, class_="grid"))
        parts.append(words(f"{short_day(day)} {day.year}", x, base + 20, "tick", "middle"))
    parts.append(words("week starting", _LEFT + (chart.width - _LEFT - _RIGHT) / 2, base + 38, "axis", "middle"))
    return element("g", *parts)


def _axis_name(chart: ForecastChart, plane: _Plane) -> str:
    """Name the value axis, and say so where it does not start at zero."""
    start = plane.ticks[0]
    return f"{chart.axis} (axis starts at {short_number(start)})" if start else chart.axis


def _labelled(plane: _Plane, width: float) -> list[dt.date]:
    """Choose weeks to label, counted back from the last, so that labels do not touch."""
    weeks = max((plane.last - plane.first).days // 7, 1)
    per_week = (width - _LEFT - _RIGHT) / weeks
    step = max(1, round(_LABEL_ROOM / per_week + 0.5))
    return [plane.last - dt.timedelta(weeks=week) for week in range(0, weeks + 1, step)][::-1]


def _period(chart: ForecastChart, plane: _Plane) -> Markup:
    if chart.period is None or chart.period[1] < plane.first or chart.period[0] > plane.last:
        return Markup("")
    start, end = plane.x(max(chart.period[0], plane.first)), plane.x(min(chart.period[1], plane.last))
    return element("rect", x=start, y=_TOP, width=max(end - start, 2.0), height=_PLOT, class_="period")


def _band(rows: Sequence[tuple[dt.date, float, float]], plane: _Plane, class_: str) -> Markup:
    upper = [f"{plane.x(day):.2f} {plane.y(high):.2f}" for day, _, high in rows]
    lower = [f"{plane.x(day):.2f} {plane.y(max(low, 0.0)):.2f}" for day, low, _ in reversed(rows)]
    return element("path", d=f"M{'L'.join([*upper, *lower])}Z", class_=class_) if rows else Markup("")


def _line(rows: Sequence[tuple[dt.date, float]], plane: _Plane, class_: str) -> Markup:
    points = " ".join(f"{plane.x(day):.2f},{plane.y(value):.2f}" for day, value in rows)
    return element("polyline", points=points, class_=f"line {class_}")


def _legend(chart: ForecastChart, after: bool) -> Markup:
    """Write the key above the plot, from left to right as far as there is room."""
    entries = [("line past", "sold"), ("line ahead", "forecast"), ("band80", "80%"), ("band95", "95%")]
    if after:
        entries.append(("line after", "after the promotion"))
    if chart.period is not None:
        entries.append(("period", chart.period_name))
    x, parts = 0.0, []
    for class_, label in entries:
        end = x + 20 + text_width(label)
        if end > chart.width:
            break
        parts += [_key(class_, x), words(label, x + 21, 12, "tick")]
        x = end + 8
    return element("g", *parts)


def _key(class_: str, x: float) -> Markup:
    if class_.startswith("line"):
        return element("line", x1=x, x2=x + 16, y1=8, y2=8, class_=class_)
    return element("rect", x=x, y=2, width=16, height=11, rx=2, class_=class_)
