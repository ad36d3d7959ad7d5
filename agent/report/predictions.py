"""Charts of how well response was predicted in later campaigns: calibration and lift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agent.evidence import Evidence
from agent.report.anchors import anchor
from agent.report.charts.points import Point, PointChart, draw_points
from agent.report.knowledge import Panel
from agent.report.pictures import Picture
from agent.report.readings import ResponseReading, read

_NARROW = 330.0


def draw_predictions(evidence: Sequence[Evidence]) -> tuple[Panel, ...]:
    """Draw calibration and lift of the first response that has them; every response of a plan rests on the same."""
    found = read(evidence, "predict_response", ResponseReading)
    return (_calibration(*found[0]), _lift(*found[0])) if found else ()


def _calibration(evidence_id: str, response: ResponseReading) -> Panel:
    points = [
        Point(
            one.predicted_percent,
            one.responded_percent,
            f"predicted {one.predicted_percent:g} %, responded {one.responded_percent:g} %",
            anchor(evidence_id, ("reliability", place, "responded_percent")),
        )
        for place, one in enumerate(response.reliability)
    ]
    top = max(point.across for point in points)
    chart = PointChart("calibration", "Predicted and true response", "predicted response, %", ((0, 0), (top, top)))
    about = "Upwards: how many of each tenth responded, in percent. On the dashed line, predictions hold."
    return _panel(chart, about, points, evidence_id)


def _lift(evidence_id: str, response: ResponseReading) -> Panel:
    points = [
        Point(
            one.contacted_percent,
            one.lift,
            f"best {one.contacted_percent:g} %: {one.lift:.1f} times",
            anchor(evidence_id, ("lift", place, "lift")),
        )
        for place, one in enumerate(response.lift)
    ]
    chart = PointChart("lift", "Lift of the best-ranked", "share contacted, best first, %", ((0, 1), (100, 1)))
    about = "Upwards: their response over that of everybody. The dashed line is contact at random."
    return _panel(chart, about, points, evidence_id)


def _panel(chart: PointChart, about: str, points: Sequence[Point], evidence_id: str) -> Panel:
    narrow = replace(chart, name=f"{chart.name}-narrow", width=_NARROW)
    return Panel(chart.title, about, Picture(draw_points(chart, points), draw_points(narrow, points), evidence_id))
