"""The next basket of a store's customers: what was learned until a day, judged on the first order after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evals.benchmarks.recommendation.ranking import Judged, K, from_hits
from tools.estimators.repeat import Pairs
from tools.products.assortment import Sold
from tools.products.everybody import repeats
from tools.products.novelty import novelty
from tools.products.shopping import Shopping, shopping
from tools.warehouse.columns import Column, Table
from tools.warehouse.folder import StoreFolder
from tools.warehouse.view import StoreView

BLOCK = 250
Floats = NDArray[np.float64]
Scorer = Callable[[NDArray[np.int64]], NDArray[np.float32]]


@dataclass(frozen=True)
class Held:
    """What customers bought first after the day.

    Attributes:
        rows: Customers with an order after it, by their place in `Shopping`.
        truth: The products of each one's first order, by their place; those no longer offered are not among them.
        fresh: The same without what the customer had bought before.
        size: How many products the order had, offered or not.
        fresh_size: How many of them the customer had not bought before.
    """

    rows: NDArray[np.int64]
    truth: list[NDArray[np.int64]]
    fresh: list[NDArray[np.int64]]
    size: NDArray[np.int64]
    fresh_size: NDArray[np.int64]


def hold_out(store: StoreFolder, as_of: dt.date) -> Held:
    """Read each customer's first order on or after a day."""
    known = shopping(StoreView(store, as_of))
    whole = StoreView(store, store.meta.last_at.date() + dt.timedelta(days=1))
    columns = [Column.CUSTOMER_ID, Column.ORDER_ID, Column.ORDERED_AT, Column.PRODUCT_ID]
    lines = whole.frame(Table.ORDER_LINES, columns)
    later = lines[lines[Column.ORDERED_AT] >= pd.Timestamp(as_of)].sort_values(
        [Column.ORDERED_AT, Column.ORDER_ID], kind="stable"
    )
    first = later.drop_duplicates(Column.CUSTOMER_ID)[Column.ORDER_ID]
    pairs = [Column.CUSTOMER_ID, Column.PRODUCT_ID]
    baskets = later[later[Column.ORDER_ID].isin(first)].drop_duplicates(pairs)
    baskets = baskets[baskets[Column.CUSTOMER_ID].isin(known.customers)]
    past = pd.MultiIndex.from_frame(lines[lines[Column.ORDERED_AT] < pd.Timestamp(as_of)][pairs].drop_duplicates())
    baskets = baskets.assign(
        row=known.customers.get_indexer(baskets[Column.CUSTOMER_ID]),
        column=known.products.index.get_indexer(baskets[Column.PRODUCT_ID]),
        fresh=~pd.MultiIndex.from_frame(baskets[pairs]).isin(past),
    ).sort_values(["row", "column"])
    rows, starts = np.unique(baskets["row"].to_numpy(np.int64), return_index=True)
    parts = np.split(baskets[["column", "fresh"]].to_numpy(np.int64), starts[1:])
    return Held(
        rows,
        [part[part[:, 0] >= 0, 0] for part in parts],
        [part[(part[:, 0] >= 0) & (part[:, 1] == 1), 0] for part in parts],
        np.array([len(part) for part in parts]),
        np.array([int(part[:, 1].sum()) for part in parts]),
    )


def judge_baskets(view: StoreView, held: Held) -> dict[str, Judged]:
    """Judge each ranking of all offered products on the next basket."""
    known, (model, pairs) = shopping(view), repeats(view)
    blend = novelty(view)
    places = known.products.index.get_indexer(blend.products.index)
    popular = known.products[Sold.RECENT_BUYERS].to_numpy(np.float32)
    # Popularity orders what a customer never bought, far below what they did.
    last = 1e-6 * popular / max(float(popular.max(initial=1)), 1)
    scorers: dict[str, Scorer] = {
        "popularity, last 8 weeks": lambda rows: np.tile(popular, (len(rows), 1)),
        "EASE": _spread(blend.models.score["ease"], places, known),
        "ALS": _spread(blend.models.score["factors"], places, known),
        "item-kNN": _spread(blend.models.score["neighbours"], places, known),
        "personal top frequency": _of_pairs(pairs, pairs.days.astype(np.float64), known, last),
        "personal rate, recent days counting more": _of_pairs(pairs, pairs.rate, known, last),
        "blend": _of_pairs(pairs, model.scores(pairs), known, last),
    }
    return {name: _judged(scorer, held.rows, held.truth, held.size) for name, scorer in scorers.items()}


def judge_discovery(view: StoreView, held: Held) -> dict[str, Judged]:
    """Judge each ranking of products that are new to the customer."""
    known, blend = shopping(view), novelty(view)
    places = known.products.index.get_indexer(blend.products.index)
    bought = blend.models.bought
    chosen = np.flatnonzero(held.fresh_size > 0)
    truth = [held.fresh[place] for place in chosen]

    def new_only(score: Scorer) -> Scorer:
        return _spread(
            lambda rows: np.where(bought[rows].toarray() > 0, np.float32(-np.inf), score(rows)), places, known, -np.inf
        )

    names = {"popular": "popularity, last 8 weeks", "factors": "ALS", "ease": "EASE", "neighbours": "item-kNN"}
    scorers = {names.get(name, name): new_only(score) for name, score in blend.models.score.items()}
    scorers["blend"] = new_only(blend.scores)
    return {
        name: _judged(scorer, held.rows[chosen], truth, held.fresh_size[chosen]) for name, scorer in scorers.items()
    }


def _spread(score: Scorer, places: NDArray[np.intp], known: Shopping, elsewhere: float = 0.0) -> Scorer:
    """Put scores of some products into the columns of all offered ones."""

    def spread(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        found = np.full((len(rows), len(known.products)), elsewhere, dtype=np.float32)
        found[:, places] = score(rows)
        return found

    return spread


def _of_pairs(pairs: Pairs, scores: Floats, known: Shopping, last: NDArray[np.float32]) -> Scorer:
    def spread(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        found = np.tile(last, (len(rows), 1))
        inside = np.isin(pairs.row, rows)
        found[np.searchsorted(rows, pairs.row[inside]), pairs.column[inside]] += scores[inside]
        return found

    return spread


def _judged(score: Scorer, rows: NDArray[np.int64], truth: list[NDArray[np.int64]], size: NDArray[np.int64]) -> Judged:
    hits = np.zeros((len(rows), K), dtype=bool)
    for start in range(0, len(rows), BLOCK):
        found = score(rows[start : start + BLOCK])
        most = min(K, found.shape[1])
        top = np.argpartition(-found, most - 1, axis=1)[:, :most]
        order = np.argsort(-np.take_along_axis(found, top, axis=1), axis=1, kind="stable")
        top = np.take_along_axis(top, order, axis=1)
        for turn, best in enumerate(top):
            hits[start + turn, :most] = np.isin(best, truth[start + turn])
    return from_hits(hits, size)
