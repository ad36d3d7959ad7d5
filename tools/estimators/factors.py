"""Implicit alternating least squares: customers and items as points whose products predict who buys what.

Source: Y. Hu, Y. Koren, C. Volinsky, Collaborative filtering for implicit feedback datasets, ICDM 2008. Own, since it
is one page: the library `implicit` would be another compiled dependency for the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

FACTORS: Final = 48
RIDGE: Final = 20.0
WEIGHT: Final = 1.0
SWEEPS: Final = 10
"""Chosen on validation parts of MovieLens-100K's training data."""

BLOCK: Final = 1_000
"""Rows solved at once: each needs factors² numbers."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Factors:
    """Customers × factors and items × factors; the product of two rows is the score of the pair."""

    customers: Floats
    items: Floats


@dataclass(frozen=True)
class Shape:
    """How large the model is and how far it trusts.

    Attributes:
        factors: Numbers of each customer and item.
        ridge: Penalty on their squares.
        weight: How much more a purchase counts than its absence, in addition to 1.
        sweeps: Times that both sides are solved.
    """

    factors: int = FACTORS
    ridge: float = RIDGE
    weight: float = WEIGHT
    sweeps: int = SWEEPS


def implicit_als(bought: sparse.csr_array, shape: Shape | None = None, seed: int = 0) -> Factors:
    """Fit the two sides in turn, each exactly while the other stands still.

    Args:
        bought: Customers × items, 1 where bought.
        shape: Size and penalties.
        seed: Of the first factors.

    >>> taste = np.kron(np.eye(2), np.ones((6, 3))); taste[0, 0] = 0
    >>> found = implicit_als(sparse.csr_array(taste), Shape(2, 0.1, 1.0, 10))
    >>> scores = found.customers @ found.items.T
    >>> bool(scores[0, 0] > 0.7 > 0.1 > abs(scores[0, 3]))
    True
    """
    shape = shape or Shape()
    rng = np.random.default_rng(seed)
    customers = np.zeros((bought.shape[0], shape.factors), dtype=np.float32)
    items = rng.normal(0, 0.1, (bought.shape[1], shape.factors)).astype(np.float32)
    turned = sparse.csr_array(bought.T)
    for _ in range(shape.sweeps):
        customers = solved(bought, items, shape)
        items = solved(turned, customers, shape)
    return Factors(customers, items)


def solved(bought: sparse.csr_array, other: Floats, shape: Shape) -> Floats:
    """Return the best factors of each row while the other side stands still; for new customers too."""
    size = shape.factors
    everywhere = other.T @ other + shape.ridge * np.eye(size, dtype=np.float32)
    squares = (other[:, :, None] * other[:, None, :]).reshape(len(other), size * size)
    found = np.empty((bought.shape[0], size), dtype=np.float32)
    for start in range(0, bought.shape[0], BLOCK):
        rows = bought[start : start + BLOCK]
        left = everywhere + shape.weight * (rows @ squares).reshape(-1, size, size)
        right = (1 + shape.weight) * (rows @ other)
        found[start : start + BLOCK] = np.linalg.solve(left, right[:, :, None])[:, :, 0]
    return found
