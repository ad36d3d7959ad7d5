"""Charts of fairness: which share of each group is selected, and how the selected are expected to respond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.evidence import Evidence
from agent.report.anchors import anchor
from agent.report.charts.bars import Bar, BarChart, draw_bars
from agent.report.pictures import Picture
from agent.report.readings import FairnessReading, GroupReading, read
from agent.report.wording import worded

_NARROW = 330.0
_VERDICTS = {
    "disparity": "The four-fifths rule finds a disparity; the marked groups are selected less.",
    "no_disparity": "The four-fifths rule finds no disparity beyond chance.",
    "cannot_tell": "The rule cannot judge this selection; its evidence says why.",
}


@dataclass(frozen=True)
class FairnessPanel:
    """One comparison of groups: its heading, what the rule says, and its charts."""

    title: str
    verdict: str
    rule: str
    pictures: tuple[Picture, ...]


def draw_fairness(evidence: Sequence[Evidence]) -> tuple[FairnessPanel, ...]:
    """Draw every comparison of groups among the evidence."""
    return tuple(
        _panel(evidence_id, reading) for evidence_id, reading in read(evidence, "check_fairness", FairnessReading)
    )


def _panel(evidence_id: str, reading: FairnessReading) -> FairnessPanel:
    found = {finding.group for finding in reading.findings}
    selected = [_selection(evidence_id, place, group, found) for place, group in enumerate(reading.groups)]
    responses = [
        _response(evidence_id, place, group)
        for place, group in enumerate(reading.groups)
        if group.response_percent is not None
    ]
    covered = f"with {reading.interval_percent}% interval"
    name = f"fairness-{evidence_id}"
    charts = (
        (BarChart(name, "Share selected", f"% of the group selected, {covered}", ticked=True), selected),
        (BarChart(f"{name}-response", "Expected response", f"% of the selected, {covered}"), responses),
    )
    return FairnessPanel(
        title=f"{worded(reading.segment).capitalize()} by {worded(reading.attribute)}",
        verdict=_VERDICTS.get(reading.verdict, ""),
        rule=reading.rule,
        pictures=tuple(_picture(chart, bars, evidence_id) for chart, bars in charts if bars),
    )


def _selection(evidence_id: str, place: int, group: GroupReading, found: set[str]) -> Bar:
    return Bar(
        label=group.group,
        value=group.selection_percent,
        written=f"{group.selection_percent:.1f}%",
        low=group.selection_low_percent,
        high=group.selection_high_percent,
        chosen=group.group in found,
        href=anchor(evidence_id, ("groups", place, "selection_percent")),
    )


def _response(evidence_id: str, place: int, group: GroupReading) -> Bar:
    return Bar(
        label=group.group,
        value=group.response_percent or 0.0,
        written=f"{group.response_percent:.1f}%",
        low=group.response_low_percent,
        high=group.response_high_percent,
        href=anchor(evidence_id, ("groups", place, "response_percent")),
    )


def _picture(chart: BarChart, bars: Sequence[Bar], evidence_id: str) -> Picture:
    narrow = replace(chart, name=f"{chart.name}-narrow", width=_NARROW)
    return Picture(draw_bars(chart, bars), draw_bars(narrow, bars), evidence_id)
