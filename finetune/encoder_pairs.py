"""What a shop's own data say about which texts belong together: searches, co-purchases, titles and descriptions."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from scipy import sparse

from tools.errors import InputError
from tools.products.documents import DOCUMENT_COLUMNS, documents_of
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

FEWEST_ORDERS: Final = 20
"""Orders that two products must share before they count as bought together."""
LEAST_LIFT: Final = 2.0
"""Shared orders over those expected of independent products; the most frequent ones go with everything, at about 1."""
MOST_PAIRS: Final = 20_000


@dataclass(frozen=True)
class Pair:
    """Two texts that belong together; `group` keeps apart what training must not see (see `read_pairs`)."""

    anchor: str
    positive: str
    group: str = ""


def search_pairs(view: StoreView) -> list[Pair]:
    """Return each search that led to a product, with what the encoder reads of that product; none without a log."""
    if not view.has(Table.EVENTS):
        return []
    events = view.frame(Table.EVENTS, ["kind", "query", Column.PRODUCT_ID]).dropna()
    searches = events[(events["kind"] == "search") & (events["query"].str.strip() != "")]
    meanings = meanings_of(view)
    known = searches[searches[Column.PRODUCT_ID].isin(meanings.index)]
    texts = meanings.reindex(known[Column.PRODUCT_ID])
    return list(dict.fromkeys(Pair(str(q), str(text)) for q, text in zip(known["query"], texts, strict=True)))


def basket_pairs(view: StoreView) -> list[Pair]:
    """Return the texts of products bought together at least twice as often as chance would have it, surest first."""
    meanings = meanings_of(view)
    lines = view.frame(Table.ORDER_LINES, [Column.ORDER_ID, Column.PRODUCT_ID])
    lines = lines[lines[Column.PRODUCT_ID].isin(meanings.index)]
    orders, texts = pd.factorize(lines[Column.ORDER_ID]), pd.factorize(meanings.reindex(lines[Column.PRODUCT_ID]))
    bought = sparse.coo_array((np.ones(len(lines), np.float32), (orders[0], texts[0]))).tocsc()
    bought.data[:] = 1
    frequent = np.flatnonzero(np.diff(bought.indptr) >= FEWEST_ORDERS)
    bought = bought[:, frequent]
    together = sparse.triu(bought.T @ bought, k=1).tocoo()
    alone, count = np.diff(bought.indptr), len(orders[1])
    lift = together.data * count / (alone[together.row].astype(float) * alone[together.col])
    kept = np.flatnonzero((together.data >= FEWEST_ORDERS) & (lift >= LEAST_LIFT))
    best = kept[np.argsort(-(together.data[kept] * np.log(lift[kept])), kind="stable")][:MOST_PAIRS]
    names = np.asarray(texts[1], dtype=object)[frequent]
    return [Pair(str(names[together.row[at]]), str(names[together.col[at]])) for at in best]


def meanings_of(view: StoreView) -> pd.Series:
    """Return what the encoder reads of each product, by product id."""
    products = view.frame(Table.PRODUCTS, [Column.PRODUCT_ID, *DOCUMENT_COLUMNS]).set_index(Column.PRODUCT_ID)
    return pd.Series([document.meaning for document in documents_of(products)], index=products.index)


def read_pairs(file: Path, leave_out: Collection[str] = ()) -> list[Pair]:
    """Read pairs from a tab-separated file with columns anchor, positive and group, without some groups.

    Raises:
        InputError: The file lacks one of the columns.
    """
    with file.open(encoding="utf-8", newline="") as opened:
        rows = csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not {"anchor", "positive", "group"} <= set(rows.fieldnames or ()):
            raise InputError(f"file {str(file)!r} lacks a column; expected anchor, positive, group; try another file")
        pairs = [Pair(row["anchor"], row["positive"], row["group"]) for row in rows]
    return [pair for pair in pairs if pair.group not in leave_out]
