"""CA-Prod's judged offers: queries as shoppers type them, each with a pool of real offers that people judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrieval.documents import Document
from retrieval.metrics import ndcg_at
from tools.products.documents import documents_of

CUT = 10
DEVELOPMENT, UNSEEN = "even", "odd"
"""Positions of the sorted query ids: weights and settings were chosen on the even ones only."""

Scores = NDArray[np.float64]
Ranker = Callable[[str], Scores]
"""Query to one score an offer, in the order of `Offers.documents`."""


@dataclass(frozen=True)
class Offers:
    """The data set.

    Attributes:
        documents: Offers as a shop's products are indexed, sorted by id.
        plain: For each its title, description and brand, as BM25 is given them.
        descriptions: Offer id to its description.
        queries: Query id to its words, sorted by id.
        judged: Query id to offer id to 1 (fits) or 0.
    """

    documents: Sequence[Document]
    plain: Sequence[str]
    descriptions: Mapping[str, str]
    queries: Mapping[int, str]
    judged: Mapping[int, Mapping[str, float]]

    def half(self, positions: str) -> list[int]:
        """Return the queries at even or odd positions."""
        return list(self.queries)[0 if positions == DEVELOPMENT else 1 :: 2]


def read_offers(folder: Path) -> Offers:
    """Read the three files. Labels are joined by the original ids: `product_idx` counts in an order of its own."""
    products = pd.read_csv(folder / "products.tsv", sep="\t", dtype={"product_id": str}).fillna("")
    queries = pd.read_csv(folder / "queries.tsv", sep="\t").sort_values("query_id")
    labels = pd.read_csv(folder / "final_balanced_dataset.tsv", sep="\t", dtype={"original_product_id": str})
    judged: dict[int, dict[str, float]] = {}
    for query, product, label in zip(
        labels["original_query_id"], labels["original_product_id"], labels["label"], strict=True
    ):
        judged.setdefault(int(query), {})[product] = float(label)
    plain = products["ad_title"] + " " + products["ad_description"] + " " + products["brand"]
    return Offers(
        documents=documents_of(_as_products(products)),
        plain=list(plain),
        descriptions=dict(zip(products["product_id"], products["ad_description"], strict=True)),
        queries={int(query): str(words) for query, words in zip(queries.query_id, queries.query_text, strict=True)},
        judged=judged,
    )


def _as_products(products: pd.DataFrame) -> pd.DataFrame:
    """Return the offers with a store's columns; they have neither categories nor prices."""
    table = pd.DataFrame(
        {"name": products["ad_title"], "brand": products["brand"], "description": products["ad_description"]}
    )
    table = table.assign(category="", department="", attributes="", price=np.nan)
    return table.set_index(products["product_id"])


def judge(offers: Offers, ranker: Ranker, queries: Sequence[int], *, generous: bool = False) -> Scores:
    """Return nDCG@10 of each query over its own pool; ties are broken by id or, if `generous`, for what fits."""
    ids = [document.id for document in offers.documents]
    row = {name: place for place, name in enumerate(ids)}
    results = []
    for query in queries:
        scores, gains = ranker(offers.queries[query]), offers.judged[query]
        ranked = sorted(gains, key=lambda name: (-scores[row[name]], -gains[name] * generous, name))
        value = ndcg_at(CUT, ranked, gains)
        results.append(0.0 if value is None else value)
    return np.array(results)


def paired_interval(ours: Scores, theirs: Scores, resamples: int = 10_000, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean difference over the same queries (Sakai 2006).

    >>> paired_interval(np.array([0.5, 0.7]), np.array([0.4, 0.6]))
    (0.1, 0.1)
    """
    difference = ours - theirs
    drawn = np.random.default_rng(seed).integers(0, len(difference), (resamples, len(difference)))
    low, high = np.quantile(difference[drawn].mean(axis=1), [0.025, 0.975])
    return round(float(low), 4), round(float(high), 4)
