"""Bandit policies: chances that add to one, learn the better arm, and never show what is not allowed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tools.estimators.arms import ArmModel, Rewards, discount, fit_arms
from tools.estimators.bandits import draw_arms, explore, linucb_shares, thompson_shares

Array = NDArray[np.float64]


def tried(rows: int, rates: Array, seed: int = 0, *, binary: bool = True) -> Rewards:
    """Return rewards of arms shown evenly; the first trait does not matter."""
    rng = np.random.default_rng(seed)
    arms = rng.integers(0, len(rates), rows)
    drawn = (rng.random(rows) < rates[arms]).astype(float) if binary else rng.normal(rates[arms], 1.0)
    return Rewards(rng.normal(size=(rows, 1)), arms, drawn, np.ones(rows))


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 60), st.integers(1, 6), st.integers(0, 2**6 - 1), st.floats(0.01, 1.0), st.booleans(), st.booleans()
)
def test_chances_are_chances_within_what_is_allowed(
    rows: int, count: int, flags: int, exploration: float, binary: bool, silent: bool
) -> None:
    allowed = np.array([bool(flags >> arm & 1) for arm in range(count)])
    allowed[0] |= not allowed.any()
    rewards = tried(rows, np.linspace(0.0, 0.0 if silent else 0.9, count), rows, binary=binary)
    model = fit_arms(rewards, count, binary=binary)
    traits = np.linspace(-3, 3, 7)[:, None]
    for shares in (
        thompson_shares(model, traits, allowed, np.random.default_rng(1)),
        linucb_shares(model, traits, allowed),
    ):
        mixed = explore(shares, allowed, exploration)
        assert mixed.sum(axis=1) == pytest.approx(1.0)
        assert (mixed[:, ~allowed] == 0).all()
        assert (mixed[:, allowed] >= exploration / allowed.sum() - 1e-12).all()
        assert allowed[draw_arms(mixed, np.linspace(0, 0.999999, 7))].all()


@pytest.mark.parametrize("binary", [True, False])
def test_the_better_arm_is_found(binary: bool) -> None:
    model = fit_arms(tried(3000, np.array([0.1, 0.2, 0.1]), binary=binary), 3, binary=binary)
    shares = thompson_shares(model, np.zeros((1, 1)), np.ones(3, bool), np.random.default_rng(0))
    assert shares[0, 1] > 0.9
    assert linucb_shares(model, np.zeros((1, 1)), np.ones(3, bool))[0].tolist() == [0.0, 1.0, 0.0]


def test_an_arm_without_data_is_the_average_and_uncertain() -> None:
    model = fit_arms(tried(2000, np.array([0.1, 0.1])), 3, binary=True)
    rates = model.predict(np.zeros((1, 1)))[0]
    assert rates[2] == pytest.approx(rates[:2].mean(), abs=0.02)
    assert model.covariances[2, 0, 0] > 5 * model.covariances[0, 0, 0]


def test_rewards_that_are_not_discounted_count_alike_and_old_ones_less() -> None:
    old = tried(1000, np.array([0.3, 0.1]), 1)
    new = tried(1000, np.array([0.1, 0.3]), 2)
    both = [np.concatenate([getattr(part, name) for part in (old, new)]) for name in ("traits", "arms", "values")]
    ages = np.r_[np.full(1000, 300.0), np.zeros(1000)]

    def best(half_life: float | None) -> int:
        model = fit_arms(Rewards(both[0], both[1], both[2], discount(ages, half_life)), 2, binary=True)
        return int(model.predict(np.zeros((1, 1)))[0].argmax())

    assert best(60.0) == 1
    even = fit_arms(Rewards(both[0], both[1], both[2], discount(ages, None)), 2, binary=True).predict(np.zeros((1, 1)))
    assert even[0, 0] == pytest.approx(even[0, 1], abs=0.05)


def test_a_linear_model_is_the_ridge_regression_of_the_textbook() -> None:
    rng = np.random.default_rng(3)
    design = np.column_stack([np.ones(50), rng.normal(size=50)])
    values = rng.normal(size=50)
    model: ArmModel = fit_arms(Rewards(design[:, 1:], np.zeros(50, int), values, np.ones(50)), 1, binary=False)
    scaled = model.design(design[:, 1:])
    level = values.sum() / 51
    expected = np.linalg.solve(scaled.T @ scaled + np.eye(2), scaled.T @ (values - level)) + [level, 0]
    assert model.shared == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(3))
def test_many_arms_with_hardly_any_response_are_fitted(seed: int) -> None:
    """Of 80 arms with 60 rows each about 20 have a response: the fit once ran away there."""
    rng = np.random.default_rng(seed)
    traits = (rng.random((4800, 12)) < 0.2).astype(float)
    arms = np.repeat(np.arange(80), 60)
    clicks = (rng.random(4800) < 0.004).astype(float)
    rates = fit_arms(Rewards(traits, arms, clicks, np.ones(4800)), 80, binary=True).predict(traits)
    assert rates.mean() == pytest.approx(0.004, abs=0.004)
    assert (rates > 0.1).mean() < 0.01
