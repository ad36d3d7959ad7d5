"""The charts of calibration and lift: points where their numbers are, and none without them."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from markupsafe import Markup

from agent.report.charts.points import Point, PointChart, draw_points
from agent.report.predictions import draw_predictions
from agent.requests import Finished
from tests.example_campaign import example_campaign

RELIABILITY = [
    {"predicted_percent": 2.0, "responded_percent": 3.0, "customers": 50},
    {"predicted_percent": 20.0, "responded_percent": 18.0, "customers": 50},
]
LIFT = [{"contacted_percent": 10.0, "lift": 3.5}, {"contacted_percent": 100.0, "lift": 1.0}]


def parts(drawing: Markup, tag: str) -> list[dict[str, str]]:
    return [part.attrib for part in ET.fromstring(drawing).iter(tag)]  # noqa: S314 - our own drawing


def with_response(finished: Finished, **fields: object) -> Finished:
    evidence = tuple(
        piece.model_copy(update={"result": {**piece.result, **fields}}) if piece.tool == "predict_response" else piece
        for piece in finished.evidence
    )
    return Finished(**{**vars(finished), "evidence": evidence})


@pytest.mark.parametrize("width", [330.0, 440.0])
def test_points_on_the_dashed_line_and_inside(width: float) -> None:
    chart = PointChart("x", "t", "predicted", ((0, 0), (30, 30)), width)
    drawn = draw_points(chart, [Point(0, 0, "none"), Point(30, 30, "<all>"), Point(15, 15, "half")])
    first, last, middle = ((float(c["cx"]), float(c["cy"])) for c in parts(drawn, "circle"))
    dashed = next(line for line in parts(drawn, "line") if "stroke-dasharray" in line)
    assert first == (float(dashed["x1"]), float(dashed["y1"]))
    assert middle == pytest.approx(((first[0] + last[0]) / 2, (first[1] + last[1]) / 2), abs=0.02)
    assert 0 < first[0] < last[0] < width
    assert "&lt;all&gt;" in drawn


def test_both_charts_lead_to_their_evidence() -> None:
    finished = with_response(example_campaign(), reliability=RELIABILITY, lift=LIFT)
    panels = draw_predictions(finished.evidence)
    assert [panel.title for panel in panels] == ["Predicted and true response", "Lift of the best-ranked"]
    found = panels[0].picture.evidence_id
    links = [link["href"] for link in parts(panels[0].picture.wide, "a")]
    assert links == [f"#{found}.reliability.{place}.responded_percent" for place in range(2)]


def test_without_their_numbers_nothing_is_drawn() -> None:
    assert draw_predictions(with_response(example_campaign(), reliability=[], lift=[]).evidence) == ()
