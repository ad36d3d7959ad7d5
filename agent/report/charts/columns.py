"""Columns side by side, for how many fall into each range; or points on a line, for a share that falls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, linked, short_number, text_width, ticks, words

_LEFT, _RIGHT, _TOP, _PLOT, _BOTTOM = 44.0, 8.0, 22.0, 170.0, 46.0


@dataclass(frozen=True)
class Column:
    """One range: its name below the axis, its height, and the height as people read it."""

    label: str
    value: float
    written: str
    href: str | None = None


@dataclass(frozen=True)
class ColumnChart:
    """What the chart says besides its columns.

    Attributes:
        name: Unique in the page.
        title: What is shown.
        axis: What the ranges below are of, with the unit.
        width: In user units.
        top: Fixed end of the vertical axis, such as 100 for percent; by default what the columns need.
        line: Whether points joined by a line are drawn instead of columns.
    """

    name: str
    title: str
    axis: str
    width: float = 440.0
    top: float | None = None
    line: bool = False


def draw_columns(chart: ColumnChart, columns: Sequence[Column]) -> Markup:
    """Draw the columns, or the points, from left to right on an axis that starts at zero."""
    scale = ticks(chart.top or max((column.value for column in columns), default=0.0))
    step = (chart.width - _LEFT - _RIGHT) / max(len(columns), 1)
    middles = [_LEFT + step * (place + 0.5) for place in range(len(columns))]
    heights = [_PLOT * max(column.value, 0.0) / scale[-1] for column in columns]
    body = [_axis(chart, scale)]
    if chart.line:
        points = " ".join(f"{x:.2f},{_TOP + _PLOT - y:.2f}" for x, y in zip(middles, heights, strict=True))
        body.append(element("polyline", points=points, class_="line ahead"))
    body += [_mark(chart, x, height, step) for x, height in zip(middles, heights, strict=True)]
    body += _texts(columns, middles, heights, step)
    told = "; ".join(f"{column.label}: {column.written}" for column in columns)
    return drawing(chart.name, chart.title, f"{chart.axis}. {told}.", (chart.width, _TOP + _PLOT + _BOTTOM), body)


def _axis(chart: ColumnChart, scale: Sequence[float]) -> Markup:
    parts = []
    for tick in scale:
        y = _TOP + _PLOT * (1 - tick / scale[-1])
        parts.append(element("line", x1=_LEFT, x2=chart.width - _RIGHT, y1=y, y2=y, class_="grid"))
        parts.append(words(short_number(tick), _LEFT - 6, y + 4, "tick", "end"))
    middle = (_LEFT + chart.width - _RIGHT) / 2
    return element("g", *parts, words(chart.axis, middle, _TOP + _PLOT + 38, "axis", "middle"))


def _mark(chart: ColumnChart, x: float, height: float, step: float) -> Markup:
    top = _TOP + _PLOT - height
    if chart.line:
        return element("circle", cx=x, cy=top, r=4, class_="point")
    return element("rect", x=x - step * 0.42, y=top, width=step * 0.84, height=height, rx=1, class_="bar")


def _texts(columns: Sequence[Column], middles: Sequence[float], heights: Sequence[float], step: float) -> list[Markup]:
    """Write the values above and the ranges below, leaving out as many as would overlap."""
    widest = max((max(text_width(column.label), text_width(column.written)) for column in columns), default=0.0)
    every = max(1, -(-int(widest + 4) // max(int(step), 1)))
    parts = []
    for place, (column, x, height) in enumerate(zip(columns, middles, heights, strict=True)):
        if place % every == 0:
            value = words(column.written, x, _TOP + _PLOT - height - 8, "value", "middle")
            parts.append(linked(column.href, value))
            parts.append(words(column.label, x, _TOP + _PLOT + 16, "tick", "middle"))
    return parts
