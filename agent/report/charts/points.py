"""Points on two number axes from zero, joined from left to right, beside what would be perfect or random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.axes import Axes, joined
from agent.report.charts.svg import drawing, element, linked

_LEFT, _TOP = 44.0, 14.0


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
    most_across = max([point.across for point in points] + [end[0] for end in ends])
    most_up = max([point.up for point in points] + [end[1] for end in ends])
    axes = Axes.reaching(most_across, most_up, width=chart.width, left=_LEFT, top=_TOP)
    (x1, y1), (x2, y2) = (axes.place(*end) for end in ends)
    placed = [axes.place(point.across, point.up) for point in points]
    body = [
        axes.draw(chart.axis),
        element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_="line past", stroke_dasharray="5 4"),
        element("polyline", points=joined(placed), class_="line ahead"),
    ]
    for point, (x, y) in zip(points, placed, strict=True):
        dot = element("circle", element("title", words_of(point)), cx=x, cy=y, r=4, class_="point")
        body.append(linked(point.href, dot))
    told = "; ".join(point.written for point in points)
    return drawing(chart.name, chart.title, f"{chart.axis}. {told}.", axes.size, body)


def words_of(point: Point) -> Markup:
    """Return a point's words, escaped."""
    return Markup("{}").format(point.written)
