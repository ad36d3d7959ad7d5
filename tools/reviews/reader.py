"""Read reviews: cut them into clauses, and judge clauses and whole reviews by meaning and words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from retrieval.protocols import Vectors
from tools.estimators.sentiment import SentimentHead, marked
from tools.products.index import default_encoder
from tools.reviews.book import AspectBook, aspect_book
from tools.reviews.clauses import clauses, words
from tools.reviews.head import check_encoder, read_head
from tools.reviews.vectors import TextVectors, mean_vectors

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """Reviews in clauses, judged. Clauses are in the order of the reviews, and of the text within each.

    Attributes:
        clauses: All clauses.
        owner: Number of the review that each clause is of.
        praise: Probability that each clause praises.
        aspects: Whether each clause speaks of each aspect; one column an aspect.
        named: The word that named an aspect, by (clause, aspect).
        reviews: Probability that each review praises; NaN where it has no clause.
    """

    clauses: tuple[str, ...]
    owner: NDArray[np.intp]
    praise: Array
    aspects: NDArray[np.bool_]
    named: dict[tuple[int, str], str]
    reviews: Array


@dataclass(frozen=True)
class Reader:
    """What reads reviews: vectors, the head that was trained with their encoder, and the aspects."""

    vectors: TextVectors
    head: SentimentHead
    book: AspectBook

    def read(self, texts: Sequence[str]) -> Reading:
        """Read texts, one a review."""
        cut = [clauses(text) for text in texts]
        sizes = np.array([len(review) for review in cut], dtype=np.intp)
        flat = tuple(clause for review in cut for clause in review)
        if not flat:
            nothing = np.zeros((0, len(self.book.names)), dtype=bool)
            return Reading((), np.empty(0, np.intp), np.empty(0), nothing, {}, np.full(len(cut), np.nan))
        vectors = self.vectors.of_clauses(flat)
        tokens = [marked(words(clause)) for clause in flat]
        ends = np.cumsum(sizes)
        together = [sum(tokens[end - size : end], []) for end, size in zip(ends, sizes, strict=True)]
        whole = expit(self.head.scores(mean_vectors(vectors, sizes), together))
        aspects, named = self._aspects(flat, vectors)
        return Reading(
            clauses=flat,
            owner=np.repeat(np.arange(len(cut)), sizes),
            praise=np.asarray(expit(self.head.scores(vectors, tokens)), dtype=float),
            aspects=aspects,
            named=named,
            reviews=np.where(sizes > 0, whole, np.nan),
        )

    def _aspects(self, flat: Sequence[str], vectors: Vectors) -> tuple[NDArray[np.bool_], dict[tuple[int, str], str]]:
        """Find aspects by their words; in a clause that names none, by its meaning."""
        names = self.book.names
        found = np.zeros((len(flat), len(names)), dtype=bool)
        named = {
            (row, name): word for row, clause in enumerate(flat) for name, word in self.book.named_in(clause).items()
        }
        for row, name in named:
            found[row, names.index(name)] = True
        silent = np.flatnonzero(~found.any(axis=1))
        if len(silent):
            examples = [self.vectors.of_clauses(aspect.examples) for aspect in self.book.aspects.values()]
            meant = self.book.meant_in(vectors[silent], examples)
            found[silent[meant >= 0], meant[meant >= 0]] = True
        return found, named


@lru_cache(maxsize=1)
def default_reader() -> Reader:
    """Return the reader with all-MiniLM-L6-v2 and the trained head.

    Raises:
        MissingCapabilityError: The encoder was not fetched, or is another than the head's.
    """
    encoder, head = default_encoder(), read_head()
    check_encoder(head, encoder.sha256)
    return Reader(TextVectors(encoder), head, aspect_book())
