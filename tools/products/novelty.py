"""What customers have not bought yet and probably would: several models, blended as the shop's own past says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from tools.estimators.blend import blended, choose_weights
from tools.estimators.factors import Shape, implicit_als
from tools.estimators.recommend import ease, item_neighbours
from tools.estimators.repeat import Bought
from tools.products.assortment import RECENT_WEEKS, Sold
from tools.products.purchases import ITEMS
from tools.products.shopping import Shopping, matrix, shopping
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

JUDGED_DAYS: Final = 28.0
"""The last four weeks, on which weights are chosen; each model is first fitted without them, then with them."""

MOST_JUDGED: Final = 2_000
JUDGED_ITEMS: Final = 1_000
"""Customers on whom weights are chosen, drawn by seed, and products among which: fewer than in the end, to be quick."""

LEAST_JUDGED: Final = 100
"""Customers with something new in those weeks from which weights are chosen; below, the default stands."""

DEFAULT: Final = {"ease": 1.0, "factors": 0.0, "neighbours": 0.0, "category": 0.25, "popular": 0.25}
RIDGE: Final = 1_000.0
"""Of EASE: 200 to 2,000 rank the demo's new purchases alike."""

SHAPE: Final = Shape(factors=32, ridge=20.0, weight=1.0, sweeps=5)
"""Smaller than the benchmark's best, since every customer of a shop is fitted: seconds, not minutes."""

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Models:
    """The fitted models of some purchases: from the customers' rows to their scores, by name."""

    bought: sparse.csr_array
    score: dict[str, Callable[[NDArray[np.int64]], Scores]]

    def scores(self, rows: NDArray[np.int64], names: frozenset[str]) -> dict[str, Scores]:
        """Return each named model's scores of some customers: rows × products."""
        return {name: score(rows) for name, score in self.score.items() if name in names}


@dataclass(frozen=True)
class Novelty:
    """The blend of a shop.

    Attributes:
        products: What may be recommended; the columns.
        together: Products × products, customers who bought both.
        ease: EASE's weights, by which one product speaks for another.
        models: The models over all purchases.
        weights: Weight of each model.
        judged: Customers on whom the weights were chosen; 0 where the default stands.
    """

    products: pd.DataFrame
    together: NDArray[np.float32]
    ease: NDArray[np.float32]
    models: Models
    weights: dict[str, float]
    judged: int

    def scores(self, rows: NDArray[np.int64]) -> Scores:
        """Return the blend's scores of some customers: rows × products, standardised by customer."""
        used = frozenset(name for name, weight in self.weights.items() if weight)
        return blended(self.models.scores(rows, used), {name: self.weights[name] for name in used})

    @property
    def told(self) -> str:
        """Return the blend in words."""
        return " + ".join(f"{weight:g} × {name}" for name, weight in self.weights.items() if weight)


def novelty(view: StoreView) -> Novelty:
    """Return the blend of a shop; fitted once for each store version, day and seed."""
    return _novelty(view, view.meta.version)


@lru_cache(maxsize=2)
def _novelty(view: StoreView, version: str) -> Novelty:
    known = shopping(view)
    columns = _carried(known, ITEMS)
    products = known.products.iloc[columns]
    weights, judged = _weights(known, view.seed)
    models, pull = fit_models(known.bought, columns, products, view.seed)
    together = (models.bought.T @ models.bought).toarray().astype(np.float32)
    return Novelty(products, together, pull, models, weights, judged)


def _carried(known: Shopping, most: int) -> NDArray[np.int64]:
    """Return the places of the products with the most buyers, ascending."""
    order = np.lexsort((-known.products[Sold.LINES].to_numpy(), -known.products[Sold.BUYERS].to_numpy()))
    return np.sort(order[:most]).astype(np.int64)


def _weights(known: Shopping, seed: int) -> tuple[dict[str, float], int]:
    """Choose the weights on what customers bought for the first time in the last weeks."""
    columns = _carried(known, JUDGED_ITEMS)
    models, _ = fit_models(known.bought.before(JUDGED_DAYS), columns, known.products.iloc[columns], seed)
    fresh = (matrix(known.bought, columns) - models.bought).tocsr()
    fresh.eliminate_zeros()
    known_then = np.diff(models.bought.indptr) > 0
    able = np.flatnonzero((np.diff(fresh.indptr) > 0) & known_then)
    if len(able) < LEAST_JUDGED:
        return DEFAULT, 0
    rows = np.sort(np.random.default_rng(seed).permutation(able)[:MOST_JUDGED])
    scores = models.scores(rows, frozenset(models.score))
    chosen, excluded = (part[rows].toarray() > 0 for part in (fresh, models.bought))
    return choose_weights(scores, chosen, excluded), len(rows)


def fit_models(
    bought: Bought, columns: NDArray[np.int64], products: pd.DataFrame, seed: int
) -> tuple[Models, NDArray[np.float32]]:
    """Fit each model to some purchases; EASE's weights are returned too, for the reasons.

    Args:
        bought: The purchases.
        columns: Places of the products that are modelled.
        products: The same products' rows, for their categories.
        seed: Of the factors.
    """
    flags = matrix(bought, columns)
    pull, near = ease(flags, RIDGE), item_neighbours(flags)
    factors = implicit_als(flags, SHAPE, seed)
    recent = bought.age <= 7 * RECENT_WEEKS
    late = Bought(
        bought.row[recent],
        bought.column[recent],
        bought.age[recent],
        bought.visit_row,
        bought.visit_age,
        bought.customers,
        bought.products,
    )
    popular = np.asarray(matrix(late, columns).sum(axis=0), dtype=np.float32).ravel()
    codes, _ = pd.factorize(products[Column.CATEGORY].fillna(""))
    member = sparse.csr_array(
        (np.ones(len(codes), dtype=np.float32), (np.arange(len(codes)), codes)),
        shape=(len(codes), codes.max(initial=0) + 1),
    )
    share = np.log1p(popular)

    def by_category(rows: NDArray[np.int64]) -> Scores:
        return np.asarray(np.log1p((flags[rows] @ member).toarray())[:, codes] * share, dtype=np.float32)

    score: dict[str, Callable[[NDArray[np.int64]], Scores]] = {
        "ease": lambda rows: np.asarray(flags[rows] @ pull, dtype=np.float32),
        "factors": lambda rows: factors.customers[rows] @ factors.items.T,
        "neighbours": lambda rows: np.asarray(flags[rows] @ near, dtype=np.float32),
        "category": by_category,
        "popular": lambda rows: np.broadcast_to(popular, (len(rows), len(popular))).astype(np.float32),
    }
    return Models(flags, score), pull
