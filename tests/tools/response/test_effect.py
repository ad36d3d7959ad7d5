"""The effect of contact on a segment: found where customers were left alone, and else told why it is not known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import busy
from tools.predict_response import ResponseAnswer, ResponseQuery, predict_response
from tools.response.effect import segment_effect
from tools.warehouse.view import StoreView


def answer(view: StoreView, segment: str) -> ResponseAnswer:
    return predict_response(ResponseQuery(segment=segment, channel="email"), view)


def test_effect_with_interval(busy_view: StoreView) -> None:
    """Customers left alone convert at half the rate of the others: .5 or .1."""
    mean = 100 * (100 * busy.KEEN_RATE + 200 * busy.OTHER_RATE) / 300
    found = answer(busy_view, "everybody")
    assert found.uplift_low is not None
    assert found.uplift_high is not None
    assert found.uplift_low < mean / 2 < found.uplift_high
    assert "1000 contacted and 500 left alone" in found.uplift_how
    assert "not by lot" in found.uplift_how, "customers are left alone by turns, which their past rate tells"
    assert "beyond chance" in found.uplift_how


def test_no_control_says_that_only_response_is_known(tiny_view: StoreView) -> None:
    found = predict_response(ResponseQuery(segment="everybody", channel="coupon_mail"), tiny_view)
    assert (found.uplift, found.uplift_low, found.uplift_high) == (None, None, None)
    assert "only response can be known" in found.uplift_how


def test_a_segment_of_three(busy_view: StoreView) -> None:
    effect = segment_effect(busy_view, frozenset({"c001", "c002", "c003"}), "email")
    assert effect.verdict is None
    assert "fewer than 30" in effect.how


def test_later_campaigns_were_predicted(busy_view: StoreView) -> None:
    found = answer(busy_view, "top")
    assert sum(bin_.customers for bin_ in found.reliability) == 400
    assert found.lift[-1].lift == pytest.approx(1.0)
    assert found.lift[0].lift > 1.5
    assert "2 later campaigns" in found.validation


def test_the_chance_of_an_offer_is_not_taken_for_the_chance_of_contact(tmp_path: Path) -> None:
    logged = busy.exposures(np.random.default_rng(7)).assign(propensity=2 / 3)
    by_contact = busy.make_busy_store(tmp_path / "contact", exposures=logged)
    by_offer = busy.make_busy_store(tmp_path / "offer", exposures=logged.assign(offer_id="mug"))
    hows = [answer(store.at(busy.AS_OF), "everybody").uplift_how or "" for store in (by_contact, by_offer)]
    assert ["recorded chance of contact" in how for how in hows] == [True, False]
