"""The report's charts of offers, and the answer in words: what is told, what is marked, and text of a marketer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from agent.answers import answer_from
from agent.evidence import Evidence
from agent.report import render_report
from agent.report.offers import draw_offers
from tests.example_campaign import example_campaign


def candidate(name: str, value: float | None, **changes: Any) -> dict[str, Any]:
    told = {"value": value, "low": value and value - 2, "high": value and value + 2}
    return {"candidate": name, "allowed": True, "blocked_because": None, "cannot_tell_because": None, **told, **changes}


def chosen(name: str = "free shipping", **changes: Any) -> Evidence:
    result = {
        "segment": "at_risk",
        "evidence": "logged",
        "value_unit": "orders per 100 contacts",
        "recommended": name,
        "reason": "It is so.",
        "candidates": [
            candidate(name, 14.0),
            candidate("10% off", 9.0),
            candidate("80% off", None, allowed=False, blocked_because="takes off 80 %, above the cap of 50 %"),
            candidate("mystery gift", None, cannot_tell_because="never shown to these customers"),
        ],
        "campaign_kinds": [],
        **changes,
    }
    return Evidence(
        id="E9",
        tool="choose_offer",
        arguments={},
        as_of=dt.date(2024, 1, 1),
        chosen_by="person",
        rows_used=1,
        result=result,
    )


def test_values_are_drawn_with_intervals_and_the_best_is_marked() -> None:
    (panel,) = draw_offers([chosen()])
    wide = str(panel.picture.wide)
    assert panel.title == "Offers to at risk"
    assert "free shipping 14, interval 12 to 16, chosen" in wide
    assert "10% off 9, interval 7 to 11;" in wide or "10% off 9, interval 7 to 11." in wide
    assert "mystery gift" not in wide, "its value is not known"
    assert "#E9.candidates.0.value" in wide


def test_without_values_nothing_is_drawn() -> None:
    assert draw_offers([chosen(candidates=[candidate("20% off", None)])]) == ()
    assert draw_offers([]) == ()


def test_the_page_shows_it_and_escapes_the_marketers_words() -> None:
    finished = example_campaign()
    page = render_report(finished.campaign, (*finished.evidence, chosen("<script>alert(1)</script>")))
    assert "Offers to at risk" in page
    assert "<script>alert(1)" not in page


def test_the_answer_tells_values_what_is_not_allowed_and_what_cannot_be_told() -> None:
    said = answer_from((chosen(),), "USD")
    assert "It is so. In orders per 100 contacts: free shipping 14 (12 to 16), 10% off 9 (7 to 11)." in said
    assert "80% off is not allowed: it takes off 80 %, above the cap of 50 %." in said
    assert "mystery gift cannot be told: never shown to these customers." in said


def test_the_answer_tells_past_kinds_where_nothing_else_is_known() -> None:
    kind = {"kind": "Type A", "rate_percent": 14.7, "low_percent": 7.0, "high_percent": 28.2}
    said = answer_from((chosen(candidates=[], campaign_kinds=[kind]),), "USD")
    assert "Response to past campaigns by kind: Type A 14.7% (7% to 28.2%)." in said
