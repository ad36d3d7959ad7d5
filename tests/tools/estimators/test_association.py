"""Pairs by hand, chance that stays chance, and what large baskets must not feign."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.stats import hypergeom

from tools.estimators.association import (
    count_pairs,
    false_discovery,
    judge_pairs,
    judge_triple,
    size_strata,
    upper_tail,
)


def _matrix(baskets: list[set[int]], items: int) -> sparse.csr_array:
    flags = np.array([[item in basket for item in range(items)] for basket in baskets], dtype=np.int32)
    return sparse.csr_array(flags.reshape(len(baskets), items))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sets(st.integers(0, 4)), min_size=1, max_size=12))
def test_pairs_are_counted_as_by_hand(baskets: list[set[int]]) -> None:
    held = _matrix(baskets, 5)
    pairs = judge_pairs(held, np.zeros(len(baskets), dtype=np.int64), 1)
    found = dict(zip(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True), pairs.together, strict=True))
    by_hand = {(a, b): sum({a, b} <= basket for basket in baskets) for a in range(5) for b in range(a + 1, 5)}
    assert found == {pair: count for pair, count in by_hand.items() if count}
    again, expected = count_pairs(held.tocsc(), np.zeros(len(baskets), dtype=np.int64), pairs.first, pairs.second)
    assert again.tolist() == pairs.together.tolist()
    assert expected == pytest.approx(pairs.expected)


def test_chance_is_by_size_of_basket() -> None:
    # Ten small baskets hold one of two items, ten large ones both: by size nothing goes together.
    small, large = [{0}] * 5 + [{1}] * 5, [{0, 1, 2, 3}] * 10
    held = _matrix(small + large, 4)
    pairs = judge_pairs(held, size_strata(held), 1)
    thrown = judge_pairs(held, np.zeros(20, dtype=np.int64), 1)
    assert pairs.expected[0] == 5 * 5 / 10 + 10 * 10 / 10
    assert thrown.expected[0] == 15 * 15 / 20
    assert pairs.p_value[0] == 1


@pytest.mark.parametrize(("together", "one", "other", "baskets"), [(8, 12, 15, 100), (20, 40, 60, 400), (5, 5, 5, 50)])
def test_the_bound_is_never_below_fishers_exact_test(together: int, one: int, other: int, baskets: int) -> None:
    exact = hypergeom.sf(together - 1, baskets, one, other)
    bound = upper_tail(np.array([together]), np.array([one * other / baskets]))[0]
    assert exact <= bound < 1e-3


def test_false_discoveries_follow_the_step_up_rule() -> None:
    # Of 4 tests at 20 %: .05, .10, .15, .20 are the steps; .15 is passed at the third, and carries the second along.
    assert false_discovery(np.array([0.01, 0.11, 0.15]), 4, 0.2).tolist() == [True, True, True]
    assert false_discovery(np.array([0.06, 0.11, 0.16]), 4, 0.2).tolist() == [False, False, False]
    assert false_discovery(np.empty(0), 0, 0.2).tolist() == []


def test_permuted_baskets_hold_no_pairs() -> None:
    rng = np.random.default_rng(0)
    held = sparse.csr_array((rng.random((3000, 40)) < rng.uniform(0.02, 0.2, 40)).astype(np.int32))
    pairs = judge_pairs(held, size_strata(held), 5)
    assert not false_discovery(pairs.p_value, comb(40, 2), 0.05).any()


def test_a_third_item_must_add_something() -> None:
    rng = np.random.default_rng(1)
    flags = rng.random((4000, 6)) < 0.05
    both = rng.random(4000) < 0.05
    flags[both, 0] = flags[both, 1] = True
    three = rng.random(4000) < 0.05
    flags[three, 3] = flags[three, 4] = flags[three, 5] = True
    held = sparse.csc_array(flags.astype(np.int32))
    strata = np.zeros(4000, dtype=np.int64)
    together, p_value, expected = judge_triple(held, strata, (3, 4, 5))
    assert together == int(flags[:, 3:].all(axis=1).sum())
    assert p_value < 1e-9
    assert expected < together
    assert judge_triple(held, strata, (0, 1, 2))[1] > 0.05


def test_many_sizes_are_grouped() -> None:
    held = sparse.csr_array(np.tril(np.ones((100, 100), dtype=np.int32)))
    strata = size_strata(held, most=10)
    assert len(np.unique(strata)) <= 11
    assert np.all(np.diff(strata) >= 0)
