"""Build an index, or bring one up to date: only meanings that it does not hold yet are encoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.documents import Document, distinct
from retrieval.errors import RetrievalError
from retrieval.folder import IndexFolder, IndexMeta
from retrieval.protocols import Encoder, Progress, Vectors, mark_of, no_progress
from retrieval.vectors import VectorIndex


@dataclass(frozen=True)
class Built:
    """What a build did.

    Attributes:
        meta: Of the index that now stands.
        encoded: Meanings that went through the encoder; the others' vectors were taken from the index before.
        added: Documents that the index before did not have.
        changed: Documents whose text or meaning changed.
        removed: Documents that are gone.
    """

    meta: IndexMeta
    encoded: int
    added: int
    changed: int
    removed: int


@dataclass(frozen=True)
class _Before:
    """What the index before holds that can be used again."""

    documents: dict[str, Document]
    vectors: dict[str, Vectors]


def build(
    folder: Path, documents: Sequence[Document], encoder: Encoder, source: str, progress: Progress = no_progress
) -> Built:
    """Index the documents in a folder; what an index of the same encoder already holds is not encoded again.

    The result is that of a fresh build: vectors are put into the order of the documents and indexed anew.
    An index that is damaged, or of another encoder, is replaced.
    """
    before = _before(folder, encoder)
    meanings, rows = distinct([document.meaning for document in documents])
    new = [meaning for meaning in meanings if meaning not in before.vectors]
    fresh = dict(zip(new, encoder.encode(new, progress), strict=True)) if new else {}
    known = [before.vectors[meaning] if meaning in before.vectors else fresh[meaning] for meaning in meanings]
    vectors = np.stack(known) if known else np.empty((0, 1), dtype=np.float32)
    meta = IndexFolder(folder).save(documents, rows, VectorIndex.build(vectors), mark_of(encoder), source)
    now = {document.id: document for document in documents}
    kept = now.keys() & before.documents.keys()
    return Built(
        meta=meta,
        encoded=len(new),
        added=len(now) - len(kept),
        changed=sum(now[name] != before.documents[name] for name in kept),
        removed=len(before.documents) - len(kept),
    )


def _before(folder: Path, encoder: Encoder) -> _Before:
    try:
        documents, rows, vectors = IndexFolder(folder).load(mark_of(encoder), None)
    except RetrievalError:
        return _Before({}, {})
    held = vectors.vectors()
    by_meaning = {document.meaning: held[row] for document, row in zip(documents, rows, strict=True)}
    return _Before({document.id: document for document in documents}, by_meaning)
