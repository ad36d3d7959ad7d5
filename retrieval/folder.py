"""An index on disk: vectors, documents and what they were made from; a new one takes effect in one step or not at all.

Data files are named by their content, and `meta.json` names them. It is written last and moved into place, so that a
process stopped at any moment, or a machine that loses power, leaves either the old index or the new one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.documents import Document, fingerprint
from retrieval.errors import MissingIndexError, RefusedIndexError
from retrieval.protocols import EncoderMark
from retrieval.vectors import VectorIndex

FORMAT = 2
META_FILE = "meta.json"
LOCK_FILE = ".lock"
ROW_COLUMN = "vector_row"
_PART = ".part"
_SHA256 = r"^[0-9a-f]{64}$"


class IndexMeta(BaseModel):
    """What an index was made from; the content of its `meta.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = Field(description="Version of this layout.")
    kind: str = Field(description="flat, hnsw or ivf.")
    encoder: EncoderMark = Field(description="What made the vectors.")
    source: str = Field(description="Version of what the documents were taken from.")
    documents: int = Field(ge=0, description="Number of documents.")
    documents_sha256: str = Field(description="Fingerprint of the documents in order.")
    vectors: int = Field(ge=0, description="Number of different meanings, each with one vector.")
    vectors_file_sha256: str = Field(pattern=_SHA256, description="Hash of the file of vectors, which is named by it.")
    texts_file_sha256: str = Field(pattern=_SHA256, description="Hash of the file of documents, which is named by it.")

    @property
    def vectors_file(self) -> str:
        """Return the name of the file of vectors."""
        return f"vectors-{self.vectors_file_sha256[:16]}.faiss"

    @property
    def texts_file(self) -> str:
        """Return the name of the file of documents."""
        return f"documents-{self.texts_file_sha256[:16]}.parquet"


Loaded = tuple[list[Document], list[int], VectorIndex]
"""Documents, for each the row of its vector, and the vectors."""


class IndexFolder:
    """The folder of one index."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def save(
        self,
        documents: Sequence[Document],
        rows: Sequence[int],
        vectors: VectorIndex,
        encoder: EncoderMark,
        source: str,
    ) -> IndexMeta:
        """Write everything beside the old index, then let it take effect in one move.

        Args:
            documents: In order.
            rows: For each document the row of its vector.
            vectors: The index.
            encoder: What made the vectors.
            source: Version of what the documents were taken from.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with FileLock(self.path / LOCK_FILE):
            vectors.save(self._part("vectors"))
            pq.write_table(_table(documents, rows), self._part("documents"))
            meta = IndexMeta(
                format=FORMAT,
                kind=vectors.kind,
                encoder=encoder,
                source=source,
                documents=len(documents),
                documents_sha256=fingerprint(documents),
                vectors=len(vectors),
                vectors_file_sha256=_sha256(self._part("vectors")),
                texts_file_sha256=_sha256(self._part("documents")),
            )
            _move(self._part("vectors"), self.path / meta.vectors_file)
            _move(self._part("documents"), self.path / meta.texts_file)
            self._part("meta").write_text(meta.model_dump_json(indent=1) + "\n", encoding="utf-8")
            _move(self._part("meta"), self.path / META_FILE)
            self._sweep(meta)
        return meta

    def meta(self) -> IndexMeta:
        """Read what the index was made from.

        Raises:
            MissingIndexError: There is no index here.
            RefusedIndexError: `meta.json` is damaged or of another layout.
        """
        file = self.path / META_FILE
        try:
            return IndexMeta.model_validate_json(file.read_bytes())
        except FileNotFoundError:
            told = f"index folder {self.path.name!r} has no {META_FILE}; expected a built index"
            raise MissingIndexError(told) from None
        except ValidationError as error:
            told = f"index file {META_FILE!r} is damaged or of another version; expected format {FORMAT}"
            raise RefusedIndexError(told) from error

    def load(self, encoder: EncoderMark, source: str | None) -> Loaded:
        """Read documents, their vector rows, and vectors, after checking that they fit each other and the caller.

        Args:
            encoder: What will encode the queries.
            source: What the documents should be from; None takes any.

        Raises:
            MissingIndexError: There is no index here.
            RefusedIndexError: It is damaged, or was made with another encoder or from another source.
        """
        meta = self.meta()
        _check("format", str(meta.format), str(FORMAT))
        _check("encoder", meta.encoder.name, encoder.name)
        _check("encoder weights", meta.encoder.sha256, encoder.sha256)
        if source is not None:
            _check("source", meta.source, source)
        try:
            return self._read(meta)
        except RefusedIndexError:
            # Another process may have swapped in a new index between the two reads, and swept the old files.
            if self.meta() == meta:
                raise
            return self.load(encoder, source)

    def remove(self) -> None:
        """Delete the index, if there is one."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _read(self, meta: IndexMeta) -> Loaded:
        for name, expected in (
            (meta.vectors_file, meta.vectors_file_sha256),
            (meta.texts_file, meta.texts_file_sha256),
        ):
            file = self.path / name
            if not file.is_file() or _sha256(file) != expected:
                told = f"index file {name!r} is missing or damaged; expected the content it was saved with"
                raise RefusedIndexError(told)
        table = pq.read_table(self.path / meta.texts_file)
        columns = (table[name].to_pylist() for name in ("id", "text", "meaning", "title"))
        documents = [Document(*row) for row in zip(*columns, strict=True)]
        vectors = VectorIndex.load(self.path / meta.vectors_file)
        return documents, table[ROW_COLUMN].to_pylist(), vectors

    def _part(self, what: str) -> Path:
        return self.path / f"{what}{_PART}"

    def _sweep(self, meta: IndexMeta) -> None:
        """Delete what earlier indexes and builds that stopped have left."""
        keep = {META_FILE, LOCK_FILE, meta.vectors_file, meta.texts_file}
        for file in self.path.iterdir():
            if file.is_file() and file.name not in keep:
                file.unlink(missing_ok=True)


def _move(part: Path, file: Path) -> None:
    """Put a written file in its place, once the disk holds it."""
    with part.open("rb") as opened:
        os.fsync(opened.fileno())
    os.replace(part, file)


def _check(what: str, found: str, expected: str) -> None:
    if found != expected:
        raise RefusedIndexError(f"index was made with {what} {found[:40]!r}; expected {expected[:40]!r}")


def _table(documents: Sequence[Document], rows: Sequence[int]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array([document.id for document in documents], pa.string()),
            "text": pa.array([document.text for document in documents], pa.string()),
            "meaning": pa.array([document.meaning for document in documents], pa.string()),
            "title": pa.array([document.title for document in documents], pa.string()),
            ROW_COLUMN: pa.array(rows, pa.int64()),
        }
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
