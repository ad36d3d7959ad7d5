"""Planted bundles are found, one household's habit and chance are not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from tools.products.bundling import LEAST_BASKETS, Rule, find_rules, without_repeats

BASKETS, ITEMS, CUSTOMERS = 4_000, 30, 200


def _shop(seed: int = 0) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    return rng.random((BASKETS, ITEMS)) < 0.05, rng.permutation(BASKETS) % CUSTOMERS


def _found(flags: NDArray[np.bool_], customers: NDArray[np.int64]) -> dict[frozenset[int], Rule]:
    search = find_rules(sparse.csr_array(flags.astype(np.int32)), customers)
    return {frozenset(rule.items): rule for rule in search.rules}


def test_a_planted_pair_is_the_only_one() -> None:
    flags, customers = _shop()
    flags[:80, [3, 7]] = True
    found = _found(flags, customers)
    assert set(found) == {frozenset((3, 7))}
    rule = found[frozenset((3, 7))]
    both, one, other = (int(flags[:, list(items)].all(axis=1).sum()) for items in ((3, 7), (3,), (7,)))
    assert rule.baskets == both
    assert rule.support == both / BASKETS
    assert rule.confidence == both / min(one, other)
    assert rule.lift == pytest.approx((both / BASKETS) / (one / BASKETS * other / BASKETS))
    assert rule.lift_low < rule.lift
    assert rule.expected < rule.baskets


def test_a_planted_set_of_three_is_found_with_its_pairs() -> None:
    flags, customers = _shop()
    flags[:100, [3, 7, 9]] = True
    found = _found(flags, customers)
    assert {frozenset(pair) for pair in ((3, 7), (3, 9), (7, 9), (3, 7, 9))} == set(found)


def test_one_households_habit_is_no_bundle() -> None:
    flags, customers = _shop()
    customers[:100] = 0
    flags[:100, [3, 7]] = True
    assert not _found(flags, customers)


def test_chance_is_no_bundle() -> None:
    assert not _found(*_shop())


def test_nothing_to_look_through() -> None:
    for shape in ((0, 0), (5, 1), (0, 3)):
        search = find_rules(sparse.csr_array(shape, dtype=np.int32), np.zeros(shape[0], dtype=np.int64))
        assert (search.rules, search.significant) == ((), 0)


def test_fifty_identical_products_are_many_pairs_and_one_bundle() -> None:
    rng = np.random.default_rng(0)
    flags = np.repeat(rng.random((BASKETS, 1)) < 0.05, 50, axis=1)
    rules = find_rules(sparse.csr_array(flags.astype(np.int32)), np.arange(BASKETS) % CUSTOMERS).rules
    assert all(rule.baskets >= LEAST_BASKETS for rule in rules)
    same = np.full(50, "same", dtype=object)
    assert len(without_repeats(rules, same, 5)) == min(len(rules), 1)


def test_no_product_is_shown_twice() -> None:
    def rule(*items: int) -> Rule:
        return Rule(items, 30, 10.0, 20, 0.1, 0.5, 3.0, 2.0, 0.001)

    groups = np.array(list("abcdab"), dtype=object)
    rules = (rule(0, 1), rule(1, 2), rule(2, 3), rule(4, 5))
    assert [kept.items for kept in without_repeats(rules, groups, 5)] == [(0, 1), (2, 3)]
    assert [kept.items for kept in without_repeats(rules, groups, 1)] == [(0, 1)]
