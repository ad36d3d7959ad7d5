"""Response rates against drawn truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from tools.estimators.response import MOST_ROWS, between_campaigns, fit_response, rate_difference, shrunk_rate


def drawn(spread: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return traits, responses and campaigns with coefficients -1, 0.8 and 0 and a spread between 40 campaigns."""
    rng = np.random.default_rng(seed)
    traits, campaigns = rng.normal(size=(8000, 2)), np.repeat(np.arange(40), 200)
    rates = expit(-1 + 0.8 * traits[:, 0] + rng.normal(0, spread, 40)[campaigns])
    return traits, (rng.random(8000) < rates).astype(float), campaigns


def test_coefficients_are_found() -> None:
    traits, responded, campaigns = drawn(0.0, 0)
    model = fit_response(traits, responded, campaigns)
    assert model.coefficients == pytest.approx([-1.0, 0.8, 0.0], abs=0.1)
    assert model.rates(traits).mean() == pytest.approx(responded.mean(), abs=1e-6)


@pytest.mark.parametrize("spread", [0.0, 0.5])
def test_spread_between_campaigns_is_found(spread: float) -> None:
    traits, responded, campaigns = drawn(spread, 1)
    assert fit_response(traits, responded, campaigns).campaign_sd == pytest.approx(spread, abs=0.15)


def test_draws_cover_other_campaigns() -> None:
    traits, responded, campaigns = drawn(0.5, 2)
    learned = campaigns < 20
    model = fit_response(traits[learned], responded[learned], campaigns[learned])
    inside = []
    for campaign in range(20, 40):
        chosen = campaigns == campaign
        rng = np.random.default_rng(campaign)
        hits = rng.binomial(200, model.draw_segment_rates(traits[chosen], 2000, rng))
        low, high = np.percentile(hits, [10, 90])
        inside.append(low <= responded[chosen].sum() <= high)
    assert 0.6 <= np.mean(inside) <= 1.0


def test_large_segments_are_represented_by_ranks() -> None:
    traits, responded, campaigns = drawn(0.0, 3)
    model = fit_response(traits, responded, campaigns)
    assert len(traits) > MOST_ROWS
    draws = model.draw_segment_rates(traits, 500, np.random.default_rng(0))
    assert draws.mean() == pytest.approx(model.rates(traits).mean(), abs=0.005)


def test_a_constant_trait_does_no_harm() -> None:
    traits, responded, campaigns = drawn(0.0, 4)
    model = fit_response(np.column_stack([traits, np.ones(len(traits))]), responded, campaigns)
    assert model.coefficients[3] == pytest.approx(0.0, abs=1e-9)


def test_one_campaign_has_no_spread() -> None:
    assert between_campaigns(np.full(10, 0.5), np.ones(10), np.zeros(10, int)) == 0.0


def test_small_segments_are_drawn_to_the_shop() -> None:
    alpha, beta = shrunk_rate(1, 2, 10, 100, 25)
    shop = (10 + 0.5) / (100 + 1)  # Jeffreys
    assert alpha / (alpha + beta) == pytest.approx((1 + 25 * shop) / (2 + 25))


def test_difference_of_equal_rates_is_unclear() -> None:
    difference, low, high = rate_difference(10, 100, 10, 100, 1.2816)
    assert difference == 0.0
    assert low < 0 < high
