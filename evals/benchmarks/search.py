"""Product search: CA-Prod's judged offers by meaning, by word, by both and by a tuned encoder, against plain BM25."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from evals.benchmarks.judged_offers import (
    CUT,
    DEVELOPMENT,
    UNSEEN,
    Offers,
    Ranker,
    Scores,
    judge,
    paired_interval,
    read_offers,
)
from evals.benchmarks.measure import Benchmark, Measured
from evals.datasets import dataset
from retrieval.documents import distinct
from retrieval.fusion import fuse_ranks, fuse_scores
from retrieval.hybrid import DENSE_WEIGHT
from retrieval.lexical import K1, B, LexicalIndex
from retrieval.protocols import Encoder
from tools.products.index import default_encoder, named_encoder
from tools.progress import say

PUBLISHED: Final = 0.572
"""BM25 (k1 1.2, b .75) on title, description and brand, over all 120 queries."""

FUSED: Final = "fused (the product's)"
PLAIN: Final = "BM25, plain words"
LEXICAL: Final = "lexical (the product's)"
GROUPS: Final = 2
"""Groups of development queries, taken in turn, for encoders that are tuned on one and scored on the other."""
DESCRIBED: Final = 120
"""Characters of a description that stand for the offer in training."""
FORMULA: Final = f"nDCG@{CUT} = sum over the first {CUT} of label / log2(rank + 1), divided by that of the ideal order"

_PLAIN_WORD: Final = re.compile(r"[a-z0-9]+")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--unseen", action="store_true", help="score the odd-position queries too, once, at the end")
    parser.add_argument("--write-pairs", metavar="FILE", help="write what `python -m finetune.encoder --pairs` takes")
    parser.add_argument(
        "--tuned",
        nargs=3,
        metavar=("LEFT_OUT_0", "LEFT_OUT_1", "ALL"),
        help="encoders tuned on the development pairs without group 0, without group 1, and on all of them",
    )


def run(args: argparse.Namespace) -> Measured:
    """Fetch the data and measure."""
    offers = read_offers(dataset("ca_prod"))
    if args.write_pairs:
        write_pairs(offers, Path(args.write_pairs))
    tuned = [named_encoder(folder) for folder in args.tuned or ()]
    halves = (DEVELOPMENT, UNSEEN) if args.unseen else (DEVELOPMENT,)
    return measure(offers, default_encoder(), tuned, halves)


def write_pairs(offers: Offers, file: Path) -> None:
    """Write each development query with the offers that fit it, and each offer's title with its description."""
    meanings = {document.id: document.meaning for document in offers.documents}
    rows = [("anchor", "positive", "group")]
    for place, query in enumerate(offers.half(DEVELOPMENT)):
        fitting = [name for name, label in offers.judged[query].items() if label > 0]
        rows += [(offers.queries[query], meanings[name], str(place % GROUPS)) for name in fitting]
    rows += [(text[:DESCRIBED], meanings[name], "offer") for name, text in offers.descriptions.items()]
    file.write_text("\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows) + "\n", "utf-8")


def measure(offers: Offers, encoder: Encoder, tuned: Sequence[Encoder], halves: Sequence[str]) -> Measured:
    """Score every ranker on the queries of each half.

    Args:
        offers: The data.
        encoder: The one that ships.
        tuned: None, or three: those that left out group 0 and 1 of the development queries score that group each; the
            third scores the others.
        halves: Which queries.
    """
    own = LexicalIndex.build([document.words for document in offers.documents])
    rankers = rankers_of(offers, own, encoder)
    rows: list[tuple[str, ...]] = []
    above = True
    for half in halves:
        queries = offers.half(half)
        results = {name: judge(offers, ranker, queries) for name, ranker in rankers.items()}
        results |= _tuned_results(offers, own, tuned[:GROUPS] if half == DEVELOPMENT else tuned[GROUPS:], half)
        rows += [_row(half, name, scores, results[PLAIN]) for name, scores in results.items()]
        above &= paired_interval(results[FUSED], results[PLAIN])[0] > 0
    pool = sum(len(pool) for pool in offers.judged.values()) / len(offers.judged)
    return Measured(
        name="search",
        protocol=f"CA-Prod ({len(offers.documents):,} offers, {len(offers.queries)} queries, pools of {pool:.1f} "
        f"judged offers on average): each pool ranked, {FORMULA}; queries by position of their sorted ids, settings "
        f"chosen on even positions only. Intervals: 95 % of the paired difference, 10,000 bootstrap resamples.",
        columns=("queries", "ranking", f"nDCG@{CUT}", "above plain BM25 (95 %)"),
        rows=tuple(rows),
        notes=(
            _published(offers, rankers[PLAIN]),
            f"Fused: {DENSE_WEIGHT} of meaning and {1 - DENSE_WEIGHT:.1f} of words, each by its highest score.",
        ),
        holds=bool(above),
    )


def _published(offers: Offers, plain: Ranker) -> str:
    """Say what stands beside the published number: many offers of a pool share no word with the query and so tie."""
    every = list(offers.queries)
    fair, generous = (judge(offers, plain, every, generous=kind).mean() for kind in (False, True))
    return (
        f"Published: BM25 (k1 {K1}, b {B}; title, description, brand) {PUBLISHED} over all 120 queries. Ours has "
        f"{fair:.3f} with equal scores in the order of ids, and {generous:.3f} where they fall in favour of what fits."
    )


def rankers_of(offers: Offers, own: LexicalIndex, encoder: Encoder) -> dict[str, Ranker]:
    """Return the rankings to compare, the baseline first."""
    plain = LexicalIndex.build(offers.plain, _plain_words, forgiving=False)
    dense = by_meaning(offers, encoder)
    return {
        PLAIN: plain.scores,
        LEXICAL: own.scores,
        "dense": dense,
        FUSED: partial(_fused, dense, own),
        "fused by reciprocal rank": lambda query: fuse_ranks(dense(own.corrected(query)) + 1, own.scores(query)),
    }


def _tuned_results(offers: Offers, lexical: LexicalIndex, tuned: Sequence[Encoder], half: str) -> dict[str, Scores]:
    """Return what tuned encoders reach on queries that they were not trained on, alone and fused."""
    dense, fused = np.zeros(len(offers.half(half))), np.zeros(len(offers.half(half)))
    for group, encoder in enumerate(tuned):
        ranker = by_meaning(offers, encoder)
        queries = offers.half(half)[group :: len(tuned)]
        dense[group :: len(tuned)] = judge(offers, ranker, queries)
        fused[group :: len(tuned)] = judge(offers, partial(_fused, ranker, lexical), queries)
    return {"dense, tuned": dense, "fused, tuned": fused} if tuned else {}


def _fused(dense: Ranker, lexical: LexicalIndex, query: str) -> Scores:
    return fuse_scores(dense(lexical.corrected(query)), lexical.scores(query), DENSE_WEIGHT)


def by_meaning(offers: Offers, encoder: Encoder) -> Ranker:
    """Return the ranker of the cosines with the query."""
    say(f"encoding {len(offers.documents):,} offers with {encoder.name}")
    texts, rows = distinct([document.meaning for document in offers.documents])
    vectors = encoder.encode(texts)[rows]
    return lambda query: np.asarray(vectors @ encoder.encode([query])[0], dtype=np.float64)


def _plain_words(text: str) -> list[str]:
    return _PLAIN_WORD.findall(text.lower())


def _row(half: str, name: str, scores: Scores, baseline: Scores) -> tuple[str, ...]:
    low, high = paired_interval(scores, baseline)
    told = "–" if name == PLAIN else f"{(scores - baseline).mean():+.3f} ({low:+.3f} to {high:+.3f})"
    return (f"{half}, n {len(scores)}", name, f"{scores.mean():.3f}", told)


BENCHMARK = Benchmark("search", "CA-Prod's judged offers, against BM25", run, add_arguments)
