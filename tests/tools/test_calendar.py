"""The calendar against days anybody can look up."""

from __future__ import annotations

import datetime as dt

import pytest

from tools.calendar import CalendarAnswer, CalendarQuery, calendar, find_country
from tools.errors import ToolError
from tools.seasons import seasons
from tools.warehouse.view import StoreView


def ask(view: StoreView, starts_on: str, ends_on: str, country: str | None = None) -> CalendarAnswer:
    return calendar(
        CalendarQuery.model_validate({"starts_on": starts_on, "ends_on": ends_on, "country": country}), view
    )


def test_november_2017_in_the_united_states(tiny_view: StoreView) -> None:
    found = {event.name: event.on for event in ask(tiny_view, "2017-11-01", "2017-11-30").events}
    assert found["Thanksgiving Day"] == dt.date(2017, 11, 23)
    assert found["Black Friday"] == dt.date(2017, 11, 24)
    assert found["Cyber Monday"] == dt.date(2017, 11, 27)
    assert found["Singles' Day"] == dt.date(2017, 11, 11)


@pytest.mark.parametrize(
    ("country", "code", "holiday"),
    [
        ("Germany", "DE", "2024-10-03"),
        ("brazil", "BR", "2024-09-07"),
        ("GB", "GB", "2024-08-26"),
        ("USA", "US", "2024-09-02"),
    ],
)
def test_countries(tiny_view: StoreView, country: str, code: str, holiday: str) -> None:
    answer = ask(tiny_view, "2024-08-01", "2024-10-31", country)
    assert answer.country == code
    assert dt.date.fromisoformat(holiday) in {event.on for event in answer.events if event.kind == "holiday"}


def test_unknown_country() -> None:
    with pytest.raises(ToolError, match="Atlantis"):
        find_country("Atlantis")


def test_events_are_in_order_and_touch_the_period(tiny_view: StoreView) -> None:
    answer = ask(tiny_view, "2024-01-01", "2024-12-31")
    assert [event.on for event in answer.events] == sorted(event.on for event in answer.events)
    assert all(event.until >= answer.starts_on and event.on <= answer.ends_on for event in answer.events)


def test_running_promotions_known_in_time(tiny_view: StoreView) -> None:
    """As of 1 July only p01's promotion of the last week of June is known; p09's starts on 1 July."""
    answer = ask(tiny_view, "2024-06-28", "2024-07-10")
    assert answer.running_promotions == 1
    assert [event.on for event in answer.events if event.kind == "promotion"] == [dt.date(2024, 6, 24)]


def test_own_campaigns_are_named_now_and_a_year_later(tiny_view: StoreView) -> None:
    """The summer coupon ran from 24 June to 14 July 2024; the spring coupon is 52 weeks before the end of March."""
    now = ask(tiny_view, "2024-07-05", "2024-07-10").campaigns
    assert [(event.name, event.on, event.until) for event in now] == [
        ("Summer coupon", dt.date(2024, 6, 24), dt.date(2024, 7, 14))
    ]
    (later,) = ask(tiny_view, "2025-04-01", "2025-04-05").campaigns
    assert (later.name, later.on) == ("Spring coupon, a year before", dt.date(2025, 3, 31))
    assert "2024-04-01 to 2024-04-14" in later.note


def test_promotions_of_a_year_before_are_told_and_not_counted_as_running(tiny_view: StoreView) -> None:
    answer = ask(tiny_view, "2025-06-25", "2025-06-27")
    (promotion,) = [event for event in answer.events if event.kind == "promotion"]
    assert promotion.name == "product promotions, a year before"
    assert promotion.on == dt.date(2025, 6, 23)
    assert answer.running_promotions == 0


def test_lift_of_last_year_is_told(busy_view: StoreView) -> None:
    (holiday,) = [event for event in ask(busy_view, "2024-07-04", "2024-07-04").events if event.kind == "holiday"]
    assert holiday.units_lift_percent is not None
    assert ask(busy_view, "2025-07-04", "2025-07-04").events[0].units_lift_percent is None


def test_year_before_unknown_is_a_warning(tiny_view: StoreView) -> None:
    assert any("year before" in warning for warning in ask(tiny_view, "2024-06-01", "2024-06-30").warnings)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "says"),
    [("2024-02-01", "2024-01-01", "exchanging"), ("2024-01-01", "2026-01-01", "too long")],
)
def test_impossible_periods(tiny_view: StoreView, starts_on: str, ends_on: str, says: str) -> None:
    with pytest.raises(ToolError, match=says):
        ask(tiny_view, starts_on, ends_on)


def test_each_season_has_one_anchor() -> None:
    for season in seasons():
        assert sum(anchor is not None for anchor in (season.day, season.nth, season.easter)) == 1
