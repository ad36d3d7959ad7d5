"""The charts of the customers: sizes become areas, shares become heights, and what is missing is not drawn."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
from markupsafe import Markup

from agent.report.charts.bubbles import Bubble, BubbleChart, draw_bubbles
from agent.report.charts.columns import Column, ColumnChart, draw_columns
from agent.report.knowledge import draw_knowledge
from agent.requests import Finished
from tests.example_campaign import example_campaign


def parts(drawing: Markup, tag: str) -> list[dict[str, str]]:
    return [part.attrib for part in ET.fromstring(drawing).iter(tag)]  # noqa: S314 - our own drawing


def with_profile(finished: Finished, **fields: object) -> Finished:
    """Return the example campaign with these fields in its profile."""
    evidence = tuple(
        piece.model_copy(update={"result": {**piece.result, **fields}}) if piece.tool == "profile_customers" else piece
        for piece in finished.evidence
    )
    return Finished(**{**vars(finished), "evidence": evidence})


def test_areas_are_as_large_as_sizes() -> None:
    bubbles = [Bubble("a", 2, 10, 400, "400"), Bubble("b", 90, 2, 100, "100", chosen=True)]
    circles = parts(draw_bubbles(BubbleChart("x", "t", "days", "orders"), bubbles), "circle")
    assert float(circles[0]["r"]) == pytest.approx(2 * float(circles[1]["r"]))
    assert float(circles[0]["cx"]) < float(circles[1]["cx"])
    assert float(circles[0]["cy"]) < float(circles[1]["cy"])
    assert "chosen" in circles[1]["class"]


@pytest.mark.parametrize("width", [330.0, 960.0])
def test_bubbles_and_labels_stay_inside_and_apart(width: float) -> None:
    bubbles = [Bubble(f"segment {n}", 3 * n, 5 + n % 2, 10 + n, str(n)) for n in range(8)]
    drawn = draw_bubbles(BubbleChart("x", "t", "days", "orders", width=width), bubbles)
    for circle in parts(drawn, "circle"):
        assert float(circle["cx"]) - float(circle["r"]) >= 0
        assert float(circle["cx"]) + float(circle["r"]) <= width
    labels = [text for text in parts(drawn, "text") if text.get("class") == "label"]
    places = {(label["x"], label["y"]) for label in labels}
    assert len(places) == len(bubbles)


@pytest.mark.parametrize("bubbles", [[], [Bubble("a", 0, 0, 0, "0")]], ids=["none", "nothing"])
def test_a_map_of_nothing_is_drawn(bubbles: list[Bubble]) -> None:
    drawn = draw_bubbles(BubbleChart("x", "t", "days", "orders"), bubbles)
    assert len(parts(drawn, "circle")) == len(bubbles)
    assert all(math.isfinite(float(circle["cy"])) for circle in parts(drawn, "circle"))


def test_columns_are_as_high_as_their_values() -> None:
    drawn = draw_columns(ColumnChart("x", "t", "money"), [Column("0", 50, "50"), Column("10", 100, "100")])
    heights = [float(bar["height"]) for bar in parts(drawn, "rect")]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.02)


def test_points_fall_with_their_shares() -> None:
    shares = [Column(str(week), 100 - 10 * week, "") for week in range(5)]
    drawn = draw_columns(ColumnChart("x", "t", "weeks", top=100.0, line=True), shares)
    heights = [float(point["cy"]) for point in parts(drawn, "circle")]
    assert heights == sorted(heights)
    assert len(parts(drawn, "polyline")[0]["points"].split()) == 5


def test_the_report_shows_the_map_the_values_and_who_still_buys() -> None:
    profile = {
        "value_distribution": [
            {"low": 0.0, "high": 500.0, "customers": 7},
            {"low": 500.0, "high": None, "customers": 2},
        ],
        "alive_curve": [{"days": 0, "until": 7, "customers": 5, "alive_percent": 99.0}],
    }
    finished = with_profile(example_campaign(), **profile)
    panels = draw_knowledge(finished.campaign, finished.evidence)
    assert [panel.title for panel in panels] == ["Map of segments", "How value is spread", "Who still buys"]
    assert all(panel.picture.evidence_id for panel in panels)
    assert "$500+" in panels[1].picture.wide
    assert f"#{panels[2].picture.evidence_id}.alive_curve.0.alive_percent" in panels[2].picture.wide


def test_a_profile_without_values_shows_the_map_alone() -> None:
    finished = example_campaign()
    assert [panel.title for panel in draw_knowledge(finished.campaign, finished.evidence)] == ["Map of segments"]
