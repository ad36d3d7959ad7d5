"""Search by meaning and by word at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Document, distinct
from retrieval.folder import IndexFolder
from retrieval.fusion import Scores, fuse_scores
from retrieval.lexical import LexicalIndex
from retrieval.protocols import Encoder, Hit, Reranker, mark_of
from retrieval.vectors import VectorIndex

DENSE_WEIGHT: Final = 0.6
"""Weight of meaning against words; `python -m evals.benchmarks search` prints both, alone and together."""

MEANINGS: Final = 200
TEXTS: Final = 200
"""Candidates a query by meaning and by word: enough for 20 results, few enough to be quick."""

RERANKED: Final = 50
"""Hits that a re-ranker reads: a small one takes about 20 ms a text on a CPU."""


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
        reranker: Reads the best hits again, where there is one.
    """

    documents: Sequence[Document]
    meaning_rows: NDArray[np.int64]
    vectors: VectorIndex
    text_rows: NDArray[np.int64]
    lexical: LexicalIndex
    encoder: Encoder
    reranker: Reranker | None = None

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, source: str | None) -> HybridIndex:
        """Read an index that was built with the same encoder and from the same source (None takes any)."""
        documents, rows, vectors = IndexFolder(folder).load(mark_of(encoder), source)
        texts, text_rows = distinct([document.words for document in documents])
        return cls(
            documents,
            np.asarray(rows, dtype=np.int64),
            vectors,
            np.asarray(text_rows, dtype=np.int64),
            LexicalIndex.build(texts),
            encoder,
        )

    def reranked_by(self, reranker: Reranker | None) -> HybridIndex:
        """Return the same index with another re-ranker, or none."""
        return replace(self, reranker=reranker)

    def search(self, query: str, k: int, allowed: NDArray[np.bool_] | None = None) -> tuple[Hit, ...]:
        """Return at most k hits, best first, ties by id; `allowed` has one flag a document, in index order.

        Scores are the fused ones, at most 1; hits that a re-ranker read come first and score 1 to 2, by their place.
        """
        if not query.strip() or not self.documents:
            return ()
        vector = self.encoder.encode([self.lexical.corrected(query)])
        by_word = self.lexical.scores(query)[self.text_rows]
        rows = self._candidates(vector, by_word, allowed)
        fused = np.round(fuse_scores(self._by_meaning(vector, rows), by_word[rows], DENSE_WEIGHT), 9)
        best = sorted(np.flatnonzero(fused > 0).tolist(), key=lambda at: (-fused[at], self.ids[rows[at]]))
        hits = [Hit(self.ids[rows[at]], float(fused[at])) for at in best]
        return tuple(self._reread(query, hits)[:k])

    def knows(self, query: str) -> bool:
        """Tell whether a word of the query, or one a slip away from it, occurs in a document."""
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

    def _candidates(
        self, vector: NDArray[np.float32], by_word: Scores, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """Return the rows of the documents that are near in meaning or share the rarest words, in index order."""
        chosen = None if allowed is None else np.unique(self.meaning_rows[allowed])
        near = np.zeros(len(self.vectors), dtype=bool)
        near[self.vectors.search(vector, MEANINGS, chosen)[0]] = True
        wanted = near[self.meaning_rows] | _best(by_word, TEXTS, allowed)
        return np.flatnonzero(wanted if allowed is None else wanted & allowed)

    def _by_meaning(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> Scores:
        meanings, place = np.unique(self.meaning_rows[rows], return_inverse=True)
        return np.asarray((self.vectors.vectors_at(meanings) @ vector[0])[place], dtype=np.float64)

    def _reread(self, query: str, hits: list[Hit]) -> list[Hit]:
        if self.reranker is None or not hits:
            return hits
        head, tail = hits[:RERANKED], hits[RERANKED:]
        scores = self.reranker.score(query, [self.text_of(hit.id) for hit in head])
        order = sorted(range(len(head)), key=lambda at: (-float(scores[at]), head[at].id))
        return [Hit(head[at].id, 2 - place / len(head)) for place, at in enumerate(order)] + tail


def _best(scores: Scores, count: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Return which scores are among the `count` highest above 0, all that tie with the last of them included."""
    above = scores if allowed is None else np.where(allowed, scores, 0.0)
    positive = above[above > 0]
    last = np.partition(positive, -count)[-count] if len(positive) > count else 0.0
    return np.asarray((above > 0) & (above >= last))
