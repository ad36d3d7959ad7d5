"""Search by meaning and by word at once, fused by reciprocal rank (Cormack, Clarke and Büttcher 2009)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Document, distinct
from retrieval.folder import IndexFolder, IndexMeta
from retrieval.lexical import LexicalIndex
from retrieval.protocols import Encoder, Hit, Progress, no_progress
from retrieval.vectors import VectorIndex

# The constant of the paper.
RRF_K = 60
# Meanings considered a query: enough for 20 results after filters, few enough to be quick.
MEANINGS = 200


@dataclass(frozen=True)
class HybridIndex:
    """Documents with a vector for each different meaning and BM25 weights for each different text; a `Searcher`.

    Attributes:
        documents: In order.
        meaning_rows: For each document the row of its vector.
        vectors: One a meaning.
        text_rows: For each document the row of its text.
        lexical: One row a text.
        encoder: The one that made the vectors.
    """

    documents: Sequence[Document]
    meaning_rows: NDArray[np.int64]
    vectors: VectorIndex
    text_rows: NDArray[np.int64]
    lexical: LexicalIndex
    encoder: Encoder

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, source: str) -> HybridIndex:
        """Read an index that `build` saved with the same encoder and source."""
        documents, rows, vectors = IndexFolder(folder).load((encoder.name, encoder.sha256), source)
        texts, text_rows = distinct([document.text for document in documents])
        return cls(documents, np.asarray(rows), vectors, np.asarray(text_rows), LexicalIndex.build(texts), encoder)

    def search(self, query: str, k: int, allowed: NDArray[np.bool_] | None = None) -> tuple[Hit, ...]:
        """Return at most k hits, best first, ties by id; `allowed` has one flag a document, in index order."""
        ranks = np.array([self._ranks_by_meaning(query, allowed), self._ranks_by_word(query, allowed)])
        scores = np.where(ranks > 0, 1 / (RRF_K + ranks), 0.0).sum(axis=0)
        found = np.flatnonzero(scores)
        best = sorted(found.tolist(), key=lambda row: (-scores[row], self.documents[row].id))[:k]
        return tuple(Hit(self.documents[row].id, float(scores[row])) for row in best)

    def knows(self, query: str) -> bool:
        """Tell whether a word of the query occurs in a document."""
        return bool(self.lexical.scores(query).any())

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Return the documents' ids in index order."""
        return tuple(document.id for document in self.documents)

    def text_of(self, document_id: str) -> str:
        """Return the text of a document."""
        return self.documents[self._row[document_id]].text

    @cached_property
    def _row(self) -> dict[str, int]:
        return {document_id: row for row, document_id in enumerate(self.ids)}

    def _ranks_by_meaning(self, query: str, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        chosen = None if allowed is None else np.unique(self.meaning_rows[allowed])
        rows, scores = self.vectors.search(self.encoder.encode([query]), MEANINGS, chosen)
        by_row = np.zeros(len(self.vectors))
        by_row[rows] = scores - scores.min() + 1 if len(rows) else scores
        return dense_ranks(_only(by_row[self.meaning_rows], allowed))

    def _ranks_by_word(self, query: str, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        return dense_ranks(_only(self.lexical.scores(query)[self.text_rows], allowed))


def build(
    folder: Path, documents: Sequence[Document], encoder: Encoder, source: str, progress: Progress = no_progress
) -> IndexMeta:
    """Encode each different meaning once, and save the index in the folder in one move."""
    meanings, rows = distinct([document.meaning for document in documents])
    vectors = VectorIndex.build(encoder.encode(meanings, progress))
    return IndexFolder(folder).save(documents, rows, vectors, (encoder.name, encoder.sha256), source)


def dense_ranks(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return 1 for the highest score, equal ranks for equal scores, no gaps, and 0 for scores not above 0.

    >>> dense_ranks(np.array([0.5, 0.0, 0.9, 0.5])).tolist()
    [2, 0, 1, 2]
    """
    ranks = np.zeros(len(scores), dtype=np.int64)
    positive = np.flatnonzero(scores > 0)
    _, place = np.unique(-np.round(scores[positive], 9), return_inverse=True)
    ranks[positive] = place + 1
    return ranks


def _only(scores: NDArray[np.float64], allowed: NDArray[np.bool_] | None) -> NDArray[np.float64]:
    return scores if allowed is None else np.where(allowed, scores, 0.0)
