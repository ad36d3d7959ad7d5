"""Recommendation: MovieLens-100K against published numbers, a store's next baskets, and what is new in them."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.measure import Benchmark, Measured
from evals.benchmarks.recommendation.cold import judge_cold
from evals.benchmarks.recommendation.growth import growth, seconds_for_everybody
from evals.benchmarks.recommendation.movielens import judge_last, judge_split, read_ratings
from evals.benchmarks.recommendation.next_basket import hold_out, judge_baskets, judge_discovery
from evals.benchmarks.recommendation.ranking import FORMULA, Judged, with_interval
from evals.datasets import dataset
from evals.intervals import Z_95
from tools.products.everybody import model_told
from tools.progress import say
from tools.warehouse.store import open_store
from tools.warehouse.view import StoreView

BAR: Final = (0.3700, 0.2441, 0.4469)
"""P, R and nDCG@10 of EASE on three splits of MovieLens-100K, as this project measured before; above the published."""

PUBLISHED: Final = (
    "MovieLens-100K, random 80/20, published P/R/nDCG@10: popularity .1897/.1182/.2197, item-kNN .3284/.2180/.3986, "
    "BPR .3463/.2316/.4083, SLIM .3626/.2385/.4359, MF .3657/.2416/.4402 (the best)"
)
BLEND: Final = "blend"
PARTS: Final = "movielens,baskets,cold,growth"
FIRST_SPLIT: Final = 10
"""Seed of the first split; the splits before it were looked at while the blend was made."""

MOST_GROWTH: Final = 1.25
"""Bar: four times the customers take at most four times as long, give or take a quarter."""

Floats = NDArray[np.float64]
Row = tuple[str, str, str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--splits", type=int, default=3, metavar="N", help="random splits of MovieLens (default 3)")
    parser.add_argument("--epochs", type=int, default=40, metavar="N", help="SASRec's epochs; 0 leaves it out")
    parser.add_argument("--store", default="demo", metavar="S", help="store whose next baskets are predicted")
    parser.add_argument("--as-of", default="2017-10-01", metavar="D", help="day until which is learned")
    parser.add_argument("--parts", default=PARTS, metavar="P", help=f"parts to measure, by comma (default {PARTS})")


def run(args: argparse.Namespace) -> Measured:
    """Measure the parts asked for."""
    rows: list[Row] = []
    holds = True
    parts = args.parts.split(",")
    if "movielens" in parts:
        held, found = movielens_rows(args.splits, args.epochs)
        rows, holds = rows + found, holds and held
    if "baskets" in parts:
        view = open_store(args.store).at(dt.date.fromisoformat(args.as_of))
        held, found = basket_rows(view)
        rows, holds = rows + found, holds and held
    if "cold" in parts:
        store = open_store(args.store)
        rows += judge_cold(
            store.at(dt.date.fromisoformat(args.as_of)), store.at(store.meta.last_at.date() + dt.timedelta(1))
        ).rows()
    if "growth" in parts:
        view = open_store(args.store).at(dt.date.fromisoformat(args.as_of))
        held, found = growth_rows(view)
        rows, holds = rows + found, holds and held
    return Measured(
        name="recommend",
        protocol=(
            f"@10: {FORMULA}. MovieLens-100K: every rating counts as a purchase, {args.splits} random splits 80/20, "
            "mean over splits; weights of the blend chosen on a fifth of each training part. "
            f"Store {args.store}: learned before {args.as_of}, judged on each customer's first order after it; 95 % "
            "intervals over customers, differences in pairs. New products: first bought after that day; mean AUC in "
            "the second column, its 95 % bootstrap interval in the third."
        ),
        columns=("ranking", "P@10", "R@10", "nDCG@10"),
        rows=tuple(rows),
        notes=(PUBLISHED, f"bars: the blend at least {'/'.join(f'{bar:.4f}' for bar in BAR)} on MovieLens-100K"),
        holds=holds,
    )


def movielens_rows(splits: int, epochs: int) -> tuple[bool, list[Row]]:
    """Judge random splits, then the last rating; say whether the blend meets the bar."""
    ratings = read_ratings(dataset("movielens"))
    judged: dict[str, list[Judged]] = {}
    for seed in range(FIRST_SPLIT, FIRST_SPLIT + splits):
        for name, one in judge_split(ratings, seed)[0].items():
            judged.setdefault(name, []).append(one)
    rows = [_over_splits(f"MovieLens-100K, {name}", many) for name, many in judged.items()]
    rows.append(_paired_splits("difference, blend less EASE", judged[BLEND], judged["EASE"]))
    means = np.mean([one.means() for one in judged[BLEND]], axis=0)
    if epochs:
        last = judge_last(ratings, epochs)
        rows += [
            (f"MovieLens-100K, last rating, {name}", "-", with_interval(one.recall), with_interval(one.gain))
            for name, one in last.items()
        ]
    return bool((means >= BAR).all()), rows


def basket_rows(view: StoreView) -> tuple[bool, list[Row]]:
    """Judge the next basket and what is new in it; say whether the blend is above each single ranking."""
    held = hold_out(view.store, view.as_of)
    say(f"{len(held.rows)} customers with an order from {view.as_of} on")
    rows: list[Row] = []
    holds = True
    told = {"replenish": judge_baskets(view, held), "discover": judge_discovery(view, held)}
    for goal, judged in told.items():
        head = "next basket" if goal == "replenish" else "new to the customer"
        count = len(judged[BLEND].recall)
        for name, one in judged.items():
            more = f": {model_told(view, goal)}" if name == BLEND else ""
            rows.append((f"{head} ({count}), {name}{more}", *one.cells()))
        best = max((name for name in judged if name != BLEND), key=lambda name: judged[name].means()[2])
        others = {best, *(name for name in judged if name.startswith(("popularity", "personal top")))}
        for name in sorted(others):
            lows, cells = _paired(judged[BLEND], judged[name])
            rows.append((f"{head}: difference, blend less {name}", *cells))
            # Products that are new to a customer are hardly predictable: there no bar is set beyond being shown.
            holds = holds and (goal == "discover" or min(lows[1:]) > 0)
    return holds, rows


def growth_rows(view: StoreView) -> tuple[bool, list[Row]]:
    """Time the whole shop, and several times the shop; say whether time grows no faster than customers."""
    steps = seconds_for_everybody(view)
    rows: list[Row] = [(f"seconds, {step}", f"{seconds:.1f}", "-", "-") for step, seconds in steps.items()]
    grown = growth(view)
    for customers, again, new in grown:
        rows.append(
            (f"seconds for {customers:,} customers: bought again, new to them", f"{again:.1f}", f"{new:.1f}", "-")
        )
    first, last = grown[0], grown[-1]
    limit = MOST_GROWTH * last[0] / first[0]
    return all(late <= limit * early for early, late in zip(first[1:], last[1:], strict=True)), rows


def _over_splits(name: str, many: Sequence[Judged]) -> Row:
    values = np.array([one.means() for one in many])
    cells = [f"{mean:.4f} ± {half:.4f}" for mean, half in zip(values.mean(axis=0), _half(values), strict=True)]
    return (name, cells[0], cells[1], cells[2])


def _half(values: Floats) -> Floats:
    half: Floats = Z_95 * values.std(axis=0, ddof=min(1, len(values) - 1)) / np.sqrt(len(values))
    return half


def _paired_splits(name: str, ours: Sequence[Judged], theirs: Sequence[Judged]) -> Row:
    values = np.array([np.subtract(one.means(), other.means()) for one, other in zip(ours, theirs, strict=True)])
    cells = [f"{mean:+.4f} ± {half:.4f}" for mean, half in zip(values.mean(axis=0), _half(values), strict=True)]
    return (name, cells[0], cells[1], cells[2])


def _paired(ours: Judged, theirs: Judged) -> tuple[list[float], tuple[str, str, str]]:
    """Return the lower ends of the differences' 95 % intervals, and the differences as text."""
    lows, cells = [], []
    for one, other in ((ours.precision, theirs.precision), (ours.recall, theirs.recall), (ours.gain, theirs.gain)):
        difference = one - other
        half = Z_95 * float(difference.std(ddof=1)) / np.sqrt(len(difference))
        lows.append(float(difference.mean()) - half)
        cells.append(f"{difference.mean():+.4f} ± {half:.4f}")
    return lows, (cells[0], cells[1], cells[2])


BENCHMARK = Benchmark("recommend", "MovieLens-100K, next baskets, discovery, and growth", run, add_arguments)
