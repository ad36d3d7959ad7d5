"""The speed table: each bar is held to its own number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evals.benchmarks.speed import AT_ONCE, FIRST_TOKEN, MEMORY, PLAIN, Rates, measured

GOOD = Rates(
    plain=20.0,
    one=20.0 * PLAIN,
    constrained=20.0 * PLAIN * 0.95,
    at_once=20.0 * PLAIN * AT_ONCE + 1,
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
        {"one": 19.0 * PLAIN, "constrained": 19.0 * PLAIN},
        {"at_once": 20.0 * PLAIN},
        {"constrained": 20.0 * PLAIN * 0.85},
        {"first_token": 2 * FIRST_TOKEN},
        {"memory": int(2 * MEMORY)},
    ],
)
def test_one_bar_missed_is_told(worse: dict[str, float]) -> None:
    table = measured(replace(GOOD, **worse))  # type: ignore[arg-type]
    assert not table.holds
    assert sum(row[-1] == "NO" for row in table.rows) == 1
