"""New products: what they are like of what customers bought, for no purchase can speak for them yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from retrieval.hybrid import HybridIndex
from tools.estimators.likeness import nearest_likeness, shares_by_likeness
from tools.estimators.recommend import best_of_each
from tools.products.assortment import RECENT_WEEKS, Sold, assortment
from tools.products.goals import Group
from tools.products.purchases import Purchases
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

FEW_BUYERS: Final = 20
"""Buyers below which purchases say little of a product; its text then says more."""
NEIGHBOURS: Final = 10
LEAST_LIKE: Final = 0.5
"""Cosine below which two texts are hardly about the same kind of thing; chosen, not measured."""
SAME: Final = 0.98
"""Cosine from which two texts name the same article: a new number for it is nothing new."""
PRIOR: Final = 1.0


@dataclass(frozen=True)
class Newcomers:
    """New products beside those that were bought.

    Attributes:
        products: Rows of `assortment`: findable, in stock, for everybody, few buyers, first sold lately or never yet.
        likeness: New × known products: the nearest by text.
    """

    products: pd.DataFrame
    likeness: sparse.csr_array

    def ranked(self, group: Group, k: int, per_category: int) -> list[tuple[int, float]]:
        """Return rows of `products` with their score, best first: the group's share of buyers of what is like them."""
        scores = shares_by_likeness(self.likeness, group.buyers / max(group.size, 1) * group.lift, PRIOR)
        categories = np.asarray(self.products[Column.CATEGORY].fillna(""), dtype=np.object_)
        return [(row, float(scores[row])) for row in best_of_each(scores, categories, k, per_category)]

    def reason(self, group: Group, row: int) -> str:
        """Say which product that the group bought speaks most for a new one."""
        start, end = self.likeness.indptr[row : row + 2]
        near, cosines = self.likeness.indices[start:end], self.likeness.data[start:end]
        best = int(near[np.argmax(cosines * (1 + group.buyers[near]))])
        name = group.purchases.products[Column.NAME].iloc[best]
        first = self.products[Sold.FIRST_AT].iloc[row]
        since = "not sold yet" if pd.isna(first) else f"new since {first:%Y-%m-%d}"
        return f"{since}; like {name}, bought by {group.buyers[best]} of {group.size}"


def newcomers(view: StoreView, known: Purchases, index: HybridIndex) -> Newcomers:
    """Return the shop's new products, beside those of `known`, by the texts of the store's index."""
    table = assortment(view)
    late = table[Sold.FIRST_AT].isna() | (
        table[Sold.FIRST_AT] >= pd.Timestamp(view.as_of) - pd.Timedelta(weeks=RECENT_WEEKS)
    )
    new = table[table[Sold.FOR_EVERYBODY] & table[Sold.IN_STOCK] & (table[Sold.BUYERS] < FEW_BUYERS) & late]
    own, vectors = text_vectors(index, new.index)
    bought = known.products.index.difference(new.index)
    others, other_vectors = text_vectors(index, bought)
    near = nearest_likeness(vectors, other_vectors, NEIGHBOURS, LEAST_LIKE)
    fresh = np.flatnonzero(near.max(axis=1).toarray().ravel() < SAME)
    near = near[fresh].tocoo()
    columns = known.products.index.get_indexer(others)[near.coords[1]]
    likeness = sparse.csr_array((near.data, (near.coords[0], columns)), shape=(len(fresh), len(known.products)))
    return Newcomers(new.loc[own[fresh]], likeness)


def buyers_among(view: StoreView, product_ids: Collection[str], customers: pd.Index) -> pd.Series:
    """Return how many of the customers have bought each product; products that nobody bought are left out."""
    lines = view.table(Table.ORDER_LINES)
    bought = lines.filter(lines[Column.PRODUCT_ID].isin(list(product_ids)))
    pairs = bought.select(Column.PRODUCT_ID, Column.CUSTOMER_ID).distinct().to_pandas()
    return pairs[pairs[Column.CUSTOMER_ID].isin(customers)][Column.PRODUCT_ID].value_counts()


def text_vectors(index: HybridIndex, product_ids: pd.Index) -> tuple[pd.Index, NDArray[np.float32]]:
    """Return those of the products that are in the index, and the unit vector of each one's text."""
    place = pd.Series(np.arange(len(index.ids)), index=pd.Index(index.ids))
    found = product_ids[product_ids.isin(place.index)]
    meanings, rows = np.unique(index.meaning_rows[place[found].to_numpy()], return_inverse=True)
    return found, index.vectors.vectors_at(meanings)[rows]
