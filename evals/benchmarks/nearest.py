"""Nearest neighbours: flat, HNSW and IVF at a catalogue's size, and a whole query of the product search."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar, get_args

import faiss
import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.judged_offers import read_offers
from evals.benchmarks.measure import Benchmark, Measured
from evals.datasets import dataset
from retrieval.hybrid import HybridIndex
from retrieval.protocols import Vectors
from retrieval.vectors import CHOSEN, Kind, Setting, VectorIndex, kind_for
from tools.products.index import open_index
from tools.progress import say
from tools.warehouse.store import open_store

_Result = TypeVar("_Result")

SIZES: Final = (100_000, 1_000_000)
NEIGHBOURS: Final = 10
QUERIES: Final = 200
NEAR: Final = 20
"""A made product lies between a real one and one of its so many nearest."""
ASIDE: Final = 0.4
"""How far it then goes towards a third product, so that made products do not lie in tight clusters."""
SLACK: Final = 1e-6
SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("flat"),
    Setting("hnsw", 64),
    Setting("hnsw", 128),
    Setting("hnsw", 256),
    Setting("ivf", 8),
    Setting("ivf", 32),
    Setting("ivf", 64),
)


@dataclass(frozen=True)
class Trial:
    """One setting's measurements.

    Attributes:
        recall: Share of the ten nearest found.
        median: Seconds a query.
        slow: 95th percentile of the same.
        megabytes: Of the index.
        build: Seconds.
    """

    setting: Setting
    recall: float
    median: float
    slow: float
    megabytes: float
    build: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument(
        "--size", type=int, action="append", metavar="N", help="vectors (default 100,000 and 1 million)"
    )
    parser.add_argument("--store", default="demo", metavar="S", help="indexed store whose products are used")
    parser.add_argument("--kind", action="append", choices=get_args(Kind), help="only these kinds (default all)")
    parser.add_argument("--threads", type=int, default=2, metavar="N", help="threads that build an index")


def run(args: argparse.Namespace) -> Measured:
    """Open the store's index and measure."""
    faiss.omp_set_num_threads(args.threads)
    index = open_index(open_store(args.store))
    offers = read_offers(dataset("ca_prod"))
    queries = list(offers.queries.values()) + sorted({document.meaning for document in index.documents})
    kinds = args.kind or get_args(Kind)
    settings = tuple(setting for setting in SETTINGS if setting.kind in kinds)
    return measure(index, queries[:QUERIES], args.size or SIZES, settings)


def measure(
    index: HybridIndex, queries: Sequence[str], sizes: Sequence[int], settings: Sequence[Setting] = SETTINGS
) -> Measured:
    """Measure every setting at every size, then whole queries of the index."""
    asked = index.encoder.encode(queries)
    rows: list[tuple[str, ...]] = []
    holds = True
    for size in sizes:
        trials = compare(make_vectors(index.vectors.vectors(), size), asked, settings)
        chosen = CHOSEN[kind_for(size)]
        rows += [_row(size, trial, chosen) for trial in trials]
        holds &= all(on_frontier(trial, trials) for trial in trials if trial.setting == chosen)
    return Measured(
        name="faiss",
        protocol=f"{', '.join(f'{size:,}' for size in sizes)} × 384 vectors: {len(index.vectors):,} embeddings of the "
        f"store's products, and others made of them (between a product and one of its {NEAR} nearest, then {ASIDE} "
        f"towards a third). {len(queries)} real queries, one at a time, one thread. Recall@{NEIGHBOURS}: share of the "
        f"exact {NEIGHBOURS} nearest, ties included. Times are processor time.",
        columns=("vectors", "index", f"recall@{NEIGHBOURS}", "p50, p95 of a query", "memory", "build"),
        rows=tuple(rows),
        notes=(whole_queries(index, queries),),
        holds=holds,
    )


