"""Lifts against statsmodels and scipy, at nominal under chance, and defined where little is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind
from statsmodels.stats.proportion import confint_proportions_2indep

from tools.estimators.lift import Counts, can_compare_money, capped, mean_lift, rate_lift, sample_ratio_p
from tools.estimators.looks import ALPHA, EARLY_ALPHA, level_on
from tools.estimators.lots import hold_out, lot, shares_of
from tools.estimators.money_power import PastSpend
from tools.estimators.power import rate_power

ONE = np.zeros(400, np.intp)


@pytest.mark.parametrize(
    ("hits", "treated", "other_hits", "others"), [(56, 70, 48, 80), (0, 50, 3, 20), (9, 10, 3, 10)]
)
def test_one_stratum_is_newcombes_interval(hits: int, treated: int, other_hits: int, others: int) -> None:
    lift = rate_lift([Counts(hits, treated, other_hits, others)], 0.05)
    assert lift is not None
    theirs = confint_proportions_2indep(hits, treated, other_hits, others, method="newcomb", compare="diff")
    assert (lift.low, lift.high) == pytest.approx(theirs, abs=1e-9)


def test_strata_with_other_shares_do_not_pass_for_an_effect() -> None:
    """Nothing works here: each stratum has one rate, and only the share of the treated differs."""
    strata = [Counts(90, 900, 10, 100), Counts(50, 100, 450, 900)]
    lift = rate_lift(strata, 0.05)
    assert lift is not None
    assert lift.value == pytest.approx(0.0)
    assert not lift.conclusive
    pooled = rate_lift([Counts(140, 1000, 460, 1000)], 0.05)
    assert pooled is not None
    assert pooled.conclusive


def test_money_without_cap_or_covariate_is_welchs_test() -> None:
    rng = np.random.default_rng(0)
    values, treated = rng.gamma(1.0, 50.0, 400), np.arange(400) < 250
    lift = mean_lift(values, treated, ONE, 0.05, cap=False)
    assert lift is not None
    theirs = ttest_ind(values[treated], values[~treated], equal_var=False).confidence_interval(0.95)
    assert (lift.low, lift.high) == pytest.approx((theirs.low, theirs.high))


def test_past_spend_narrows_the_interval_by_what_it_explains() -> None:
    rng = np.random.default_rng(0)
    before, treated = rng.normal(100, 30, 400), np.arange(400) % 2 == 0
    values = before + rng.normal(0, 30, 400)  # half of the variance is explained
    plain = mean_lift(values, treated, ONE, 0.05, cap=False)
    freed = mean_lift(values, treated, ONE, 0.05, before, cap=False)
    assert plain is not None
    assert freed is not None
    assert freed.reduction == pytest.approx(0.5, abs=0.1)
    ratio = (freed.high - freed.low) / (plain.high - plain.low)
    assert ratio == pytest.approx(np.sqrt(1 - freed.reduction), abs=0.01)


def test_all_revenue_in_one_customer_concludes_nothing() -> None:
    values = np.zeros(400)
    values[3] = 1e6
    treated = np.arange(400) < 200
    lift = mean_lift(values, treated, ONE, 0.05)
    assert lift is not None
    assert not lift.conclusive
    assert not can_compare_money(values, treated)


def test_returns_are_capped_like_spend() -> None:
    values = np.concatenate([np.arange(1.0, 101.0), [-5000.0]])
    assert capped(values).min() == -capped(values).max() == -np.quantile(np.arange(1.0, 101.0), 0.99)


def test_empty_arms_and_nothing_bought() -> None:
    nobody = np.zeros(3, bool)
    assert mean_lift(np.ones(3), nobody, ONE[:3], 0.05) is None
    assert rate_lift([Counts(1, 3, 0, 0)], 0.05) is None
    zero = rate_lift([Counts(0, 100, 0, 100)], 0.05)
    assert zero is not None
    assert zero.value == 0
    assert zero.low < 0 < zero.high
    same = mean_lift(np.zeros(400), np.arange(400) < 200, ONE, 0.05, np.zeros(400))
    assert same is not None
    assert (same.low, same.high) == (0.0, 0.0)
    assert not same.conclusive


def test_sample_ratio_adds_up_over_strata() -> None:
    assert sample_ratio_p([]) is None
    assert sample_ratio_p([(800, 200, 0.8), (500, 500, 0.5)]) == pytest.approx(1.0)
    lost = sample_ratio_p([(700, 200, 0.8), (500, 500, 0.5)])
    assert lost is not None
    assert lost == pytest.approx(np.exp(-(20**2 / (900 * 0.8 * 0.2)) / 2))  # chi-square with two degrees of freedom


@pytest.mark.parametrize("days", [1, 2, 28, 91])
def test_all_looks_together_spend_the_level(days: int) -> None:
    spent = sum(level_on(day, days) for day in range(1, days))
    assert spent == pytest.approx(EARLY_ALPHA if days > 1 else 0.0)
    assert spent + level_on(days, days) <= ALPHA + 1e-12


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=40), st.integers(0, 40))
def test_lots_take_each_stratums_share(strata: list[str], wanted: int) -> None:
    names = [f"c{place}" for place in range(len(strata))]
    chosen = hold_out(names, strata, wanted, "salt")
    assert chosen.sum() == min(wanted, len(names))
    for stratum in set(strata):
        inside = [place for place, own in enumerate(strata) if own == stratum]
        assert abs(chosen[inside].sum() - len(inside) * min(wanted, len(names)) / len(names)) < 1
    shuffled = list(reversed(range(len(names))))
    again = hold_out([names[i] for i in shuffled], [strata[i] for i in shuffled], wanted, "salt")
    assert {names[i] for i, flag in zip(shuffled, again, strict=True) if flag} == {
        name for name, flag in zip(names, chosen, strict=True) if flag
    }


def test_lots_look_uniform_and_salts_draw_anew() -> None:
    lots = np.array([lot("spring", f"c{number}") for number in range(2000)]) / 2.0**64
    others = np.array([lot("summer", f"c{number}") for number in range(2000)]) / 2.0**64
    assert lots.mean() == pytest.approx(0.5, abs=0.03)
    assert np.corrcoef(lots, others)[0, 1] == pytest.approx(0.0, abs=0.07)
    assert shares_of([], 3) == []


def test_stated_power_of_rates_is_how_often_newcombes_interval_finds_it() -> None:
    rng = np.random.default_rng(0)
    hits, other = rng.binomial(1600, 0.13, 2000), rng.binomial(400, 0.08, 2000)
    found = [rate_lift([Counts(int(a), 1600, int(b), 400)], 0.05) for a, b in zip(hits, other, strict=True)]
    share = np.mean([one is not None and one.conclusive for one in found])
    assert rate_power(0.08, 0.05, 1600, 400, 0.05) == pytest.approx(share, abs=0.03)


def test_stated_power_of_skewed_money_is_how_often_the_reading_finds_it() -> None:
    rng = np.random.default_rng(0)
    before = rng.gamma(0.5, 100.0, 3000)
    past = PastSpend(before * rng.gamma(2.0, 0.5, 3000) * (rng.random(3000) < 0.7), before)
    found = 0
    for _ in range(400):
        drawn = rng.integers(0, 3000, 1000)
        treated = np.arange(1000) < 800
        values = past.values[drawn] * np.where(treated, 1.3, 1.0)
        lift = mean_lift(values, treated, np.zeros(1000, np.intp), 0.05, past.before[drawn])
        found += lift is not None and lift.conclusive
    assert past.power(0.3, 800, 200, 0.05) == pytest.approx(found / 400, abs=0.06)
    assert past.power(0.3, 960, 40, 0.05) == 0.0  # 40 left alone are too few to compare money
    assert past.power(0.3, 800, 200, 0.05, adjusted=False) < past.power(0.3, 800, 200, 0.05)
