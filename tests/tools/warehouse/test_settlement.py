"""Discounts, taxes and refunds of an order are spread over its lines and add up, to the cent."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.warehouse.importers.settlement import settled

LINE = {
    "order_id": "o1",
    "goods": True,
    "quantity": 1.0,
    "unit_price": 10.0,
    "line_discount": 0.0,
    "line_refund": 0.0,
    "order_discount": 0.0,
    "tax_share": 0.0,
    "refunded_share": 0.0,
    "rate": 1.0,
}


def settle(*lines: Mapping[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame([{**LINE, **line, "place": place} for place, line in enumerate(lines)])
    return settled(ibis.memtable(frame)).order_by("place").to_pandas()


@pytest.mark.parametrize(
    ("change", "revenue"),
    [
        ({}, 3 * 10),
        ({"order_discount": 10.0}, 3 * 10 - 10),
        ({"tax_share": 0.2}, 3 * 10 * 0.8),
        ({"refunded_share": 1.0}, 0),
        ({"order_discount": 10.0, "refunded_share": 0.5}, (3 * 10 - 10) / 2),
        ({"line_discount": 1.0, "line_refund": 2.0}, 3 * (10 - 1 - 2)),
        ({"rate": 0.5}, 3 * 10 * 0.5),
    ],
)
def test_an_order_of_three_equal_lines_adds_up(change: dict[str, object], revenue: float) -> None:
    assert settle(change, change, change)["revenue"].sum() == pytest.approx(revenue, abs=1e-9)


def test_a_discount_that_does_not_divide_is_spread_by_cents() -> None:
    lines = settle(*[{"order_discount": 10.0}] * 3)
    assert lines["discount"].tolist() == [3.33, 3.34, 3.33]
    assert lines["revenue"].tolist() == [6.67, 6.66, 6.67]


def test_what_is_no_merchandise_bears_no_share() -> None:
    lines = settle({"order_discount": 5.0}, {"order_discount": 5.0, "goods": False, "unit_price": 90.0})
    assert lines["revenue"].iloc[0] == 10 - 5
    assert lines[["discount", "revenue"]].iloc[1].isna().all()


def test_an_order_worth_nothing_has_no_shares() -> None:
    assert settle({"unit_price": 0.0}, {"unit_price": 0.0})["revenue"].tolist() == [0.0, 0.0]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=9), st.integers(0, 100), st.integers(0, 100))
def test_shares_add_up_to_the_cent(prices: list[int], off: int, back: int) -> None:
    total = sum(prices)
    discount = total * off // 100
    lines = settle(
        *[
            {"unit_price": cents / 100, "order_discount": discount / 100, "refunded_share": back / 100}
            for cents in prices
        ]
    )
    cents = (lines[["discount", "revenue"]] * 100).round().astype(int).sum()
    assert cents["discount"] == (discount if total else 0)
    assert abs(cents["revenue"] - (total - discount) * (1 - back / 100)) <= 0.5 + 1e-6
