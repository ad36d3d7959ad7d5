"""Charts of what each channel's spend brings, where a budget was split by curves fitted to past spend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pydantic import Field

from agent.evidence import Evidence
from agent.report.anchors import anchor
from agent.report.charts.response import CurveChart, OnCurve, draw_curve
from agent.report.knowledge import Panel
from agent.report.pictures import Picture
from agent.report.readings import Reading, read
from agent.report.wording import plain

MOST_CHANNELS: Final = 6
"""Curves drawn: those with most money first."""

_NARROW = 330.0


class PointReading(Reading):
    """What a week's spend is expected to bring."""

    spend: float = Field(ge=0, description="Spend a week.")
    expected: float = Field(description="What it brings.")
    low: float = Field(description="Lower end of its interval.")
    high: float = Field(description="Upper end.")

    @property
    def drawn(self) -> OnCurve:
        """Return it as the chart takes it."""
        return OnCurve(self.spend, self.expected, self.low, self.high)


class PastReading(Reading):
    """One past week."""

    spend: float = Field(ge=0, description="Spend.")
    brought: float = Field(description="What it brought.")


class CurveReading(Reading):
    """A channel's curve."""

    channel: str = Field(description="Channel.")
    spend_varied: bool = Field(description="Whether past spend varied.")
    chosen: PointReading = Field(description="The plan.")
    points: tuple[PointReading, ...] = Field(min_length=2, description="The curve.")
    past: tuple[PastReading, ...] = Field((), description="Past weeks.")


class BudgetReading(Reading):
    """A budget split by curves."""

    goal: str = Field(description="What was made as large as possible.")
    currency: str = Field(description="Currency.")
    interval_percent: int = Field(description="Coverage of the bands.")
    curves: tuple[CurveReading, ...] = Field(min_length=1, description="Curves.")


def draw_spending(evidence: Sequence[Evidence]) -> tuple[Panel, ...]:
    """Draw the curves of the last budget that has them, most money first."""
    found = read(evidence, "allocate_budget", BudgetReading)
    if not found:
        return ()
    evidence_id, budget = found[-1]
    ranked = sorted(range(len(budget.curves)), key=lambda place: -budget.curves[place].chosen.spend)
    return tuple(_panel(evidence_id, budget, place) for place in ranked[:MOST_CHANNELS])


def _panel(evidence_id: str, budget: BudgetReading, place: int) -> Panel:
    curve = budget.curves[place]
    gained = "conversions a week" if budget.goal == "conversions" else f"{budget.currency} revenue a week"
    chart = CurveChart(
        name=f"curve-{evidence_id}-{place}",
        title=f"What {plain(curve.channel)} brings",
        across=f"{budget.currency} spent a week",
        upwards=gained,
        band=f"{budget.interval_percent} % band",
        href=anchor(evidence_id, ("curves", place, "chosen", "expected")),
    )
    past = [(week.spend, week.brought) for week in curve.past]
    drawn = [point.drawn for point in curve.points]
    wide = draw_curve(chart, drawn, curve.chosen.drawn, past)
    narrow = draw_curve(replace(chart, name=f"{chart.name}-narrow", width=_NARROW), drawn, curve.chosen.drawn, past)
    about = "Dots: past weeks. Line: what a week's spend, kept up, is expected to bring."
    if not curve.spend_varied:
        about += " Spend never varied, so the curve is known at one point only."
    return Panel(chart.title, about, Picture(wide, narrow, evidence_id))
