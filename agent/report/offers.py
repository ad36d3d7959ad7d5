"""Charts of offers: what each candidate is worth, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.evidence import Evidence
from agent.figures import write_value
from agent.report.anchors import anchor
from agent.report.charts.bars import Bar, BarChart, draw_bars
from agent.report.knowledge import Panel
from agent.report.pictures import Picture
from agent.report.readings import CandidateReading, OfferReading, read
from agent.report.wording import worded

_NARROW = 330.0
_RESTS_ON = {
    "logged": "Valued from past exposures by the recorded chance of each offer.",
    "observational": "Observational: the chance of each offer is estimated; other reasons for a difference may remain.",
    "campaign_kinds": "Response to past kinds of campaign; they went to different customers at different times.",
}


def draw_offers(evidence: Sequence[Evidence]) -> tuple[Panel, ...]:
    """Draw every choice among offers whose values are known."""
    panels = (_panel(evidence_id, reading) for evidence_id, reading in read(evidence, "choose_offer", OfferReading))
    return tuple(panel for panel in panels if panel)


def _panel(evidence_id: str, reading: OfferReading) -> Panel | None:
    rows = [
        _bar(evidence_id, place, one, one.value, chosen=one.candidate == reading.recommended)
        for place, one in enumerate(reading.candidates)
        if one.value is not None
    ]
    if not rows:
        return None
    title = f"Offers to {worded(reading.segment)}"
    axis = f"{reading.value_unit}, with {reading.interval_percent}% interval"
    chart = BarChart(f"offers-{evidence_id}", title, axis, ticked=True)
    narrow = replace(chart, name=f"{chart.name}-narrow", width=_NARROW)
    picture = Picture(draw_bars(chart, rows), draw_bars(narrow, rows), evidence_id)
    return Panel(title, _RESTS_ON.get(reading.evidence, ""), picture)


def _bar(evidence_id: str, place: int, one: CandidateReading, value: float, *, chosen: bool) -> Bar:
    """Return one candidate's bar; the axis starts at zero, so a loss is a bar of no length with its value written."""
    return Bar(
        label=one.candidate if one.allowed else f"{one.candidate} (not allowed)",
        value=max(value, 0.0),
        written=write_value(value, "number"),
        low=None if one.low is None else max(one.low, 0.0),
        high=None if one.high is None else max(one.high, 0.0),
        chosen=chosen,
        href=anchor(evidence_id, ("candidates", place, "value")),
    )
