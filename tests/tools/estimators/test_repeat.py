"""What is bought again: counted by hand, learned where the past can teach it."""

from __future__ import annotations

import numpy as np
import pytest

from tools.estimators.repeat import MIDDLE, PRIOR_DAYS, Bought, describe_pairs, discounted_gain, fit_repeat


def _bought(rows: list[tuple[int, int, int]], customers: int, products: int) -> Bought:
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    visits = np.unique(table[:, [0, 2]], axis=0)
    return Bought(
        table[:, 0],
        table[:, 1],
        table[:, 2].astype(float),
        visits[:, 0],
        visits[:, 1].astype(float),
        customers,
        products,
    )


def test_a_rate_is_weighted_days_over_weighted_shopping_days() -> None:
    pairs = describe_pairs(_bought([(0, 0, 10), (0, 0, 30), (0, 1, 20)], 1, 2))
    weight = {age: np.exp(-age / MIDDLE) for age in (10, 20, 30)}
    expected = (weight[10] + weight[30]) / (sum(weight.values()) + PRIOR_DAYS)
    assert pairs.rate[0] == pytest.approx(expected)
    assert (pairs.days[0], pairs.last[0], pairs.interval[0]) == (2, 10, 20)
    assert np.isnan(pairs.interval[1])


def test_only_the_likeliest_are_kept() -> None:
    rows = [(0, product, age) for product in range(5) for age in range(1, 2 + product)]
    pairs = describe_pairs(_bought(rows, 1, 5), most=2)
    assert pairs.column.tolist() == [3, 4]


def test_the_past_and_what_came_next_do_not_meet() -> None:
    bought = _bought([(0, 0, 40), (0, 1, 20), (0, 2, 5), (1, 0, 40), (2, 3, 28)], 3, 4)
    assert bought.before(28).age.tolist() == [12.0, 12.0]
    shopped, basket = bought.next_basket(28)
    assert shopped.tolist() == [True, False, True]
    assert basket.tolist() == [0 * 4 + 1, 2 * 4 + 3]


def _rhythms(customers: int) -> Bought:
    """Draw customers who take milk every week and coffee every fourth: what counts is the day, not the rate alone."""
    rng = np.random.default_rng(0)
    rows = []
    for customer in range(customers):
        start = int(rng.integers(1, 8))
        for week in range(26):
            rows.append((customer, 0, start + 7 * week))
            rows += [(customer, 1 + customer % 4, start + 7 * week)] * ((week + customer) % 4 == 0)
            rows += [(customer, 5 + int(product), start + 7 * week) for product in rng.integers(0, 30, 2)]
    return _bought(sorted(set(rows)), customers, 35)


def test_rhythms_are_learned() -> None:
    bought = _rhythms(400)
    model = fit_repeat(bought, 28.0)
    assert model.trees is not None
    then = describe_pairs(bought.before(28.0))
    _, basket = bought.next_basket(28.0)
    hit = np.isin(then.keys(35), basket)
    assert discounted_gain(then.row, model.scores(then), hit) > discounted_gain(then.row, then.rate, hit)
    assert np.array_equal(fit_repeat(bought, 28.0).scores(then), model.scores(then))


def test_too_little_past_leaves_the_plain_rate() -> None:
    bought = _bought([(0, 0, 40), (0, 0, 20)], 1, 1)
    model = fit_repeat(bought, 28.0)
    pairs = describe_pairs(bought)
    assert model.trees is None
    assert "only 1 products" in model.learned_nothing
    assert model.scores(pairs).tolist() == pairs.rate.tolist()
    empty = describe_pairs(_bought([], 0, 0))
    assert len(fit_repeat(_bought([], 0, 0), 28.0).scores(empty)) == 0
