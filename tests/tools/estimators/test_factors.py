"""Alternating least squares: each side solves its normal equations; the same seed gives the same factors."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from tools.estimators.factors import BLOCK, Shape, implicit_als, solved


def test_a_row_solves_its_normal_equations() -> None:
    rng = np.random.default_rng(0)
    items = rng.normal(size=(5, 2)).astype(np.float32)
    bought = np.array([[1, 0, 1, 0, 0]], dtype=np.float32)
    shape = Shape(factors=2, ridge=3.0, weight=4.0, sweeps=1)
    # Minimise sum of c (p - x q)^2 + ridge x^2 with c = 1 + 4 where bought, else 1.
    trust = np.diag(1 + 4 * bought[0])
    expected = np.linalg.solve(items.T @ trust @ items + 3 * np.eye(2), items.T @ trust @ bought[0])
    assert solved(sparse.csr_array(bought), items, shape)[0] == pytest.approx(expected, abs=1e-5)


def test_blocks_change_nothing() -> None:
    rng = np.random.default_rng(1)
    items = rng.normal(size=(6, 2)).astype(np.float32)
    bought = (rng.random((BLOCK + 3, 6)) < 0.4).astype(np.float32)
    together = solved(sparse.csr_array(bought), items, Shape(2))
    alone = solved(sparse.csr_array(bought[-1:]), items, Shape(2))
    assert together[-1] == pytest.approx(alone[0], abs=1e-5)


def test_the_same_seed_gives_the_same_factors() -> None:
    bought = sparse.csr_array((np.random.default_rng(2).random((20, 8)) < 0.3).astype(np.float32))
    one, other = (implicit_als(bought, Shape(3), seed=4) for _ in range(2))
    assert np.array_equal(one.items, other.items)
    assert np.array_equal(one.customers, other.customers)


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (5, 1), (0, 3)])
def test_small_shops(size: tuple[int, int]) -> None:
    found = implicit_als(sparse.csr_array(np.ones(size, dtype=np.float32)), Shape(2, 0.1, 1.0, 3))
    assert (found.customers @ found.items.T).shape == size
