"""Guard rails: no candidate beyond them gets any chance, whatever the margin, the discounts and the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import InputError, ToolError
from tools.offers.candidates import read_candidates
from tools.offers.economics import Economics, guard_all, margin_after
from tools.offers.rules import OWN_FILE, RULES_FILE, offer_rules


@given(
    st.lists(st.integers(0, 120), min_size=1, max_size=6, unique=True),
    st.one_of(st.none(), st.floats(-0.5, 0.95)),
)
def test_what_is_allowed_is_within_cap_and_floor(sizes: list[int], margin: float | None) -> None:
    rules = offer_rules(Path("none"))
    candidates, _ = read_candidates([f"{size}% off" for size in sizes], ())
    try:
        guarded = guard_all(candidates, Economics(margin, 30.0, 1.0), rules)
    except ToolError:
        return
    for one in guarded:
        if one.blocked is None:
            assert (one.percent or 0.0) <= rules.discount_cap_percent.value
            if margin is not None:
                assert 100 * margin_after(margin, one.percent or 0.0) >= rules.margin_floor_percent.value - 1e-9


def test_an_amount_is_measured_by_the_usual_order() -> None:
    candidates, _ = read_candidates(["$5 off", "$25 off"], ())
    five, most = guard_all(candidates, Economics(0.5, 40.0, 1.0), offer_rules(Path("none")))
    assert (five.percent, five.blocked) == (12.5, None)
    assert most.blocked == "takes off 62.5 %, above the cap of 50 %"


def test_a_shop_writes_its_own_rules(tmp_path: Path) -> None:
    text = RULES_FILE.read_text(encoding="utf-8").replace("value: 50", "value: 25")
    (tmp_path / OWN_FILE).write_text(text, encoding="utf-8")
    assert offer_rules(tmp_path).discount_cap_percent.value == 25
    assert all(
        rule.source for rule in (offer_rules(tmp_path).margin_floor_percent, offer_rules(tmp_path).half_life_days)
    )


@pytest.mark.parametrize("text", ["nothing", "margin_floor_percent: {value: -3, source: x}", "a: [", ""])
def test_rules_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / OWN_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read as rules of offers"):
        offer_rules(tmp_path)


def test_the_margin_after_a_discount_is_what_is_left_of_the_price_paid() -> None:
    price, cost = 20.0, 12.0
    for percent in (0, 10, 40):
        paid = price * (1 - percent / 100)
        assert margin_after(1 - cost / price, percent) == pytest.approx((paid - cost) / paid)
    assert np.isclose(margin_after(0.3, 30), 0.0)
