"""Differences between groups: exact where it can be counted, and no more often found than promised."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.estimators.disparity import pair_p_values
from tools.estimators.shares import share_ratio, wilson


def test_two_groups_agree_with_the_exact_test() -> None:
    """With two groups of a size the largest difference is that of either sign: twice Fisher's one-sided tail."""
    tail = sum(comb(20, hits) * comb(20, 12 - hits) for hits in range(3)) / comb(40, 12)
    p_values = pair_p_values(np.array([20, 20]), np.array([2, 10]), np.random.default_rng(1), draws=40_000)
    assert p_values[0, 1] == pytest.approx(2 * tail, abs=0.003)


def test_chance_alone_is_found_at_most_one_time_in_twenty() -> None:
    rng = np.random.default_rng(3)
    sizes = np.array([200, 150, 80, 40, 30])
    drawn = rng.multivariate_hypergeometric(sizes, 60, size=400, method="marginals")
    found = sum(bool((pair_p_values(sizes, hits, rng, draws=500) <= 0.05).any()) for hits in drawn)
    assert wilson(found, len(drawn))[0] <= 0.05


@pytest.mark.parametrize("hits", [[0, 0, 0], [40, 30, 5]])
def test_nobody_or_everybody_selected_is_no_difference(hits: list[int]) -> None:
    p_values = pair_p_values(np.array([40, 30, 5]), np.array(hits), np.random.default_rng(0), draws=50)
    assert (p_values == 1.0).all()


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_a_ratio_lies_in_its_interval(of: int, other_of: int, data: st.DataObject) -> None:
    hits, other = data.draw(st.integers(0, of)), data.draw(st.integers(0, other_of))
    ratio, low, high = share_ratio(hits, of, other, other_of)
    assert 0 <= low <= ratio <= high < float("inf")
    assert all(0 <= end <= 1 for end in wilson(hits, of))
