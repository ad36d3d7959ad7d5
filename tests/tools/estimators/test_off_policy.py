"""Off-policy estimates: equal to their formulas, unbiased where the chances are right, silent without support."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tools.estimators.off_policy import (
    METHODS,
    Log,
    arm_contributions,
    contributions,
    effective_size,
    interval,
    resample,
)

Array = NDArray[np.float64]
RATES = np.array([0.1, 0.3])
CHANCES = np.array([0.8, 0.2])


def logged(rows: int, seed: int) -> Log:
    rng = np.random.default_rng(seed)
    arms = rng.choice(2, rows, p=CHANCES)
    rewards = (rng.random(rows) < RATES[arms]).astype(float)
    return Log(arms, rewards, CHANCES[arms], np.arange(rows))


def value(log: Log, policy: Array, predicted: Array) -> dict[str, float]:
    return dict(zip(METHODS, contributions(log, policy, predicted).values.tolist(), strict=True))


def test_the_formulas_by_hand() -> None:
    log = Log(np.array([0, 1, 0]), np.array([1.0, 0.0, 0.0]), np.array([0.5, 0.5, 0.25]), np.arange(3))
    policy, predicted = np.tile([0.75, 0.25], (3, 1)), np.tile([0.4, 0.2], (3, 1))
    weights = np.array([1.5, 0.5, 3.0])
    found = value(log, policy, predicted)
    direct = 0.75 * 0.4 + 0.25 * 0.2
    assert found["ips"] == pytest.approx(1.5 / 3)
    assert found["snips"] == pytest.approx(1.5 / weights.sum())
    assert found["direct"] == pytest.approx(direct)
    assert found["dr"] == pytest.approx(direct + (1.5 * 0.6 - 0.5 * 0.2 - 3.0 * 0.4) / 3)


@pytest.mark.parametrize("method", ["ips", "dr"])
def test_estimates_are_unbiased_with_wrong_predictions(method: str) -> None:
    """Over many logs the mean error is within three of its standard errors."""
    policy, wrong = np.tile([0.1, 0.9], (400, 1)), np.full((400, 2), 0.5)
    errors = [value(logged(400, seed), policy, wrong)[method] - 0.1 * 0.1 - 0.9 * 0.3 for seed in range(300)]
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(len(errors))


def test_the_same_policy_as_logged_is_worth_what_was_seen() -> None:
    log = logged(500, 0)
    found = value(log, np.tile(CHANCES, (500, 1)), np.zeros((500, 2)))
    assert found["ips"] == pytest.approx(log.rewards.mean())
    assert found["snips"] == pytest.approx(log.rewards.mean())


def test_one_arm_is_the_policy_that_always_shows_it() -> None:
    log, predicted = logged(200, 1), np.full((200, 2), 0.2)
    always = contributions(log, np.tile([0.0, 1.0], (200, 1)), predicted)
    assert arm_contributions(log, 1, predicted).values == pytest.approx(always.values)


def test_an_arm_never_shown_has_no_support() -> None:
    log = Log(np.zeros(50, int), np.ones(50), np.ones(50), np.arange(50))
    part = arm_contributions(log, 1, np.zeros((50, 2)))
    assert effective_size(part.weights) == 0
    assert np.isnan(part.values[METHODS.index("snips")])


def test_no_reward_at_all_is_worth_nothing() -> None:
    log = Log(np.zeros(50, int), np.zeros(50), np.full(50, 0.5), np.arange(50))
    assert arm_contributions(log, 0, np.zeros((50, 1))).values.tolist() == [0.0] * len(METHODS)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 80), st.integers(0, 1000), st.floats(0, 1))
def test_any_log_gives_finite_values_where_there_is_weight(rows: int, seed: int, share: float) -> None:
    log = logged(rows, seed)
    part = contributions(log, np.tile([share, 1 - share], (rows, 1)), np.full((rows, 2), 0.2))
    known = np.isfinite(part.values)
    assert known[[0, 2, 3, 4, 5]].all()
    assert known[1] == bool(part.weights.sum() > 0)


def test_switch_and_shrinkage_tame_a_huge_weight() -> None:
    """One row of weight 1,000 moves IPS by a thousandth of its reward times that; the tamed ones hardly move."""
    rows = 1000
    arms, rewards, chances = np.zeros(rows, int), np.full(rows, 0.1), np.ones(rows)
    arms[0], rewards[0], chances[0] = 1, 1.0, 0.001
    part = contributions(
        Log(arms, rewards, chances, np.arange(rows)), np.tile([0.0, 1.0], (rows, 1)), np.full((rows, 2), 0.1)
    )
    found = dict(zip(METHODS, part.values.tolist(), strict=True))
    assert found["dr"] == pytest.approx(0.1 + 0.9)
    assert found["ips"] == pytest.approx(1.0)


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    policy, predicted = np.tile([0.3, 0.7], (300, 1)), np.full((300, 2), 0.2)
    true = 0.3 * 0.1 + 0.7 * 0.3
    held = 0
    for seed in range(100):
        log = logged(300, seed)
        draws = resample([contributions(log, policy, predicted)], log.clusters, np.random.default_rng(seed))
        low, high = interval(draws[:, 0, METHODS.index("dr")], 95)
        held += low < true < high
    assert held >= 88, "95 of 100 expected; fewer than 88 by chance once in 400"


def test_rows_of_a_customer_are_drawn_together() -> None:
    """Ten copies of each row say no more than one, and the interval is as wide."""
    log = logged(200, 5)
    many = Log(
        np.repeat(log.arms, 10),
        np.repeat(log.rewards, 10),
        np.repeat(log.propensities, 10),
        np.repeat(log.clusters, 10),
    )
    widths = []
    for one in (log, many):
        rows = len(one.arms)
        part = contributions(one, np.tile([0.5, 0.5], (rows, 1)), np.full((rows, 2), 0.2))
        draws = resample([part], one.clusters, np.random.default_rng(0))
        widths.append(np.ptp(interval(draws[:, 0, 0], 95)))
    assert widths[1] == pytest.approx(widths[0], rel=0.1)
