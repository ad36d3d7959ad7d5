"""Sends that are bought by what they bring."""

from __future__ import annotations

import pytest

from tools.estimators.allocation import Wave, buy_waves


def test_waves_are_bought_by_return_on_cost() -> None:
    waves = [Wave("mail", 10, 1.0, 0.2), Wave("sms", 10, 0.1, 0.1), Wave("sms", 10, 0.1, 0.1)]
    bought = buy_waves(waves, 7.0, {}, {}, 0.5)
    assert [(item.wave.channel, round(item.spend, 6)) for item in bought] == [("sms", 1.0), ("sms", 1.0), ("mail", 5.0)]
    assert [round(item.responses, 6) for item in bought] == [10 * 0.1, 10 * 0.1 * 0.5, 5 * 0.2 * 0.25]


def test_minimums_and_maximums_hold() -> None:
    waves = [Wave("mail", 10, 1.0, 0.2), Wave("sms", 10, 0.1, 0.1)]
    spends = {item.wave.channel: item.spend for item in buy_waves(waves, 3.0, {"mail": 2.5}, {"sms": 0.4}, 0.5)}
    assert spends["mail"] == pytest.approx(3.0 - 0.4)
    assert spends["sms"] == pytest.approx(0.4)


def test_target_stops_the_buying() -> None:
    bought = buy_waves([Wave("sms", 100, 0.1, 0.1)], 99.0, {}, {}, 0.5, enough=4.0)
    assert sum(item.responses for item in bought) == pytest.approx(4.0)
    assert sum(item.spend for item in bought) == pytest.approx(4.0 / 0.1 * 0.1)


def test_waves_that_cost_more_than_they_are_worth_are_left() -> None:
    assert buy_waves([Wave("mail", 10, 1.0, 0.2)], 99.0, {}, {}, 0.5, worth=4.9) == ()
    assert len(buy_waves([Wave("mail", 10, 1.0, 0.2)], 99.0, {}, {}, 0.5, worth=5.1)) == 1
