"""Bubbles on two axes, days across and orders upwards, both logarithmic; the area says how many."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, fit, linked, short_number, text_width, words

_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 18.0, 26.0, 46.0
_LARGEST, _SMALLEST = 26.0, 3.0
_ROW = 15.0
"""Least distance of two labels that overlap sideways."""

_DAYS = (0, 1, 3, 7, 14, 30, 60, 120, 240, 480, 960)
_COUNTS = (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000)
"""Marks of the axes."""


@dataclass(frozen=True)
class Bubble:
    """One thing on the map.

    Attributes:
        label: What it is.
        across: Days, not negative.
        up: Its height.
        size: What its area shows.
        written: The size as people read it.
        chosen: Whether it is marked.
        href: Anchor of the size in the page.
    """

    label: str
    across: float
    up: float
    size: float
    written: str
    chosen: bool = False
    href: str | None = None


@dataclass(frozen=True)
class BubbleChart:
    """What a map says besides its bubbles; `counted` writes each size beside its label."""

    name: str
    title: str
    axis_across: str
    axis_up: str
    width: float = 960.0
    height: float = 330.0
    counted: bool = True


@dataclass(frozen=True)
class _Plane:
    x: Callable[[float], float]
    y: Callable[[float], float]


def draw_bubbles(chart: BubbleChart, bubbles: Sequence[Bubble]) -> Markup:
    """Draw the bubbles, large ones first so that small ones lie on top, each with its label."""
    days = _marks(_DAYS, max((bubble.across for bubble in bubbles), default=1.0))
    counts = _marks(_COUNTS, max((bubble.up for bubble in bubbles), default=1.0))
    room = (chart.width - _LEFT - _RIGHT - 2 * _LARGEST, chart.height - _TOP - _BOTTOM - _LARGEST)
    plane = _Plane(
        lambda across: _LEFT + _LARGEST + room[0] * math.log1p(across) / math.log1p(days[-1]),
        lambda up: _TOP + room[1] * (1 - math.log1p(up) / math.log1p(counts[-1])),
    )
    order = sorted(bubbles, key=lambda bubble: -bubble.size)
    body = [_axes(chart, plane, counts, days), *(_circle(bubble, plane, order) for bubble in order)]
    body += _labels(chart, plane, order)
    told = "; ".join(_described(bubble) for bubble in bubbles)
    return drawing(chart.name, chart.title, f"{told}.", (chart.width, chart.height), body)


def _marks(marks: Sequence[float], most: float) -> list[float]:
    """Return the marks up to the first that is not below `most`, and at least to 1.

    >>> _marks((0, 1, 3, 10, 30), 4), _marks((0, 1, 3), 9)
    ([0, 1, 3, 10], [0, 1, 3, 9])
    """
    most = max(most, 1)
    below = [mark for mark in marks if mark < most]
    return [*below, next((mark for mark in marks if mark >= most), most)]


def _described(bubble: Bubble) -> str:
    marked = ", chosen" if bubble.chosen else ""
    return f"{bubble.label}: {bubble.written} customers, {bubble.across:g} days, {bubble.up:g} orders{marked}"


def _axes(chart: BubbleChart, plane: _Plane, counts: Sequence[float], days: Sequence[float]) -> Markup:
    parts, bottom = [], chart.height - _BOTTOM
    for tick in counts:
        y = plane.y(tick)
        parts.append(element("line", x1=_LEFT, x2=chart.width - _RIGHT, y1=y, y2=y, class_="grid"))
        parts.append(words(short_number(tick), _LEFT - 6, y + 4, "tick", "end"))
    for mark in days if chart.width > 500 else days[::-2]:
        parts.append(words(short_number(mark), plane.x(mark), bottom + 16, "tick", "middle"))
    parts.append(words(chart.axis_across, (_LEFT + chart.width - _RIGHT) / 2, chart.height - 8, "axis", "middle"))
    parts.append(words(chart.axis_up, 2, 10, "axis"))
    return element("g", *parts)


def _radius(bubble: Bubble, bubbles: Sequence[Bubble]) -> float:
    """Return the radius that makes the area proportional to the size."""
    most = max(other.size for other in bubbles)
    return max(_LARGEST * math.sqrt(bubble.size / most), _SMALLEST) if most > 0 else _SMALLEST


def _circle(bubble: Bubble, plane: _Plane, bubbles: Sequence[Bubble]) -> Markup:
    return element(
        "circle",
        cx=plane.x(bubble.across),
        cy=plane.y(bubble.up),
        r=_radius(bubble, bubbles),
        class_="spot chosen" if bubble.chosen else "spot",
    )


def _labels(chart: BubbleChart, plane: _Plane, bubbles: Sequence[Bubble]) -> list[Markup]:
    """Write each label beside its bubble, moved down while it would lie on one already written."""
    written: list[tuple[float, float, float]] = []
    parts = []
    for bubble in sorted(bubbles, key=lambda bubble: plane.y(bubble.up)):
        text = fit(f"{bubble.label} {bubble.written}" if chart.counted else bubble.label, chart.width / 2)
        width, radius = text_width(text), _radius(bubble, bubbles) + 4
        x, y = plane.x(bubble.across) + radius, plane.y(bubble.up) + 4
        if x + width > chart.width:
            x = max(plane.x(bubble.across) - radius - width, 0.0)
        while any(abs(y - other) < _ROW and x < end and start < x + width for start, end, other in written):
            y += 1
        written.append((x, x + width, y))
        parts.append(linked(bubble.href, words(text, x, y, "label chosen" if bubble.chosen else "label")))
    return parts
