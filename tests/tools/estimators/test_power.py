"""Power in closed form against statsmodels and against tests run on drawn data."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import power_proportions_2indep

from tools.estimators.power import needed_per_arm, rate_power, smallest_effect


@pytest.mark.parametrize(
    ("base", "effect", "treated", "ratio"), [(0.1, 0.02, 4000, 1.0), (0.5, -0.05, 900, 0.25), (0.05, 0.03, 500, 1.0)]
)
def test_rates_agree_with_statsmodels(base: float, effect: float, treated: int, ratio: float) -> None:
    theirs = power_proportions_2indep(effect, base, treated, ratio=ratio, alpha=0.05, return_results=False)
    assert rate_power(base, effect, treated, round(treated * ratio), 0.05) == pytest.approx(theirs, abs=5e-3)


def test_power_is_how_often_a_test_finds_the_effect() -> None:
    rng = np.random.default_rng(0)
    one, two = rng.binomial(600, 0.15, 4000) / 600, rng.binomial(300, 0.10, 4000) / 300
    pooled = (one * 600 + two * 300) / 900
    found = np.abs(one - two) / np.sqrt(pooled * (1 - pooled) * (1 / 600 + 1 / 300)) > 1.96
    assert rate_power(0.10, 0.05, 600, 300, 0.05) == pytest.approx(found.mean(), abs=0.02)


def test_empty_groups_find_nothing() -> None:
    assert rate_power(0.1, 0.05, 0, 10, 0.05) == 0.05


def test_smallest_effect_and_size_are_inverse() -> None:
    size = needed_per_arm(lambda n: rate_power(0.10, 0.02, n, n, 0.05), 0.8)
    assert size == 3841
    assert smallest_effect(lambda effect: rate_power(0.10, effect, 3841, 3841, 0.05), 0.9, 0.8) == pytest.approx(
        0.02, abs=1e-4
    )


def test_out_of_reach() -> None:
    assert smallest_effect(lambda effect: rate_power(0.1, effect, 3, 3, 0.05), 0.2, 0.8) is None
    assert needed_per_arm(lambda n: rate_power(0.1, 0.0, n, n, 0.05), 0.8) is None
