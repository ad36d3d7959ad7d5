"""Differences with their intervals on an axis around zero: one row a difference, its value right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, fit, linked, short_number, text_width, ticks, words

_ROW, _AXIS, _TOP = 34.0, 42.0, 8.0
_LABEL_SHARE = 0.46


@dataclass(frozen=True)
class Interval:
    """One difference, in words too, with the anchor of its value."""

    label: str
    value: float
    low: float
    high: float
    written: str
    href: str | None = None


@dataclass(frozen=True)
class IntervalChart:
    """What the chart says besides its rows; `name` is unique in the page."""

    name: str
    title: str
    axis: str
    width: float = 440.0


def ticks_around_zero(low: float, high: float) -> tuple[float, ...]:
    """Return round numbers around a range, zero among them.

    >>> ticks_around_zero(-1.2, 4.1), ticks_around_zero(0.5, 2.0)
    ((-2.0, 0.0, 2.0, 4.0, 6.0), (0.0, 0.5, 1.0, 1.5, 2.0))
    """
    bottom, top = min(low, 0.0), max(high, 0.0)
    step = ticks(top - bottom)[1]
    first, last = math.floor(bottom / step + 1e-9), math.ceil(top / step - 1e-9)
    return tuple(round(step * number, 12) for number in range(first, last + 1))


def draw_intervals(chart: IntervalChart, rows: Sequence[Interval]) -> Markup:
    """Draw each difference as a point with its interval, and zero as the line that it must leave."""
    scale = ticks_around_zero(min(row.low for row in rows), max(row.high for row in rows))
    left = min(max(text_width(row.label) for row in rows) + 12, chart.width * _LABEL_SHARE)
    right = max(text_width(row.written) for row in rows) + 14
    per_unit = (chart.width - left - right) / (scale[-1] - scale[0])
    bottom = _TOP + _ROW * len(rows)

    def across(value: float) -> float:
        return left + (value - scale[0]) * per_unit

    body = []
    for tick in scale:
        kind = "whisker" if tick == 0 else "grid"
        body.append(element("line", x1=across(tick), x2=across(tick), y1=_TOP, y2=bottom, class_=kind))
        body.append(words(short_number(tick), across(tick), bottom + 16, "tick", "middle"))
    body.append(words(chart.axis, (left + chart.width - right) / 2, bottom + 34, "axis", "middle"))
    for place, row in enumerate(rows):
        middle = _TOP + _ROW * (place + 0.5)
        low, high = across(row.low), across(row.high)
        path = f"M{low:.2f} {middle - 5}v10M{low:.2f} {middle}H{high:.2f}M{high:.2f} {middle - 5}v10"
        body.append(words(fit(row.label, left - 8), left - 8, middle + 4, "label", "end"))
        body.append(element("path", d=path, class_="whisker"))
        body.append(element("circle", cx=across(row.value), cy=middle, r=5, class_="point"))
        body.append(linked(row.href, words(row.written, chart.width - 2, middle + 4, "value", "end")))
    told = "; ".join(f"{row.label} {row.written}, interval {row.low:,.2f} to {row.high:,.2f}" for row in rows)
    return drawing(chart.name, chart.title, f"{chart.axis}. {told}.", (chart.width, bottom + _AXIS), body)
