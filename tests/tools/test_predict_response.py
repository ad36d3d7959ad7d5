"""Responses against the busy store's known rates, and honest words where data are few."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import busy
from tools.errors import ToolError
from tools.predict_response import ResponseQuery, predict_response
from tools.response.history import TRAITS, response_history
from tools.warehouse.columns import Table
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView

MEAN_RATE = (100 * busy.KEEN_RATE + 200 * busy.OTHER_RATE) / 300


def test_rate_of_everybody(busy_view: StoreView) -> None:
    answer = predict_response(ResponseQuery(segment="everybody", channel="email"), busy_view)
    assert answer.rate_low_percent < 100 * MEAN_RATE < answer.rate_high_percent
    assert answer.customers == busy.CUSTOMERS
    assert answer.reachable == busy.CUSTOMERS / 2
    assert answer.outcome == "conversion"
    assert answer.channel_in_data
    assert answer.exposures == 1000


def test_keen_customers_respond_more(busy_view: StoreView) -> None:
    """The customers with low numbers order most often and respond five times as often."""
    top, low = (predict_response(ResponseQuery(segment=name, channel="email"), busy_view) for name in ("top", "low"))
    assert top.rate_percent > 3 * low.rate_percent
    assert low.rate_low_percent < 100 * busy.OTHER_RATE < low.rate_high_percent


def test_numbers_fit_together(busy_view: StoreView) -> None:
    answer = predict_response(ResponseQuery(segment="loyal", channel="newsletter"), busy_view)
    assert answer.took == ("channel 'newsletter' taken as email",)
    assert answer.expected_responders == round(answer.reachable * answer.rate_percent / 100)
    assert answer.expected_responders_low <= answer.expected_responders <= answer.expected_responders_high
    assert answer.expected_revenue is not None
    assert answer.responder_order_value is not None
    assert answer.expected_revenue == pytest.approx(
        answer.reachable * answer.rate_percent / 100 * answer.responder_order_value, rel=0.01
    )
    assert answer.usual_discount_percent == 20.0
    assert answer.offer_discount_percent == 20.0


def test_uplift_against_the_control(busy_view: StoreView) -> None:
    """Customers left alone convert at half the rate."""
    answer = predict_response(ResponseQuery(segment="everybody", channel="email"), busy_view)
    assert answer.uplift == pytest.approx(100 * MEAN_RATE / 2, abs=4.0)


def test_drivers_point_the_right_way(busy_view: StoreView) -> None:
    drivers = predict_response(ResponseQuery(segment="everybody", channel="email"), busy_view).drivers
    told = {driver.name: driver.direction for driver in drivers}
    assert told["responded to an earlier campaign"] == "up"
    assert [abs(driver.effect) for driver in drivers] == sorted((abs(d.effect) for d in drivers), reverse=True)


def test_answers_repeat(busy_view: StoreView) -> None:
    query = ResponseQuery(segment="top", channel="email")
    assert predict_response(query, busy_view) == predict_response(query, busy_view)


def test_channel_without_history_says_so(tiny_view: StoreView) -> None:
    answer = predict_response(
        ResponseQuery(segment="everybody", channel="text message", discount_percent=10), tiny_view
    )
    assert (answer.channel, answer.channel_used, answer.channel_in_data) == ("sms", "coupon_mail", False)
    assert answer.outcome == "coupon_redemption"
    assert any("no past exposures through sms" in warning for warning in answer.warnings)
    assert any("discount_percent does not change" in warning for warning in answer.warnings)


def test_only_finished_campaigns_count(tiny_view: StoreView) -> None:
    """The summer coupon still ran on 1 July; of the spring one, c01 of six had redeemed."""
    answer = predict_response(ResponseQuery(segment="everybody", channel="coupon_mail"), tiny_view)
    assert (answer.exposures, answer.responders) == (6, 1)
    shop = (1 + 0.5) / (6 + 1)
    assert answer.rate_percent == pytest.approx(100 * (1 + 7 * shop) / (6 + 7), abs=0.01)
    assert any("4 exposures" in warning for warning in answer.warnings)


def test_no_campaign_has_ended(tiny_store: Store) -> None:
    with pytest.raises(ToolError, match="ended before 2024-04-05"):
        predict_response(ResponseQuery(segment="everybody", channel="email"), tiny_store.at(dt.date(2024, 4, 5)))


def test_no_exposures_table(tiny_store: Store, tiny_view: StoreView) -> None:
    assert tiny_view.has(Table.EXPOSURES)
    with pytest.raises(ToolError, match="carrier pigeon"):
        predict_response(ResponseQuery(segment="everybody", channel="carrier pigeon"), tiny_view)


def test_traits_look_only_back(tiny_view: StoreView) -> None:
    """On 1 April (day 91) c09's only order, a cake for 24 on day 20, lay within the 13 weeks before."""
    history = response_history(tiny_view)
    assert history is not None
    row = history.frame.set_index("customer_id").loc["c09", list(TRAITS)]
    assert row["recent_orders"] == pytest.approx(0.6931, abs=1e-3)
    assert row["recent_spend"] == pytest.approx(24.0**0.5)
