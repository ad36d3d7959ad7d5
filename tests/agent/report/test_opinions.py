"""The charts of reviews: what they draw, what they leave out, and names that are somebody else's text."""

from __future__ import annotations

import datetime as dt
from typing import Any

from agent.evidence import Evidence
from agent.report import render_report
from agent.report.opinions import draw_opinions
from tests.example_campaign import example_campaign


def analysed(**changes: Any) -> Evidence:
    months = [
        {"month": f"2024-0{place}-01", "positive_percent": percent}
        for place, percent in enumerate((80.0, None, 60.0), 1)
    ]
    aspect = {"told": "taste", "mentions": 12, "positive": 8, "negative": 3, "neutral": 1}
    result = {"product": "Tea", "category": None, "aspects": [aspect], "months": months, **changes}
    return Evidence(
        id="E9",
        tool="analyze_reviews",
        arguments={},
        as_of=dt.date(2024, 7, 1),
        chosen_by="person",
        rows_used=1,
        result=result,
    )


def test_aspects_and_months_are_drawn() -> None:
    spoken, months = draw_opinions([analysed()])
    assert "Taste: 8 praise, 1 neither, 3 complaint" in spoken.picture.wide
    assert "Reviews of Tea" in spoken.about
    assert months.picture.wide.count("<circle") == 2  # the month without a share is left out
    assert 'href="#E9.months.2.positive_percent"' in months.picture.wide


def test_without_numbers_nothing_is_drawn() -> None:
    assert draw_opinions([analysed(aspects=[], months=[])]) == ()


def test_a_product_called_like_markup_stays_text() -> None:
    finished = example_campaign()
    page = render_report(finished.campaign, (*finished.evidence, analysed(product="<script>alert(1)</script>")))
    assert "What reviews speak of" in page
    assert "<script>alert(1)" not in page
