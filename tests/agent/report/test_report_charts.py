"""The charts: numbers become lengths that a reader could measure."""

from __future__ import annotations

import datetime as dt
import xml.etree.ElementTree as ET

import pytest

from agent.report.charts.bars import Bar, BarChart, draw_bars
from agent.report.charts.forecast import Ahead, ForecastChart, Past, draw_forecast
from agent.report.charts.shares import Share, draw_shares
from agent.report.charts.svg import fit, text_width, ticks
from agent.report.charts.timeline import Mark, Timeline, draw_timeline

DAY = dt.date(2017, 11, 1)
WEEK = dt.timedelta(weeks=1)


def rectangles(drawing: str, class_: str) -> list[dict[str, str]]:
    root = ET.fromstring(drawing)  # noqa: S314 - our own drawing
    return [rect.attrib for rect in root.iter("rect") if class_ in rect.attrib.get("class", "").split()]


def test_bars_are_as_long_as_their_values() -> None:
    rows = [Bar("a", 50, "50"), Bar("b", 100, "100", low=80, high=120, chosen=True)]
    bars = rectangles(draw_bars(BarChart("x", "t", "n"), rows), "bar")
    assert float(bars[1]["width"]) == pytest.approx(2 * float(bars[0]["width"]), abs=0.02)
    assert "chosen" in bars[1]["class"]


def test_shares_fill_the_bar_and_none_vanishes() -> None:
    parts = [Share("a", 3, "$3", "c1"), Share("b", 10, "$10", "c2"), Share("c", 2987, "$2,987", "rest")]
    cut = [rect for rect in rectangles(draw_shares("x", "t", parts, 440), "share") if rect["height"] == "26"]
    assert sum(float(rect["width"]) for rect in cut) == pytest.approx(440, abs=0.1)
    assert min(float(rect["width"]) for rect in cut) >= 3


def test_shares_of_nothing_are_drawn_as_nothing() -> None:
    cut = rectangles(draw_shares("x", "t", [Share("a", 0, "$0", "c1"), Share("b", -5, "-$5", "c2")]), "share")
    assert {rect["width"] for rect in cut if rect["height"] == "26"} == {"0"}


@pytest.mark.parametrize("past", [0, 1, 52])
@pytest.mark.parametrize("ahead", [1, 26])
def test_forecast_stays_inside_its_frame(past: int, ahead: int) -> None:
    history = [Past(DAY - WEEK * (past - week), 100.0 + week) for week in range(past)]
    weeks = [Ahead(DAY + WEEK * week, 120, (100, 140), (-5, 160)) for week in range(ahead)]
    root = ET.fromstring(draw_forecast(ForecastChart("x", "t", "units", 330, (DAY, DAY + WEEK)), history, weeks))  # noqa: S314
    points = [circle.attrib for circle in root.iter("circle")]
    assert len(points) == ahead
    assert all(0 <= float(point["cx"]) <= 330 and 0 <= float(point["cy"]) <= 302 for point in points)


def test_forecast_of_nothing_sold_is_a_flat_line() -> None:
    weeks = [Ahead(DAY + WEEK * week, 0, (0, 0), (0, 0)) for week in range(3)]
    assert draw_forecast(ForecastChart("x", "t", "units"), [], weeks).count("<circle") == 3


def test_the_weeks_after_a_promotion_are_drawn_apart() -> None:
    weeks = [Ahead(DAY + WEEK * n, 20.0, (15.0, 25.0), (10.0, 30.0)) for n in range(2)]
    after = [Past(DAY + WEEK * 2, 9.0)]
    drawn = draw_forecast(ForecastChart("x", "t", "units", 700), [], weeks, after)
    assert drawn.count("<circle") == 3
    assert "after the promotion" in drawn
    assert 'class="line after"' in drawn
    assert "after the promotion" not in draw_forecast(ForecastChart("x", "t", "units", 700), [], weeks)


def test_timeline_places_sends_on_their_days() -> None:
    days = [Mark(DAY + dt.timedelta(days=day), DAY + dt.timedelta(days=day), str(day)) for day in (0, 1, 10)]
    offer = Mark(DAY, DAY + dt.timedelta(days=10), "until")
    events = tuple(Mark(DAY, DAY, f"event {number}") for number in range(3))
    line = Timeline("x", "t", DAY, DAY + dt.timedelta(days=10), (("Email", tuple(days)),), events, offer, 330)
    root = ET.fromstring(draw_timeline(line))  # noqa: S314
    places = [float(circle.attrib["cx"]) for circle in root.iter("circle")]
    assert places == sorted(places)
    assert places[2] - places[0] == pytest.approx(10 * (places[1] - places[0]), abs=0.1)
    assert all(0 <= float(text.attrib["x"]) <= 330 for text in root.iter("text"))


def test_ticks_reach_the_top() -> None:
    for top in (0.001, 0.7, 1, 99, 100, 101, 123_456_789):
        assert ticks(top)[-1] >= top
        assert len(ticks(top)) <= 8


def test_cut_labels_fit() -> None:
    assert text_width(fit("牛奶" * 40, 100)) <= 100
