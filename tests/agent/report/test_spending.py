"""The charts of response curves: the planned spend lies on its curve, inside the picture, and leads to its evidence."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from markupsafe import Markup

from agent.evidence import Evidence
from agent.report.charts.response import CurveChart, OnCurve, draw_curve
from agent.report.spending import draw_spending
from agent.requests import Finished
from tests.example_campaign import example_campaign

CURVE = [{"spend": float(s), "expected": 4.0 * s, "low": 3.0 * s, "high": 5.0 * s} for s in (0, 50, 100)]


def curve(channel: str, spend: float) -> dict[str, object]:
    chosen = {"spend": spend, "expected": 4 * spend, "low": 3 * spend, "high": 5 * spend}
    past = [{"spend": 30.0, "brought": 110.0}, {"spend": 60.0, "brought": 9_000.0}]
    return {"channel": channel, "spend_varied": spend > 20, "chosen": chosen, "points": CURVE, "past": past}


def with_curves(finished: Finished, *curves: dict[str, object]) -> tuple[Evidence, ...]:
    fields = {"curves": curves, "interval_percent": 80}
    return tuple(
        piece.model_copy(update={"result": {**piece.result, **fields}}) if piece.tool == "allocate_budget" else piece
        for piece in finished.evidence
    )


def parts(drawing: Markup, tag: str) -> list[dict[str, str]]:
    return [part.attrib for part in ET.fromstring(drawing).iter() if part.tag.endswith(tag)]  # noqa: S314 - our own


@pytest.mark.parametrize("width", [330.0, 440.0])
def test_planned_spend_lies_on_the_line_and_freak_weeks_are_left_out(width: float) -> None:
    points = [OnCurve(0, 0, 0, 0), OnCurve(50, 200, 150, 250), OnCurve(100, 400, 300, 500)]
    past = [(30.0, 110.0)] * 25 + [(60.0, 9_000.0)]
    drawn = draw_curve(CurveChart("x", "t", "spend", "revenue", "80 %", None, width), points, points[1], past)
    *dots, planned = parts(drawn, "circle")
    middle = parts(drawn, "polyline")[0]["points"].split()[1].split(",")
    assert len(dots) == 25
    assert (float(planned["cx"]), float(planned["cy"])) == pytest.approx([float(part) for part in middle], abs=0.02)
    assert 0 < float(planned["cx"]) < width


def test_most_money_first_and_linked_to_evidence() -> None:
    panels = draw_spending(with_curves(example_campaign(), curve("google_ads", 10.0), curve("meta_ads", 60.0)))
    assert [panel.title for panel in panels] == ["What Meta ads brings", "What Google ads brings"]
    links = [link["href"] for link in parts(panels[0].picture.wide, "a")]
    assert links == [f"#{panels[0].picture.evidence_id}.curves.1.chosen.expected"]
    assert "known at one point only" in panels[1].about
    assert "known at one point only" not in panels[0].about


def test_a_budget_without_curves_draws_none() -> None:
    assert draw_spending(example_campaign().evidence) == ()
