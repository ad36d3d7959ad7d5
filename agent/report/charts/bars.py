"""Horizontal bars with intervals: one row a thing, its label left, its value right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, fit, linked, short_number, text_width, ticks, words

_ROW, _BAR, _AXIS, _TOP = 30.0, 14.0, 42.0, 6.0
_LABEL_SHARE = 0.46
"""Most of the width that labels may take."""


@dataclass(frozen=True)
class Bar:
    """One row.

    Attributes:
        label: What the row is about.
        value: Length of the bar.
        written: The value as people read it.
        low: Lower end of the interval, if there is one.
        high: Upper end of the interval.
        chosen: Whether the row is marked.
        href: Anchor of the value in the page.
    """

    label: str
    value: float
    written: str
    low: float | None = None
    high: float | None = None
    chosen: bool = False
    href: str | None = None


@dataclass(frozen=True)
class BarChart:
    """What a bar chart says besides its rows.

    Attributes:
        name: Unique in the page.
        title: What is shown.
        axis: What the horizontal axis measures, with its unit.
        width: In user units.
        prefix: Currency sign before axis numbers.
        ticked: Whether chosen rows get a tick mark besides their colour.
    """

    name: str
    title: str
    axis: str
    width: float = 440.0
    prefix: str = ""
    ticked: bool = False


def draw_bars(chart: BarChart, rows: Sequence[Bar]) -> Markup:
    """Draw the rows from top to bottom on an axis that starts at zero."""
    widest = max((text_width(row.label) for row in rows), default=0)
    left = min(widest + (26 if chart.ticked else 12), chart.width * _LABEL_SHARE)
    right = max((text_width(row.written) for row in rows), default=0) + 14
    scale = ticks(max((row.high or row.value for row in rows), default=0), 4 if chart.width < 600 else 6)
    room = chart.width - left - right
    bottom = _TOP + _ROW * len(rows)
    body = [_axis(chart, scale, (left, room), bottom)]
    for place, row in enumerate(rows):
        body.append(_row(chart, row, _TOP + _ROW * place, (left, room / scale[-1])))
    described = "; ".join(_described(row) for row in rows)
    return drawing(chart.name, chart.title, f"{chart.axis}. {described}.", (chart.width, bottom + _AXIS), body)


def _described(row: Bar) -> str:
    interval = f", interval {row.low:,.0f} to {row.high:,.0f}" if row.low is not None and row.high is not None else ""
    return f"{row.label} {row.written}{interval}{', chosen' if row.chosen else ''}"


def _axis(chart: BarChart, scale: Sequence[float], span: tuple[float, float], bottom: float) -> Markup:
    left, room = span
    parts = []
    for tick in scale:
        x = left + room * tick / scale[-1]
        parts.append(element("line", x1=x, x2=x, y1=_TOP, y2=bottom, class_="grid"))
        parts.append(words(short_number(tick, chart.prefix), x, bottom + 16, "tick", "middle"))
    parts.append(words(chart.axis, left + room / 2, bottom + 34, "axis", "middle"))
    return element("g", *parts)


def _row(chart: BarChart, row: Bar, top: float, span: tuple[float, float]) -> Markup:
    left, per_unit = span
    middle = top + _ROW / 2
    marked = " chosen" if row.chosen else ""
    label = words(fit(row.label, left - (22 if chart.ticked else 8)), left - 8, middle + 4, f"label{marked}", "end")
    bar = element(
        "rect",
        x=left,
        y=middle - _BAR / 2,
        width=max(row.value * per_unit, 1.0),
        height=_BAR,
        rx=2,
        class_=f"bar{marked}",
    )
    tick = words("✓", 2, middle + 4, "label chosen") if row.chosen and chart.ticked else Markup("")
    value = linked(row.href, words(row.written, chart.width - 2, middle + 4, f"value{marked}", "end"))
    return element("g", tick, label, bar, _whisker(row, middle, left, per_unit), value)


def _whisker(row: Bar, middle: float, left: float, per_unit: float) -> Markup:
    if row.low is None or row.high is None:
        return Markup("")
    low, high = left + row.low * per_unit, left + row.high * per_unit
    path = f"M{low:.2f} {middle - 5}v10M{low:.2f} {middle}H{high:.2f}M{high:.2f} {middle - 5}v10"
    return element("path", d=path, class_="whisker-halo") + element("path", d=path, class_="whisker")
