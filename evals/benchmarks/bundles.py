"""Bundles: how many are found where there are none, and how many of those planted are found."""

from __future__ import annotations

import argparse
import datetime as dt
import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from evals.benchmarks.measure import Benchmark, Finding, Measured
from evals.intervals import wilson
from tools.products.baskets import baskets
from tools.products.bundling import Search, find_rules
from tools.progress import say
from tools.warehouse.store import open_store

PLANTED: Final = 20
STRENGTHS: Final = ((40, 0.8), (80, 0.95))
"""Baskets into which a pair is put, and the share of such pairs that is to be found: the project's own bar."""

MOST_FALSE: Final = 1.0
"""Bar: bundles found in one permuted store, on average; of thousands found in the true one."""

SWAPS: Final = 5
"""Times as many exchanges as there are purchases, after which a permuted basket has forgotten what it held."""


@dataclass(frozen=True)
class Shop:
    """Baskets × products, the customer of each basket, and the category of each product."""

    held: sparse.csr_array
    customers: NDArray[np.int64]
    groups: NDArray[np.object_]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--store", default="demo", metavar="S", help="store whose baskets are used (default demo)")
    parser.add_argument("--permutations", type=int, default=5, metavar="N", help="permuted stores (default 5)")


def run(args: argparse.Namespace) -> Measured:
    """Read the store's baskets and measure."""
    store = open_store(args.store)
    known = baskets(store.at(store.meta.last_at.date() + dt.timedelta(days=1)))
    return measure(Shop(known.held, known.customers, known.groups), args.permutations)


def measure(shop: Shop, permutations: int) -> Measured:
    """Search the true baskets, permuted ones, and permuted ones with planted pairs."""
    found, seconds = _timed(shop)
    drawn = []
    for turn in range(permutations):
        say(f"permutation {turn + 1} of {permutations}")
        drawn.append(permuted(shop, turn))
    searches = [_timed(one)[0] for one in drawn]
    findings = [_true_row(shop, found, seconds), *_null_rows(searches)]
    for count, share in STRENGTHS:
        findings.append(_planted_row(drawn, count, share))
    return Measured(
        name="bundles",
        protocol=(
            f"{shop.held.shape[0]:,} baskets, {shop.held.shape[1]:,} products. Permuted: products exchanged between "
            f"baskets at random ({SWAPS} exchanges a purchase), so that each basket keeps its size and each product "
            f"its number of baskets. Planted: {PLANTED} pairs of products of different categories, each put into "
            "so many baskets of a permuted store."
        ),
        columns=("baskets", "found", "time", "bar"),
        rows=tuple(one.row for one in findings),
        notes=(
            "Significant: pairs beyond chance by Benjamini-Hochberg at 5 % over all pairs. Found: also in both halves "
            "of the customers, with enough baskets and buyers; sets of three too.",
        ),
        holds=all(one.holds is not False for one in findings),
    )


def _timed(shop: Shop) -> tuple[Search, float]:
    started = time.perf_counter()
    found = find_rules(shop.held, shop.customers, shop.groups)
    return found, time.perf_counter() - started


def _true_row(shop: Shop, found: Search, seconds: float) -> Finding:
    pairs = found.pairs
    return Finding(
        (
            "true",
            f"{len(found.rules):,} of {pairs:,} pairs ({found.significant:,} significant)",
            f"{seconds:.1f} s",
            "-",
        ),
        None if shop.held.shape[0] else False,
    )


def _null_rows(searches: list[Search]) -> list[Finding]:
    false = [len(search.rules) for search in searches]
    significant = [search.significant for search in searches]
    return [
        Finding(
            (
                f"permuted, mean of {len(searches)}",
                f"{np.mean(false):.1f} ({np.mean(significant):.1f} significant)",
                "-",
                f"at most {MOST_FALSE:g}",
            ),
            bool(np.mean(false) <= MOST_FALSE),
        )
    ]


def _planted_row(drawn: list[Shop], count: int, share: float) -> Finding:
    hits = others = 0
    for turn, shop in enumerate(drawn):
        planted, pairs = plant(shop, count, turn)
        found = {frozenset(rule.items) for rule in _timed(planted)[0].rules if len(rule.items) == 2}
        hits += len(found & pairs)
        others += len(found - pairs)
    of = PLANTED * len(drawn)
    low, high = wilson(hits, of)
    told = f"{hits} of {of} = {hits / of:.0%} ({low:.0%}-{high:.0%}), {others} others"
    return Finding((f"planted, {count} baskets a pair", told, "-", f"at least {share:.0%}"), hits >= share * of)


def permuted(shop: Shop, seed: int) -> Shop:
    """Exchange products between baskets at random; sizes of baskets and frequencies of products stay.

    Many exchanges at once: all purchases are paired by lot, and each two exchange their products where neither basket
    then holds one twice (N. Gotelli, Null model analysis of species co-occurrence patterns, Ecology 2000, one by one).
    """
    rng = np.random.default_rng(seed)
    rows, columns = (np.asarray(place, dtype=np.int64) for place in shop.held.tocoo().coords)
    width = int(shop.held.shape[1])
    for _ in range(2 * SWAPS):
        lot = rng.permutation(len(rows) // 2 * 2).reshape(2, -1)
        one, other = lot
        new = np.concatenate([rows[one] * width + columns[other], rows[other] * width + columns[one]])
        kept = np.isin(new, rows * width + columns)
        _, place, times = np.unique(new, return_inverse=True, return_counts=True)
        blocked = (kept | (times[place] > 1)).reshape(2, -1).any(axis=0)
        one, other = one[~blocked], other[~blocked]
        columns[one], columns[other] = columns[other], columns[one]
    held = sparse.csr_array((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shop.held.shape)
    return Shop(held, shop.customers, shop.groups)


def plant(shop: Shop, count: int, seed: int) -> tuple[Shop, set[frozenset[int]]]:
    """Put pairs of products of different categories into so many baskets each, and return the pairs."""
    rng = np.random.default_rng(seed)
    held = shop.held.tolil()
    usual = np.argsort(-np.asarray(shop.held.sum(axis=0)).ravel(), kind="stable")
    free = list(rng.permutation(usual[: max(len(usual) // 2, 2 * PLANTED)]))
    pairs: set[frozenset[int]] = set()
    while len(pairs) < PLANTED and len(free) > 1:
        first = free.pop()
        second = next((item for item in free if shop.groups[item] != shop.groups[first]), None)
        if second is None:
            break
        free.remove(second)
        for basket in rng.choice(int(shop.held.shape[0]), count, replace=False):
            held[basket, first] = held[basket, second] = 1
        pairs.add(frozenset((int(first), int(second))))
    return Shop(sparse.csr_array(held), shop.customers, shop.groups), pairs


BENCHMARK = Benchmark("bundles", "bundles found by chance, and planted ones found", run, add_arguments)