def make_vectors(real: Vectors, size: int, seed: int = 0) -> Vectors:
    """Return so many unit vectors: the real ones first, then mixtures of near ones pulled towards a third."""
    if size <= len(real):
        return real[:size]
    rng = np.random.default_rng(seed)
    near = _nearest_of_each(real)
    missing = size - len(real)
    one, third = rng.integers(0, len(real), (2, missing))
    two = near[one, rng.integers(0, near.shape[1], missing)]
    share = rng.uniform(0.5, 1.0, missing).astype(np.float32)[:, None]
    made = np.empty((size, real.shape[1]), dtype=np.float32)
    made[: len(real)] = real
    for start in range(0, missing, 1 << 16):
        part = slice(start, start + (1 << 16))
        mixed = share[part] * real[one[part]] + (1 - share[part]) * real[two[part]] + ASIDE * real[third[part]]
        made[len(real) :][part] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return made


def _nearest_of_each(real: Vectors) -> NDArray[np.int64]:
    count = min(NEAR + 1, len(real))
    found: tuple[NDArray[np.float32], NDArray[np.int64]] = faiss.knn(
        real, real, count, metric=faiss.METRIC_INNER_PRODUCT
    )
    return found[1][:, 1:] if count > 1 else found[1]


def compare(vectors: Vectors, asked: Vectors, settings: Sequence[Setting]) -> list[Trial]:
    """Measure the settings; those of one kind share a build."""
    exact = VectorIndex.build(vectors, "flat")
    floors = [exact.search(query, NEIGHBOURS)[1][-1] - SLACK for query in asked]
    del exact
    trials = []
    kinds: list[Kind] = list(dict.fromkeys(setting.kind for setting in settings))
    for kind in kinds:
        build, index = _timed(partial(VectorIndex.build, vectors, kind))
        say(f"{len(vectors):,} vectors, {kind}: built in {build:.1f} s")
        for setting in settings:
            if setting.kind == kind:
                trials.append(_try(index.searched_with(setting), asked, floors, build))
    return trials


def _try(index: VectorIndex, asked: Vectors, floors: Sequence[float], build: float) -> Trial:
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    found, seconds = [], []
    for query, floor in zip(asked, floors, strict=True):
        took, (_, scores) = _timed(partial(index.search, query, NEIGHBOURS))
        found.append(float((scores >= floor).mean()) if len(scores) else 0.0)
        seconds.append(took)
    faiss.omp_set_num_threads(threads)
    median, slow = np.quantile(seconds, [0.5, 0.95])
    return Trial(index.setting, float(np.mean(found)), float(median), float(slow), index.megabytes, build)


def on_frontier(chosen: Trial, trials: Sequence[Trial]) -> bool:
    """Tell whether no other setting is better both in recall and in the slow queries' time."""
    return not any(trial.recall > chosen.recall and trial.slow < chosen.slow for trial in trials)


def whole_queries(index: HybridIndex, queries: Sequence[str]) -> str:
    """Return in words how long whole queries take: embed, search both ways, fuse, sort."""
    index.search(queries[0], NEIGHBOURS)
    whole = [_timed(partial(index.search, query, NEIGHBOURS))[0] for query in queries]
    embed = [_timed(partial(index.encoder.encode, [query]))[0] for query in queries]
    half, slow = np.quantile(whole, [0.5, 0.95]) * 1000
    return (
        f"A whole query (embed, search by meaning and by word, fuse) over {len(index.documents):,} products: p50 "
        f"{half:.0f} ms of processor time, p95 {slow:.0f} ms; embedding alone {np.median(embed) * 1000:.0f} ms."
    )


def _timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    """Return the processor time of all threads, which other work on the machine hardly changes, and the result."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def _row(size: int, trial: Trial, chosen: Setting) -> tuple[str, ...]:
    name = f"{trial.setting}{', chosen' if trial.setting == chosen else ''}"
    return (
        f"{size:,}",
        name,
        f"{trial.recall:.3f}",
        f"{trial.median * 1000:.2f}, {trial.slow * 1000:.2f} ms",
        f"{trial.megabytes:,.0f} MB",
        f"{trial.build:.1f} s",
    )


BENCHMARK = Benchmark("faiss", "recall, speed, memory and build time of vector indexes", run, add_arguments)
