"""EASE by its defining equation, and the choice of the best of each group."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from tools.estimators.recommend import best_of_each, ease, item_neighbours


def test_ease_is_ridge_regression_without_itself() -> None:
    rng = np.random.default_rng(1)
    bought = (rng.random((40, 6)) < 0.4).astype(np.float32)
    weights = ease(sparse.csr_array(bought), ridge=3.0)
    for item in range(6):
        others = np.delete(bought, item, axis=1)
        expected = np.linalg.solve(others.T @ others + 3.0 * np.eye(5), others.T @ bought[:, item])
        assert np.delete(weights[:, item], item) == pytest.approx(expected, abs=1e-4)
        assert weights[item, item] == 0


@given(
    st.lists(st.tuples(st.integers(-3, 9), st.sampled_from("abc")), max_size=12),
    st.integers(1, 6),
)
def test_the_best_of_each_group(rows: list[tuple[int, str]], k: int) -> None:
    scores = np.array([float(score) for score, _ in rows])
    groups = np.array([group for _, group in rows], dtype=object)
    chosen = best_of_each(scores, groups, k, 1)
    positive = [row for row, score in enumerate(scores) if score > 0]
    assert len(chosen) == len(set(chosen)) == min(k, len(positive))
    assert set(chosen) <= set(positive)
    if chosen:
        assert scores[chosen[0]] == scores.max()
    assert len({groups[row] for row in chosen}) == min(k, len({groups[row] for row in positive}))


def test_neighbours_are_cosines_of_buyers() -> None:
    bought = (np.random.default_rng(3).random((30, 5)) < 0.5).astype(np.float32)
    weights = item_neighbours(sparse.csr_array(bought), most=5, shrink=2.0)
    both, one, other = bought[:, 0] @ bought[:, 1], bought[:, 0].sum(), bought[:, 1].sum()
    assert weights[0, 1] == pytest.approx(both / (np.sqrt(one * other) + 2.0), rel=1e-5)
    nearest = item_neighbours(sparse.csr_array(bought), most=2, shrink=2.0)
    assert ((nearest > 0).sum(axis=0) <= 2).all()


def test_even_customers_are_weighed_regression() -> None:
    bought = (np.random.default_rng(4).random((40, 5)) < 0.5).astype(np.float32)
    counts = np.maximum(bought.sum(axis=1), 1) ** 0.5
    weigh = np.diag(counts.mean() / counts)
    weights = ease(sparse.csr_array(bought), ridge=2.0, evenness=0.5)
    others = bought[:, 1:]
    expected = np.linalg.solve(others.T @ weigh @ others + 2.0 * np.eye(4), others.T @ weigh @ bought[:, 0])
    assert weights[1:, 0] == pytest.approx(expected, abs=1e-4)
