"""A response curve: past weeks as dots, what spend is expected to bring with its band, and the planned spend."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, linked, short_number, ticks, words

_LEFT, _RIGHT, _TOP, _PLOT, _BOTTOM = 52.0, 14.0, 30.0, 190.0, 46.0


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


Place = Callable[[float, float], tuple[float, float]]


def draw_curve(
    chart: CurveChart, points: Sequence[OnCurve], planned: OnCurve, past: Sequence[tuple[float, float]]
) -> Markup:
    """Draw the curve; past weeks beyond its axes are left out, since one freak week would flatten it."""
    across = ticks(max(point.spend for point in [*points, planned]))
    most = max(point.high for point in [*points, planned])
    usual = sorted(brought for _, brought in past)[: max(1, len(past) * 19 // 20)]
    up = ticks(max([most, *usual]))

    def place(spend: float, brought: float) -> tuple[float, float]:
        return (
            _LEFT + (chart.width - _LEFT - _RIGHT) * spend / across[-1],
            _TOP + _PLOT * (1 - max(brought, 0.0) / up[-1]),
        )

    inside = [(spend, brought) for spend, brought in past if spend <= across[-1] and brought <= up[-1]]
    body = [
        _axes(chart, across, up),
        _band(points, place),
        *(_dot(place(spend, brought)) for spend, brought in inside),
        element("polyline", points=_joined(place(p.spend, p.expected) for p in points), class_="line ahead"),
        linked(chart.href, _planned(chart, planned, place)),
    ]
    told = "; ".join(f"{p.spend:,.0f} brings {p.expected:,.0f} ({p.low:,.0f} to {p.high:,.0f})" for p in points[::4])
    described = f"{chart.across}; {chart.upwards}. {told}. {_written(planned)}."
    return drawing(chart.name, chart.title, described, (chart.width, _TOP + _PLOT + _BOTTOM), body)


def _joined(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in places)


def _band(points: Sequence[OnCurve], place: Place) -> Markup:
    upper = [place(point.spend, point.high) for point in points]
    lower = [place(point.spend, point.low) for point in reversed(points)]
    path = "L".join(f"{x:.2f} {y:.2f}" for x, y in [*upper, *lower])
    return element("path", d=f"M{path}Z", class_="band80")


def _dot(at: tuple[float, float]) -> Markup:
    return element("circle", cx=at[0], cy=at[1], r=2.5, class_="week")


def _written(planned: OnCurve) -> str:
    return f"Planned: {planned.spend:,.0f} brings {planned.expected:,.0f} ({planned.low:,.0f} to {planned.high:,.0f})"


def _planned(chart: CurveChart, planned: OnCurve, place: Place) -> Markup:
    """Draw the planned spend: a point with its interval, and a line down to the axis."""
    x, y = place(planned.spend, planned.expected)
    low, high = place(planned.spend, planned.low)[1], place(planned.spend, planned.high)[1]
    path = f"M{x:.2f} {low:.2f}V{high:.2f}M{x - 5:.2f} {low:.2f}h10M{x - 5:.2f} {high:.2f}h10"
    right = x > chart.width - 90  # noqa: PLR2004 - room for the word beside the point
    return element(
        "g",
        element("title", Markup("{}").format(_written(planned))),
        element("line", x1=x, x2=x, y1=_TOP + _PLOT, y2=y, class_="line past", stroke_dasharray="3 3"),
        element("path", d=path, class_="whisker"),
        element("circle", cx=x, cy=y, r=5, class_="point"),
        words("planned", x - 9 if right else x + 9, _TOP + _PLOT - 8, "tick", "end" if right else "start"),
    )


def _axes(chart: CurveChart, across: Sequence[float], up: Sequence[float]) -> Markup:
    right, bottom = chart.width - _RIGHT, _TOP + _PLOT
    parts = [words(f"{chart.upwards}; {chart.band}", 0, 14, "axis")]
    for tick in up:
        y = _TOP + _PLOT * (1 - tick / up[-1])
        parts.append(element("line", x1=_LEFT, x2=right, y1=y, y2=y, class_="grid"))
        parts.append(words(short_number(tick), _LEFT - 6, y + 4, "tick", "end"))
    for tick in across:
        x = _LEFT + (right - _LEFT) * tick / across[-1]
        parts.append(words(short_number(tick), x, bottom + 18, "tick", "middle"))
    return element("g", *parts, words(chart.across, (_LEFT + right) / 2, bottom + 38, "axis", "middle"))
