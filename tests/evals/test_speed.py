"""The speed table: each bar is held to its own number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evals.benchmarks.speed import AT_ONCE, FIRST_TOKEN, MEMORY, PLAIN, Rates, measured

PLAIN_RATE = 20.0
ONE = PLAIN_RATE * PLAIN


def rounds(rate: float) -> list[float]:
    """Give three rounds, the middle one at the rate."""
    return [rate * 0.9, rate, rate * 1.2]


GOOD = Rates(
    plain=rounds(PLAIN_RATE),
    one=rounds(ONE),
    constrained=rounds(ONE * 0.95),
    at_once=rounds(ONE * AT_ONCE + 1),
    first_token=FIRST_TOKEN / 2,
    memory=int(MEMORY / 4),
    equal=45,
    compared=50,
)


def test_rates_that_meet_every_bar_hold() -> None:
    table = measured(GOOD)
    assert table.holds
    assert ("first action equal to the fp32 merge's", "45 of 50", "reported", "-") in table.rows


@pytest.mark.parametrize(
    "worse",
    [
        {"one": rounds(ONE * 0.95), "constrained": rounds(ONE * 0.95)},
        {"at_once": rounds(ONE)},
        {"constrained": rounds(ONE * 0.85)},
        {"first_token": 2 * FIRST_TOKEN},
        {"memory": int(2 * MEMORY)},
    ],
)
def test_one_bar_missed_is_told(worse: dict[str, Any]) -> None:
    table = measured(replace(GOOD, **worse))
    assert not table.holds
    assert sum(row[-1] == "NO" for row in table.rows) == 1


def test_ratios_are_taken_within_a_round() -> None:
    faster_and_slower = replace(GOOD, plain=[10.0, 20.0, 40.0], one=[50.0, 100.0, 200.0])
    assert ("one stream by plain transformers", "5.0 (5.0 to 5.0)", ">= 4", "yes") in measured(faster_and_slower).rows
