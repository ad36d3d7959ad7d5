"""Fitted curves: the truth is found again, outliers do not decide, and what was not seen stays open."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tools.estimators.media.adstock import adstock
from tools.estimators.media.curves import Curves
from tools.estimators.media.fitting import SATURATING, choose_families, fit_channel, one_step_errors, steady_weights
from tools.estimators.media.posterior import Weeks

Array = NDArray[np.float64]
TRUTH = Curves.known("hill", 400.0, 80.0)
CARRY = 0.4


def outcome(spend: Array, noise: float = 15.0) -> Array:
    drawn = np.random.default_rng(3).normal(0, noise, len(spend))
    return np.array([TRUTH.mean(float(worked)) for worked in adstock(spend, CARRY)]) + drawn


def spend_of(weeks: int) -> Array:
    return np.random.default_rng(4).uniform(20, 150, weeks)


def width(weeks: Weeks, spend: float) -> float:
    draws = fit_channel(weeks, np.random.default_rng(0))[0].curves.values(spend)
    return float(np.quantile(draws, 0.9) - np.quantile(draws, 0.1))


def test_curve_and_carry_over_are_found_again() -> None:
    spend = spend_of(104)
    fit, _ = fit_channel(Weeks(spend, outcome(spend)), np.random.default_rng(0))
    assert fit.curves.mean(80.0) == pytest.approx(200.0, rel=0.04)
    assert np.median(fit.carry) == pytest.approx(CARRY, abs=0.12)
    assert fit.noise.mean() == pytest.approx(15.0, rel=0.25)


@pytest.mark.parametrize("weeks", [10, 30])
def test_few_weeks_are_enough_for_a_wide_answer(weeks: int) -> None:
    spend = spend_of(weeks)
    fit, _ = fit_channel(Weeks(spend, outcome(spend)), np.random.default_rng(0))
    low, high = np.quantile(fit.curves.values(80.0), (0.02, 0.98))
    assert low < 200.0 < high


def test_even_spend_says_nothing_of_other_spends() -> None:
    even, varied = np.full(40, 80.0), spend_of(40)
    same = Weeks(even, np.full(40, 200.0) + np.random.default_rng(0).normal(0, 15, 40))
    seen = Weeks(varied, outcome(varied))
    assert fit_channel(same, np.random.default_rng(0))[0].curves.mean(80.0) == pytest.approx(200.0, rel=0.05)
    assert width(same, 160.0) > 3 * width(seen, 160.0)
    assert width(same, 20.0) > 3 * width(seen, 20.0)


@pytest.mark.parametrize("where", ["outcome", "spend"])
def test_one_huge_week_does_not_decide(where: str) -> None:
    spend = spend_of(60)
    got = outcome(spend)
    (got if where == "outcome" else spend)[30] = 20_000.0
    fit, _ = fit_channel(Weeks(spend, got), np.random.default_rng(0))
    assert fit.curves.mean(80.0) == pytest.approx(200.0, rel=0.12)


def test_s_shape_is_taken_only_where_it_predicts_better() -> None:
    spend = spend_of(60)
    bent = Curves.known("s_shaped", 400.0, 80.0, 3.0)
    noise = np.random.default_rng(5).normal(0, 10, 60)
    weeks = Weeks(spend, np.array([bent.mean(float(money)) for money in spend]) + noise)
    plain = Weeks(spend, outcome(spend))
    assert choose_families(weeks, steady_weights(weeks), SATURATING).kept == ("s_shaped",)
    assert "s_shaped" not in choose_families(plain, steady_weights(plain), SATURATING).kept


def test_a_week_is_predicted_from_those_before_it_alone() -> None:
    spend = spend_of(30)
    got = outcome(spend)
    changed = got.copy()
    changed[-1] += 1_000.0
    one, other = (one_step_errors(Weeks(spend, values), "hill") for values in (got, changed))
    assert one[:-1] == pytest.approx(other[:-1])
    assert other[-1] - one[-1] == pytest.approx(1_000.0, rel=0.5)


@pytest.mark.parametrize("got", [np.zeros(20), np.r_[np.full(10, np.nan), np.arange(10.0)]])
def test_degenerate_outcomes_give_finite_curves(got: Array) -> None:
    spend = spend_of(20)
    fit, choice = fit_channel(Weeks(spend, got), np.random.default_rng(0))
    assert np.isfinite(fit.curves.values(100.0)).all()
    assert all(np.isfinite(error) for error in choice.errors.values())


def test_same_seed_gives_the_same_curves() -> None:
    weeks = Weeks(spend_of(30), outcome(spend_of(30)))
    first, second = (fit_channel(weeks, np.random.default_rng(1))[0] for _ in range(2))
    assert (first.curves.top == second.curves.top).all()
