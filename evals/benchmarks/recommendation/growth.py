"""How long recommendations for a whole shop take, and how that grows with its customers."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from tools.estimators.repeat import Bought, describe_pairs, fit_repeat
from tools.products.everybody import Wish, everybody
from tools.products.novelty import JUDGED_DAYS, fit_models, novelty
from tools.products.shopping import shopping
from tools.warehouse.view import StoreView

TIMES = (1, 2, 4)
"""How often the shop's customers are taken, under new names."""


def seconds_for_everybody(view: StoreView) -> dict[str, float]:
    """Return the seconds of each step from the order lines to a file of five products for each customer and goal."""
    taken = {}
    started = time.perf_counter()
    known = shopping(view)
    taken["reading who bought what"] = time.perf_counter() - started
    for goal in ("replenish", "cross_sell"):
        started = time.perf_counter()
        everybody(view, Wish(goal, 5, 1, 0.0), known.customers)
        taken[f"{goal}: fitting and five products for each"] = time.perf_counter() - started
    started = time.perf_counter()
    everybody(view, Wish("discover", 5, 1, 0.0), known.customers)
    taken["discover, with the same models"] = time.perf_counter() - started
    return taken


def repeated(bought: Bought, times: int) -> Bought:
    """Return the purchases of a shop with several times as many customers, each as one of the shop's."""
    shift = np.arange(times) * bought.customers
    return replace(
        bought,
        row=(bought.row + shift[:, None]).ravel(),
        column=np.tile(bought.column, times),
        age=np.tile(bought.age, times),
        visit_row=(bought.visit_row + shift[:, None]).ravel(),
        visit_age=np.tile(bought.visit_age, times),
        customers=bought.customers * times,
    )


def growth(view: StoreView) -> list[tuple[int, float, float]]:
    """Return for each number of customers the seconds to learn and to score what is bought again, and what is new."""
    known, blend = shopping(view), novelty(view)
    columns = known.products.index.get_indexer(blend.products.index).astype(np.int64)
    rows = []
    for times in TIMES:
        bought = repeated(known.bought, times)
        started = time.perf_counter()
        fit_repeat(bought, JUDGED_DAYS, view.seed).scores(describe_pairs(bought))
        again = time.perf_counter() - started
        started = time.perf_counter()
        models, _ = fit_models(bought, columns, blend.products, view.seed)
        for start in range(0, bought.customers, 500):
            models.scores(np.arange(start, min(start + 500, bought.customers)), frozenset(models.score))
        rows.append((bought.customers, again, time.perf_counter() - started))
    return rows
