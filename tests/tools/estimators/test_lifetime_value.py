"""BG/NBD and Gamma-Gamma against their printed formulas, published numbers and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.special import gamma, gammaln, hyp2f1

from tools.estimators.gamma_gamma import SpendModel, _spend_loss, fit_spend, frequency_correlation
from tools.estimators.lifetime_value import (
    EstimationError,
    Histories,
    PurchaseModel,
    _purchase_loss,
    distinct,
    fit_purchases,
)

# Fader, Hardie and Lee (2005), Table 2: the CDNOW sample of 2,357 customers, weeks.
CDNOW = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4)


def likelihood(r: float, alpha: float, a: float, b: float, x: float, recency: float, age: float) -> float:
    """Return the likelihood of one customer, equation (6) of the paper, with plain gamma functions."""
    first = gamma(r + x) * alpha**r / gamma(r)
    second = gamma(a + b) * gamma(b + x) / (gamma(b) * gamma(a + b + x))
    third = (1 / (alpha + age)) ** (r + x)
    fourth = a / (b + x - 1) * (1 / (alpha + recency)) ** (r + x) if x > 0 else 0.0
    return float(first * second * (third + fourth))


def simulated(customers: int, seed: int) -> tuple[Histories, np.ndarray]:
    """Return 52 weeks of purchases drawn from the model with r 1, alpha 4, a 1, b 3, and those of the next 26 weeks."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(26, 52, customers)
    repeats, recency, later = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    rates, dropouts = rng.gamma(1.0, 1 / 4.0, customers), rng.beta(1.0, 3.0, customers)
    for index in range(customers):
        now = 0.0
        while rng.random() >= dropouts[index] or now == 0.0:
            now += rng.exponential(1 / rates[index])
            if now > age[index] + 26:
                break
            if now <= age[index]:
                repeats[index], recency[index] = repeats[index] + 1, now
            else:
                later[index] += 1
    return Histories(repeats, recency, age), later


def test_likelihood_is_the_printed_formula() -> None:
    past = Histories(np.array([0.0, 1.0, 4.0]), np.array([0.0, 3.0, 20.0]), np.array([10.0, 30.0, 25.0]))
    by_hand = -np.mean(
        [np.log(likelihood(0.5, 3.0, 0.8, 2.5, *row)) for row in zip(past.repeats, past.recency, past.age, strict=True)]
    )
    loss, _ = _purchase_loss(np.log([0.5, 3.0, 0.8, 2.5]), past, np.ones(3))
    assert loss == pytest.approx(by_hand, rel=1e-12)


def test_gradient_agrees_with_differences() -> None:
    past, _ = simulated(50, 1)
    where = np.log([0.7, 5.0, 0.6, 2.0])
    weights = np.linspace(0.5, 2.0, 50)
    error = check_grad(
        lambda logs: _purchase_loss(logs, past, weights)[0], lambda logs: _purchase_loss(logs, past, weights)[1], where
    )
    assert error < 1e-5


def test_likelihood_holds_for_hundreds_of_orders() -> None:
    past = Histories(np.array([800.0, 3.0]), np.array([51.9, 20.0]), np.array([52.0, 52.0]))
    loss, slope = _purchase_loss(np.log([1.4, 1.4, 0.03, 28.0]), past, np.ones(2))
    assert np.isfinite(loss)
    assert np.isfinite(slope).all()


def test_published_expectation() -> None:
    one = Histories(np.array([2.0]), np.array([30.43]), np.array([38.86]))
    assert CDNOW.expected_purchases(one, 39.0)[0] == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize(("repeats", "recency"), [(1, 5.0), (2, 30.43), (10, 30.0), (20, 37.0)])
def test_expectation_is_the_printed_formula(repeats: int, recency: float) -> None:
    m, age, ahead = CDNOW, 38.86, 39.0
    shape = m.rate + repeats
    ratio = (m.scale + age) / (m.scale + age + ahead)
    series = hyp2f1(shape, m.b + repeats, m.a + m.b + repeats - 1, ahead / (m.scale + age + ahead))
    first = (m.a + m.b + repeats - 1) / (m.a - 1) * (1 - ratio**shape * series)
    gone = m.a / (m.b + repeats - 1) * ((m.scale + age) / (m.scale + recency)) ** shape
    past = Histories(np.array([float(repeats)]), np.array([recency]), np.array([age]))
    assert m.expected_purchases(past, ahead)[0] == pytest.approx(first / (1 + gone), rel=1e-4)


