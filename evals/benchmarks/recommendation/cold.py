"""Products that nobody had bought yet: do their texts tell which of them a customer buys, and who buys them first?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import rankdata

from retrieval.hybrid import HybridIndex
from tools.estimators.likeness import nearest_likeness
from tools.products.assortment import Sold, assortment
from tools.products.index import open_index
from tools.products.newcomers import LEAST_LIKE, NEIGHBOURS, text_vectors
from tools.products.purchases import Purchases, purchases
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

LEAST_BUYERS: Final = 10
"""First buyers that a product needs for its ranking to say something."""
RESAMPLES: Final = 2_000

Floats = NDArray[np.float64]


ACTIVITY: Final = "how much a customer buys"
CATEGORY: Final = "what was bought of its category"
TEXTS: Final = "what its text is like"
Row = tuple[str, str, str, str]


@dataclass(frozen=True)
class ColdJudged:
    """AUC of each ranking.

    Attributes:
        which: Of the new products for each customer who bought one: one value a customer. By activity none is better.
        whom: Of the customers for each new product: one value a product.
    """

    which: dict[str, Floats]
    whom: dict[str, Floats]

    def rows(self) -> list[Row]:
        """Return one row a ranking, and what texts add to each other one."""
        return [
            *_told("new products, which of them a customer buys", self.which),
            *_told("new products, who buys them first", self.whom),
        ]


def _told(what: str, auc: dict[str, Floats]) -> list[Row]:
    rows = [(f"{what} ({len(values)}): AUC by {name}", *_interval(values), "-") for name, values in auc.items()]
    others = [name for name in auc if name != TEXTS]
    rows += [(f"{what}: texts less {name}", *_interval(auc[TEXTS] - auc[name]), "-") for name in others]
    return rows


def judge_cold(view: StoreView, later: StoreView) -> ColdJudged:
    """Rank customers for each product that was first bought between two days.

    Args:
        view: As of the day until which is learned.
        later: The same store at its end.
    """
    known, sold = purchases(view), assortment(view)
    lines = later.frame(Table.ORDER_LINES, [Column.PRODUCT_ID, Column.CUSTOMER_ID])
    unsold = sold.index[sold[Sold.BUYERS] == 0]
    pairs = lines[lines[Column.PRODUCT_ID].isin(unsold)].drop_duplicates()
    pairs = pairs.assign(row=known.customers.get_indexer(pairs[Column.CUSTOMER_ID]))
    pairs = pairs[pairs["row"] >= 0]
    counts = pairs[Column.PRODUCT_ID].value_counts()
    index = open_index(view.store)
    own, vectors = text_vectors(index, pd.Index(sorted(counts.index[counts >= LEAST_BUYERS])))
    scores = _scores(view, known, own, vectors, index)
    took = np.zeros((len(own), len(known.customers)), dtype=bool)
    inside = pairs[pairs[Column.PRODUCT_ID].isin(own)]
    took[own.get_indexer(inside[Column.PRODUCT_ID]), inside["row"]] = True
    buyers = np.flatnonzero(took.any(axis=0))
    return ColdJudged(
        which={n: _aucs(each.T[buyers], took.T[buyers]) for n, each in scores.items() if n != ACTIVITY},
        whom={name: _aucs(each, took) for name, each in scores.items()},
    )


def _scores(
    view: StoreView, known: Purchases, own: pd.Index, vectors: NDArray[np.float32], index: HybridIndex
) -> dict[str, Floats]:
    """Return products × customers by each way to rank."""
    others, other_vectors = text_vectors(index, known.products.index)
    near = nearest_likeness(vectors, other_vectors, NEIGHBOURS, LEAST_LIKE)
    bought = known.bought[:, known.products.index.get_indexer(others)]
    category = assortment(view)[Column.CATEGORY]
    same = sparse.csr_array(category[own].to_numpy()[:, None] == category[others].to_numpy()[None, :], dtype=np.float32)
    active = np.asarray(known.bought.sum(axis=1), dtype=np.float64).ravel()
    return {
        ACTIVITY: np.tile(active, (len(own), 1)),
        CATEGORY: (same @ bought.T).toarray().astype(np.float64),
        TEXTS: (near @ bought.T).toarray().astype(np.float64),
    }


def _aucs(scores: Floats, hits: NDArray[np.bool_]) -> Floats:
    """Return of each row the probability that a hit is ranked above another column (Mann and Whitney 1947)."""
    ranks, found = rankdata(scores, axis=1), hits.sum(axis=1)
    above = (ranks * hits).sum(axis=1) - found * (found + 1) / 2
    return np.asarray(above / (found * (scores.shape[1] - found)), dtype=np.float64)


def _interval(values: Floats) -> tuple[str, str]:
    drawn = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    return f"{values.mean():.4f}", f"{low:.4f} to {high:.4f}"
