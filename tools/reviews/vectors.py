"""Vectors of clauses and of whole texts; those of clauses stay in memory."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Encoder, Vectors
from tools.estimators.sentiment import marked
from tools.progress import Report, say
from tools.reviews.clauses import clauses, words

MOST_REMEMBERED: Final = 20_000
"""Clauses whose vectors stay in memory: 31 MB at 384 dimensions."""

SECONDS_BEFORE_WORD: Final = 2.0
"""After so long without an answer, progress is told, and then now and then."""


@dataclass
class Telling:
    """Tells how far the encoder is, once a moment has passed."""

    report: Report
    told: float

    def __call__(self, done: int, total: int) -> None:
        """Take in how far it is."""
        if time.monotonic() - self.told > SECONDS_BEFORE_WORD:
            self.told = time.monotonic()
            self.report(f"reviews: {done} of {total} clauses read")


@dataclass(frozen=True)
class TextVectors:
    """An encoder that remembers clauses, so that a second question about the same reviews costs nothing."""

    encoder: Encoder
    report: Report = say
    remembered: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def of_clauses(self, flat: Sequence[str]) -> Vectors:
        """Return one unit vector a clause."""
        fresh = list(dict.fromkeys(clause for clause in flat if clause not in self.remembered))
        if fresh and len(self.remembered) + len(fresh) > MOST_REMEMBERED:
            self.remembered.clear()
            fresh = list(dict.fromkeys(flat))
        if fresh:
            made = self.encoder.encode(fresh, Telling(self.report, time.monotonic()))
            self.remembered.update(zip(fresh, made, strict=True))
        return np.stack([self.remembered[clause] for clause in flat]) if flat else np.empty((0, 0), dtype=np.float32)

    def of_texts(self, texts: Sequence[str]) -> Vectors:
        """Return the mean of each text's clauses' vectors; zeros for one without any."""
        cut = [clauses(text) for text in texts]
        sizes = np.array([len(review) for review in cut], dtype=np.intp)
        return mean_vectors(self.of_clauses([clause for review in cut for clause in review]), sizes)


def mean_vectors(vectors: Vectors, sizes: NDArray[np.intp]) -> Vectors:
    """Return the mean of each run of vectors; zeros for an empty run.

    >>> mean_vectors(np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32), np.array([2, 0, 1])).tolist()
    [[0.5, 0.5], [0.0, 0.0], [1.0, 1.0]]
    """
    means = np.zeros((len(sizes), vectors.shape[1] if len(vectors) else 0), dtype=np.float32)
    full = np.flatnonzero(sizes)
    if len(full):
        starts = (np.cumsum(sizes) - sizes)[full]
        means[full] = np.add.reduceat(vectors, starts, axis=0) / sizes[full, None]
    return means


def text_words(text: str) -> list[str]:
    """Return the words of a text's clauses, negated ones marked.

    >>> text_words("Not soft. I like it")
    ['not', 'not_soft', 'i', 'like', 'it']
    """
    return [word for clause in clauses(text) for word in marked(words(clause))]