def test_fit_recovers_the_model_that_drew_the_data() -> None:
    past, later = simulated(4000, 2)
    model = fit_purchases(past)
    truth = PurchaseModel(1.0, 4.0, 1.0, 3.0, 0.0)
    at_truth = -_purchase_loss(np.log([1.0, 4.0, 1.0, 3.0]), past, np.ones(4000))[0] * 4000
    assert model.log_likelihood >= at_truth
    assert model.rate == pytest.approx(truth.rate, rel=0.15)
    assert model.scale == pytest.approx(truth.scale, rel=0.15)
    assert model.expected_purchases(past, 26.0).sum() == pytest.approx(later.sum(), rel=0.05)


def test_draws_have_the_expected_mean() -> None:
    past, _ = simulated(2000, 3)
    model = PurchaseModel(1.0, 4.0, 1.0, 3.0, 0.0)
    rng = np.random.default_rng(0)
    drawn = np.mean([model.simulate_purchases(past, 26.0, rng).mean() for _ in range(40)])
    assert drawn == pytest.approx(model.expected_purchases(past, 26.0).mean(), rel=0.02)


def test_nobody_bought_twice() -> None:
    with pytest.raises(EstimationError, match="bought twice"):
        fit_purchases(Histories(np.zeros(3), np.zeros(3), np.ones(3)))


def test_spend_likelihood_and_recovery() -> None:
    rng = np.random.default_rng(4)
    count = rng.integers(1, 10, 5000).astype(float)
    scale = rng.gamma(4.0, 1 / 15.0, 5000)
    mean = rng.gamma(6.0 * count, 1 / (scale * count))
    model = fit_spend(count, mean)
    assert model.p == pytest.approx(6.0, rel=0.1)
    assert model.p * model.gamma / (model.q - 1) == pytest.approx(6.0 * 15.0 / 3.0, rel=0.05)


def test_many_purchases_outweigh_the_shop_mean() -> None:
    model = SpendModel(6.25, 3.74, 15.44)
    shop = model.p * model.gamma / (model.q - 1)
    few, many = model.expected_value(np.array([1.0, 1000.0]), np.array([100.0, 100.0]))
    assert shop < few < many < 100.0
    assert many == pytest.approx(100.0, rel=0.01)


def test_gamma_functions_agree() -> None:
    assert gamma(5.5) == pytest.approx(np.exp(gammaln(5.5)))


def test_spend_gradient_agrees_with_differences() -> None:
    rng = np.random.default_rng(5)
    x, z, weights = rng.integers(1, 30, 40).astype(float), rng.gamma(2.0, 10.0, 40), rng.exponential(size=40)
    where = np.log([1.5, 4.0, 12.0])
    error = check_grad(
        lambda logs: _spend_loss(logs, x, z, weights)[0], lambda logs: _spend_loss(logs, x, z, weights)[1], where
    )
    assert error < 1e-5


def test_equal_histories_are_computed_once_with_the_same_result() -> None:
    past, _ = simulated(300, 6)
    rounded = Histories(past.repeats, past.recency.round(), past.age.round())
    one, counts = distinct(rounded)
    assert len(counts) < 300
    assert counts.sum() == 300
    each, together = fit_purchases(rounded, np.ones(300)), fit_purchases(rounded)
    assert together.log_likelihood == pytest.approx(each.log_likelihood, rel=1e-9)
    assert together.rate == pytest.approx(each.rate, rel=1e-3)


def test_next_purchase_is_the_median_of_the_waiting_time() -> None:
    model = PurchaseModel(1.0, 4.0, 0.8, 2.5, 0.0)
    past = Histories(np.array([5.0]), np.array([20.0]), np.array([26.0]))
    rng = np.random.default_rng(0)
    waits = rng.exponential(1 / rng.gamma(1.0 + 5.0, 1 / (4.0 + 26.0), 100_000))
    assert np.median(waits) == pytest.approx(model.time_to_next(past)[0], rel=0.02)


def test_a_fit_on_the_edge_says_so() -> None:
    """Everybody buys every week until today: nobody drops out, so the dropout has no estimate."""
    weeks = np.full(50, 30.0)
    assert not fit_purchases(Histories(weeks, weeks, weeks)).converged
    assert not fit_spend(np.arange(1.0, 51.0), np.full(50, 20.0)).converged


def test_value_that_grows_with_frequency_is_seen() -> None:
    rng = np.random.default_rng(8)
    often = rng.integers(1, 40, 500).astype(float)
    assert frequency_correlation(often, 10 + often + rng.normal(0, 1, 500)) == pytest.approx(1, abs=0.05)
    assert abs(frequency_correlation(often, rng.gamma(2.0, 10.0, 500)) or 0) < 0.15
