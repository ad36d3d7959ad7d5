"""Charts of what is known about the customers: the map of segments, how value is spread, who still buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.campaign import Campaign
from agent.evidence import Evidence
from agent.figures import write_value
from agent.report.anchors import anchor
from agent.report.charts.bubbles import Bubble, BubbleChart, draw_bubbles
from agent.report.charts.columns import Column, ColumnChart, draw_columns
from agent.report.charts.svg import short_number
from agent.report.pictures import SIGNS, Picture, audience_profile
from agent.report.readings import ProfileReading
from agent.report.wording import plain

_NARROW = 330.0
_WEEK = 7


@dataclass(frozen=True)
class Panel:
    """One chart with its heading and how to read it."""

    title: str
    about: str
    picture: Picture


def draw_knowledge(campaign: Campaign, evidence: Sequence[Evidence]) -> tuple[Panel, ...]:
    """Draw the charts of the profile that holds the audience; those whose numbers it lacks are left out."""
    found = audience_profile(campaign, evidence)
    if found is None:
        return ()
    chosen = {audience.segment for audience in campaign.plan.audience}
    panels = (_map(*found, chosen), _values(*found, campaign.brief.currency), _alive(*found))
    return tuple(panel for panel in panels if panel)


def _map(evidence_id: str, profile: ProfileReading, chosen: set[str]) -> Panel | None:
    bubbles = [
        Bubble(
            label=plain(segment.name),
            across=segment.recency_days_median,
            up=segment.orders_mean,
            size=segment.customers,
            written=write_value(segment.customers, "count"),
            chosen=segment.name in chosen,
            href=anchor(evidence_id, ("segments", place, "customers")),
        )
        for place, segment in enumerate(profile.segments)
        if segment.recency_days_median is not None and segment.orders_mean is not None
    ]
    if not bubbles:
        return None
    chart = BubbleChart("segments-map", "Map of segments", "median days since the last order", "orders a customer")
    narrow = replace(chart, name="segments-map-narrow", width=_NARROW, counted=False)
    picture = Picture(draw_bubbles(chart, bubbles), draw_bubbles(narrow, bubbles), evidence_id)
    return Panel("Map of segments", "Left: bought lately. Up: buy often. The area shows how many customers.", picture)


def _values(evidence_id: str, profile: ProfileReading, currency: str) -> Panel | None:
    sign = SIGNS.get(currency, "")
    columns = [
        Column(
            label=f"{short_number(value.low, sign)}{'+' if value.high is None else ''}",
            value=value.customers,
            written=write_value(value.customers, "count"),
            href=anchor(evidence_id, ("value_distribution", place, "customers")),
        )
        for place, value in enumerate(profile.value_distribution)
    ]
    axis = f"{currency}, expected spend in {profile.clv_weeks} weeks, from"
    about = "Customers by what they are expected to spend; each column starts at the value below it."
    return _panel(
        "How value is spread", about, ColumnChart("values", "How value is spread", axis), columns, evidence_id
    )


def _alive(evidence_id: str, profile: ProfileReading) -> Panel | None:
    columns = [
        Column(
            label=str(point.days // _WEEK),
            value=point.alive_percent,
            written=f"{point.alive_percent:.0f}%",
            href=anchor(evidence_id, ("alive_curve", place, "alive_percent")),
        )
        for place, point in enumerate(profile.alive_curve)
    ]
    chart = ColumnChart("alive", "Who still buys", "weeks since the last order, at least", top=100.0, line=True)
    about = "Mean probability that a customer still buys, by how long ago the last order was."
    return _panel("Who still buys", about, chart, columns, evidence_id)


def _panel(title: str, about: str, chart: ColumnChart, columns: Sequence[Column], evidence_id: str) -> Panel | None:
    if not columns:
        return None
    narrow = replace(chart, name=f"{chart.name}-narrow", width=_NARROW)
    return Panel(title, about, Picture(draw_columns(chart, columns), draw_columns(narrow, columns), evidence_id))
