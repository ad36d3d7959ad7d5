"""The report's fairness charts: what they draw, what they mark, and text that is somebody else's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from agent.evidence import Evidence
from agent.report import render_report
from agent.report.fairness import draw_fairness
from tests.example_campaign import example_campaign


def compared(label: str = "35+", verdict: str = "disparity", **changes: Any) -> Evidence:
    group = {"selection_percent": 20.0, "selection_low_percent": 15.0, "selection_high_percent": 26.0}
    response = {"response_percent": 5.0, "response_low_percent": 4.0, "response_high_percent": 6.5}
    result = {
        "segment": "top",
        "attribute": "age",
        "verdict": verdict,
        "rule": "The rule.",
        "groups": [{"group": "18-34", **group, **response}, {"group": label, **group, "selection_percent": 8.0}],
        "findings": [{"group": label}],
        **changes,
    }
    return Evidence(
        id="E9",
        tool="check_fairness",
        arguments={},
        as_of=dt.date(2024, 1, 1),
        chosen_by="rules",
        rows_used=1,
        result=result,
    )


def test_shares_and_responses_are_drawn_and_the_found_group_marked() -> None:
    (panel,) = draw_fairness([compared()])
    assert panel.title == "Top by age"
    assert "finds a disparity" in panel.verdict
    shares, responses = (str(picture.wide) for picture in panel.pictures)
    assert "35+ 8.0%, interval 15 to 26, chosen" in shares
    assert "#E9.groups.1.selection_percent" in shares
    assert "18-34 5.0%" in responses
    assert "35+" not in responses, "no response is known of it"


def test_nothing_to_draw_draws_nothing() -> None:
    (panel,) = draw_fairness([compared(verdict="cannot_tell", groups=[], findings=[])])
    assert panel.pictures == ()
    assert draw_fairness([]) == ()


def test_the_page_shows_it_and_escapes_what_a_shop_calls_its_groups() -> None:
    finished = example_campaign()
    page = render_report(finished.campaign, (*finished.evidence, compared("<script>alert(1)</script>")))
    assert "Fairness: " in page
    assert "Top by age" in page
    assert "<script>alert(1)" not in page
