"""Aspects and their polarity in the sentences labelled by hand: precision, recall, right polarity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from evals.benchmarks.measure import Finding
from evals.benchmarks.review_data import Sentence, labelled_aspects
from evals.intervals import wilson
from tools.reviews.mentions import aspect_verdicts
from tools.reviews.reader import Reader

LEAST_PRECISION: Final = 0.75
"""Bar of precision over all sentences, set before the first run: of four aspects told, three are there."""

GROUPS: Final = {"all": "", "clothing reviews (CC0)": "women-", "written for this, other goods": "own-"}
"""Name of each part to how the ids of its sentences begin."""


def measure_aspects(reader: Reader) -> list[Finding]:
    """Compare what a reader finds with the labels."""
    sentences = labelled_aspects()
    found = aspects_found(reader, [sentence.text for sentence in sentences])
    return [row for name, begin in GROUPS.items() for row in _rows(name, _of(sentences, found, begin))]


Pairs = list[tuple[Sentence, dict[str, str]]]


def _of(sentences: Sequence[Sentence], found: Sequence[dict[str, str]], begin: str) -> Pairs:
    return [pair for pair in zip(sentences, found, strict=True) if pair[0].id.startswith(begin)]


def aspects_found(reader: Reader, texts: Sequence[str]) -> list[dict[str, str]]:
    """Return the aspects of each text with their polarity, as the tool finds them in a review of that text alone."""
    reading = reader.read(texts)
    found: list[dict[str, str]] = [{} for _ in texts]
    for place, name in enumerate(reader.book.names):
        rows = np.flatnonzero(reading.aspects[:, place])
        mine = pd.DataFrame({"review": reading.owner[rows], "praise": reading.praise[rows]})
        for review, polarity in aspect_verdicts(mine).items():
            found[review][name] = str(polarity)
    return found


def _rows(name: str, pairs: Pairs) -> list[Finding]:
    both = [(s.aspects[aspect], told[aspect]) for s, told in pairs for aspect in told if aspect in s.aspects]
    told, labelled = sum(len(told) for _, told in pairs), sum(len(s.aspects) for s, _ in pairs)
    clear = [(label, said) for label, said in both if label != "neutral"]
    right = sum(label == said for label, said in clear)
    decided = sum(said != "neutral" for _, said in clear)
    about = f"aspects, {name} ({len(pairs)} sentences)"
    precise = len(both) / told >= LEAST_PRECISION if name == "all" and told else None
    return [
        Finding(
            _row(
                f"{about}: precision", len(both), told, "-", f"at least {LEAST_PRECISION}" if name == "all" else "none"
            ),
            precise,
        ),
        Finding(_row(f"{about}: recall", len(both), labelled, "-", "none")),
        Finding(_row(f"{about}: polarity right, of praise and complaint", right, len(clear), "-", "none")),
        Finding(_row(f"{about}: polarity right where one was told", right, decided, "-", "none")),
    ]


def _row(what: str, hits: int, of: int, beside: str, bar: str) -> tuple[str, str, str, str]:
    if not of:
        return what, "none found", beside, bar
    low, high = wilson(hits, of)
    return what, f"{hits}/{of} = {hits / of:.3f} ({low:.3f}-{high:.3f})", beside, bar
