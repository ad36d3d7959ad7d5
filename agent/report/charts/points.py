"""Points on two number axes from zero, joined from left to right, beside what would be perfect or random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, linked, short_number, ticks, words

_LEFT, _RIGHT, _TOP, _PLOT, _BOTTOM = 44.0, 14.0, 14.0, 190.0, 46.0


@dataclass(frozen=True)
class Point:
    """One point, in words too, with the anchor of its value."""

    across: float
    up: float
    written: str
    href: str | None = None


@dataclass(frozen=True)
class PointChart:
    """What the chart says besides its points.

    Attributes:
        name: Unique in the page.
        title: What is shown.
        axis: What runs across, with its unit; `written` says what runs upwards.
        reference: Ends of the dashed line to compare with: (across, up) twice.
        width: In user units.
    """

    name: str
    title: str
    axis: str
    reference: tuple[tuple[float, float], tuple[float, float]]
    width: float = 440.0


def draw_points(chart: PointChart, points: Sequence[Point]) -> Markup:
    """Draw points, the line that joins them, and the line to compare with."""
    ends = chart.reference
    across = ticks(max([point.across for point in points] + [end[0] for end in ends]))
    up = ticks(max([point.up for point in points] + [end[1] for end in ends]))

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            _LEFT + (chart.width - _LEFT - _RIGHT) * x / across[-1],
            _TOP + _PLOT * (1 - y / up[-1]),
        )

    body = [_axes(chart, across, up)]
    (x1, y1), (x2, y2) = (place(*end) for end in ends)
    body.append(element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="line past", stroke_dasharray="5 4"))
    placed = [place(point.across, point.up) for point in points]
    body.append(element("polyline", points=" ".join(f"{x:.2f},{y:.2f}" for x, y in placed), class_="line ahead"))
    for point, (x, y) in zip(points, placed, strict=True):
        dot = element("circle", element("title", words_of(point)), cx=x, cy=y, r=4, class_="point")
        body.append(linked(point.href, dot))
    told = "; ".join(point.written for point in points)
    return drawing(chart.name, chart.title, f"{chart.axis}. {told}.", (chart.width, _TOP + _PLOT + _BOTTOM), body)


def words_of(point: Point) -> Markup:
    """Return a point's words, escaped."""
    return Markup("{}").format(point.written)


def _axes(chart: PointChart, across: Sequence[float], up: Sequence[float]) -> Markup:
    right, bottom = chart.width - _RIGHT, _TOP + _PLOT
    parts = []
    for tick in up:
        y = _TOP + _PLOT * (1 - tick / up[-1])
        parts.append(element("line", x1=_LEFT, x2=right, y1=y, y2=y, class_="grid"))
        parts.append(words(short_number(tick), _LEFT - 6, y + 4, "tick", "end"))
    for tick in across:
        x = _LEFT + (right - _LEFT) * tick / across[-1]
        parts.append(words(short_number(tick), x, bottom + 18, "tick", "middle"))
    return element("g", *parts, words(chart.axis, (_LEFT + right) / 2, bottom + 38, "axis", "middle"))
