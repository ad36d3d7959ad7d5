from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.normalise import equal, normalise


@pytest.mark.parametrize(
    ("wanted", "made", "argument"),
    [
        ("at_risk", "At Risk", "segment"),
        ("at-risk", "at_risk", "segment"),
        (20, "20%", "discount_percent"),
        ("20 percent", 20.0, "discount_percent"),
        ("1,000", 1000, "total"),
        ("$2,500.50", 2500.5, "total"),
        ("1082", 1082, "customer_id"),
        ("2017-11-1", "2017-11-01", "starts_on"),
        ("2017-11-01", "2017-11-01T00:00:00Z", "starts_on"),
        ("Germany", "de", "country"),
        ("United Kingdom", "UK", "country"),
        ("USA", "US", "country"),
        (["sms", "email"], ["email", "SMS"], "channels"),
        ("email", ["email"], "channels"),
        ({"Email": "500"}, {"email": 500}, "minimums"),
        (True, "true", "display"),
        (None, None, "max_price"),
    ],
)
def test_same_meaning_is_equal(wanted: Any, made: Any, argument: str) -> None:
    assert equal(wanted, made, argument)
    assert equal(made, wanted, argument)


@pytest.mark.parametrize(
    ("wanted", "made", "argument"),
    [
        ("lapsed", "at_risk", "segment"),
        (20, 0.2, "discount_percent"),
        (1000, 1001, "total"),
        ("2017-11-01", "2017-11-02", "starts_on"),
        ("2017-13-40", "2017-11-01", "starts_on"),
        ("DE", "AT", "country"),
        (["email"], ["email", "sms"], "channels"),
        (["email", "email"], ["email"], "channels"),
        (True, False, "display"),
        (None, 4, "max_price"),
        (4, None, "max_price"),
    ],
)
def test_another_meaning_is_not_equal(wanted: Any, made: Any, argument: str) -> None:
    assert not equal(wanted, made, argument)


@given(st.one_of(st.integers(-(10**9), 10**9), st.text(max_size=30), st.booleans(), st.dates(), st.none()))
def test_a_value_equals_itself(value: Any) -> None:
    assert equal(value, value)


@given(st.integers(0, 10**12))
def test_thousands_separators_do_not_count(number: int) -> None:
    assert normalise(f"{number:,}") == normalise(number)
