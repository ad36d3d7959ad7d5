"""Charts of reviews: what they speak of, with praise and complaint, and the share of praise by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pydantic import Field

from agent.evidence import Evidence
from agent.report.anchors import anchor
from agent.report.charts.columns import Column, ColumnChart, draw_columns
from agent.report.charts.stacks import Stack, StackChart, draw_stacks
from agent.report.knowledge import Panel
from agent.report.pictures import Picture
from agent.report.readings import Reading, read
from agent.report.wording import capitalised, clean

MOST_ASPECTS: Final = 8
MOST_MONTHS: Final = 12
"""The latest months with a share; more do not fit a chart with labels."""

_NARROW = 330.0


class AspectReading(Reading):
    """One thing that reviews speak of."""

    told: str = Field(description="What it is called.")
    mentions: int = Field(ge=0, description="Reviews that speak of it.")
    positive: int = Field(ge=0, description="With praise.")
    negative: int = Field(ge=0, description="With a complaint.")
    neutral: int = Field(ge=0, description="With neither.")


class MonthReading(Reading):
    """One month of reviews."""

    month: dt.date = Field(description="First day.")
    positive_percent: float | None = Field(None, ge=0, le=100, description="Praise among clear verdicts.")


class ReviewsReading(Reading):
    """An analysis of reviews."""

    product: str | None = Field(None, description="Product.")
    category: str | None = Field(None, description="Category.")
    aspects: tuple[AspectReading, ...] = Field((), description="What they speak of.")
    months: tuple[MonthReading, ...] = Field((), description="Praise by month.")


def draw_opinions(evidence: Sequence[Evidence]) -> tuple[Panel, ...]:
    """Draw every analysis of reviews; a chart without numbers is left out."""
    panels = [
        panel
        for found in read(evidence, "analyze_reviews", ReviewsReading)
        for panel in (_aspects(*found), _months(*found))
    ]
    return tuple(panel for panel in panels if panel)


def _about(reading: ReviewsReading) -> str:
    return clean(reading.product or reading.category or "all products")


def _aspects(evidence_id: str, reading: ReviewsReading) -> Panel | None:
    if not reading.aspects:
        return None
    stacks = [
        Stack(
            capitalised(aspect.told),
            (float(aspect.positive), float(aspect.neutral), float(aspect.negative)),
            f"{aspect.mentions:,}",
        )
        for aspect in reading.aspects[:MOST_ASPECTS]
    ]
    title = "What reviews speak of"
    keys = (("praise", "c3"), ("neither", "rest"), ("complaint", "c4"))
    chart = StackChart(f"aspects-{evidence_id}", title, keys)
    narrow = replace(chart, name=f"{chart.name}-narrow", width=_NARROW)
    picture = Picture(draw_stacks(chart, stacks), draw_stacks(narrow, stacks), evidence_id)
    return Panel(title, f"Reviews of {_about(reading)} that speak of each thing; bars show how they do.", picture)


def _months(evidence_id: str, reading: ReviewsReading) -> Panel | None:
    columns = [
        Column(
            label=f"{month.month:%b}",
            value=month.positive_percent,
            written=f"{month.positive_percent:.0f}%",
            href=anchor(evidence_id, ("months", place, "positive_percent")),
        )
        for place, month in enumerate(reading.months)
        if month.positive_percent is not None
    ][-MOST_MONTHS:]
    if len(columns) < 2:  # noqa: PLR2004 - one point is no line
        return None
    title = "Praise by month"
    chart = ColumnChart(f"praise-{evidence_id}", title, "month; % of clear verdicts that praise", top=100.0, line=True)
    narrow = replace(chart, name=f"{chart.name}-narrow", width=_NARROW)
    picture = Picture(draw_columns(chart, columns), draw_columns(narrow, columns), evidence_id)
    return Panel(title, f"Reviews of {_about(reading)}; months with too few clear verdicts are left out.", picture)
