"""A response curve: past weeks as dots, what spend is expected to bring with its band, and the planned spend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.axes import Axes, joined
from agent.report.charts.svg import drawing, element, linked, words

_LEFT, _TOP = 52.0, 30.0


@dataclass(frozen=True)
class OnCurve:
    """What one spend is expected to bring, with its interval."""

    spend: float
    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class CurveChart:
    """What the chart says besides its curve.

    Attributes:
        name: Unique in the page.
        title: What is shown.
        across: What runs across, with its unit.
        upwards: What runs upwards, with its unit.
        band: What the band is.
        href: Anchor of the planned spend.
        width: In user units.
    """

    name: str
    title: str
    across: str
    upwards: str
    band: str
    href: str | None = None
    width: float = 440.0


def draw_curve(
    chart: CurveChart, points: Sequence[OnCurve], planned: OnCurve, past: Sequence[tuple[float, float]]
) -> Markup:
    """Draw the curve; past weeks beyond its axes are left out, since one freak week would flatten it."""
    usual = sorted(brought for _, brought in past)[: max(1, len(past) * 19 // 20)]
    axes = Axes.reaching(
        max(point.spend for point in [*points, planned]),
        max([*(point.high for point in [*points, planned]), *usual]),
        width=chart.width, left=_LEFT, top=_TOP,
    )  # fmt: skip
    inside = [(x, y) for x, y in past if x <= axes.across[-1] and y <= axes.up[-1]]
    body = [
        words(f"{chart.upwards}; {chart.band}", 0, 14, "axis"),
        axes.draw(chart.across),
        _band(points, axes),
        *(_dot(_at(axes, spend, brought)) for spend, brought in inside),
        element("polyline", points=joined([_at(axes, p.spend, p.expected) for p in points]), class_="line ahead"),
        linked(chart.href, _planned(planned, axes)),
    ]
    told = "; ".join(f"{p.spend:,.0f} brings {p.expected:,.0f} ({p.low:,.0f} to {p.high:,.0f})" for p in points[::4])
    described = f"{chart.across}; {chart.upwards}. {told}. {_written(planned)}."
    return drawing(chart.name, chart.title, described, axes.size, body)


def _at(axes: Axes, spend: float, brought: float) -> tuple[float, float]:
    """Return the place of a point; what brings less than nothing stands on the axis."""
    return axes.place(spend, max(brought, 0.0))


def _band(points: Sequence[OnCurve], axes: Axes) -> Markup:
    upper = [_at(axes, point.spend, point.high) for point in points]
    lower = [_at(axes, point.spend, point.low) for point in reversed(points)]
    path = "L".join(f"{x:.2f} {y:.2f}" for x, y in [*upper, *lower])
    return element("path", d=f"M{path}Z", class_="band80")


def _dot(at: tuple[float, float]) -> Markup:
    return element("circle", cx=at[0], cy=at[1], r=2.5, class_="week")


def _written(planned: OnCurve) -> str:
    return f"Planned: {planned.spend:,.0f} brings {planned.expected:,.0f} ({planned.low:,.0f} to {planned.high:,.0f})"


def _planned(planned: OnCurve, axes: Axes) -> Markup:
    """Draw the planned spend: a point with its interval, and a line down to the axis."""
    x, y = _at(axes, planned.spend, planned.expected)
    low, high = _at(axes, planned.spend, planned.low)[1], _at(axes, planned.spend, planned.high)[1]
    path = f"M{x:.2f} {low:.2f}V{high:.2f}M{x - 5:.2f} {low:.2f}h10M{x - 5:.2f} {high:.2f}h10"
    right = x > axes.width - 90  # noqa: PLR2004 - room for the word beside the point
    return element(
        "g",
        element("title", Markup("{}").format(_written(planned))),
        element("line", x1=x, x2=x, y1=axes.bottom, y2=y, class_="line past", stroke_dasharray="3 3"),
        element("path", d=path, class_="whisker"),
        element("circle", cx=x, cy=y, r=5, class_="point"),
        words("planned", x - 9 if right else x + 9, axes.bottom - 8, "tick", "end" if right else "start"),
    )
