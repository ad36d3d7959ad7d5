"""An index on disk: vectors, documents and what they were made from; written whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.documents import Document, fingerprint
from retrieval.errors import MissingIndexError, RefusedIndexError
from retrieval.vectors import VectorIndex

FORMAT = 1
META_FILE = "meta.json"
VECTORS_FILE = "vectors.faiss"
DOCUMENTS_FILE = "documents.parquet"
ROW_COLUMN = "vector_row"


class IndexMeta(BaseModel):
    """What an index was made from; the content of its `meta.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = Field(description="Version of this layout.")
    kind: str = Field(description="flat or ivf.")
    encoder: str = Field(description="Name of the encoder.")
    encoder_sha256: str = Field(description="Fingerprint of the encoder's weights.")
    source: str = Field(description="Version of what the documents were taken from.")
    documents: int = Field(ge=0, description="Number of documents.")
    documents_sha256: str = Field(description="Fingerprint of the documents in order.")
    vectors: int = Field(ge=0, description="Number of different meanings, each with one vector.")
    files_sha256: dict[str, str] = Field(description="File to the hash of its content.")


class IndexFolder:
    """The folder of one index."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def save(
        self,
        documents: Sequence[Document],
        rows: Sequence[int],
        vectors: VectorIndex,
        encoder: tuple[str, str],
        source: str,
    ) -> IndexMeta:
        """Write everything beside the old index, then put it in its place.

        Args:
            documents: In order.
            rows: For each document the row of its vector.
            vectors: The index.
            encoder: Name and hash.
            source: Version of what the documents were taken from.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{self.path.name}-", dir=self.path.parent) as scratch:
            fresh = Path(scratch) / "new"
            fresh.mkdir()
            vectors.save(fresh / VECTORS_FILE)
            pq.write_table(_table(documents, rows), fresh / DOCUMENTS_FILE)
            meta = IndexMeta(
                format=FORMAT,
                kind=vectors.kind,
                encoder=encoder[0],
                encoder_sha256=encoder[1],
                source=source,
                documents=len(documents),
                documents_sha256=fingerprint(documents),
                vectors=len(vectors),
                files_sha256={name: _sha256(fresh / name) for name in (VECTORS_FILE, DOCUMENTS_FILE)},
            )
            (fresh / META_FILE).write_text(meta.model_dump_json(indent=1) + "\n", encoding="utf-8")
            if self.path.exists():
                self.path.rename(Path(scratch) / "old")
            fresh.rename(self.path)
        return meta

    def meta(self) -> IndexMeta:
        """Read what the index was made from.

        Raises:
            MissingIndexError: There is no index here.
            RefusedIndexError: `meta.json` is damaged or of another layout.
        """
        file = self.path / META_FILE
        if not file.is_file():
            raise MissingIndexError(f"index folder {self.path.name!r} has no {META_FILE}; expected a built index")
        try:
            meta = IndexMeta.model_validate_json(file.read_bytes())
        except ValidationError as error:
            raise RefusedIndexError(f"index file {META_FILE!r} is damaged; expected {FORMAT=}") from error
        if meta.format != FORMAT:
            raise RefusedIndexError(f"index format {meta.format} is not readable; expected format {FORMAT}")
        return meta

    def load(self, encoder: tuple[str, str], source: str) -> tuple[list[Document], list[int], VectorIndex]:
        """Read documents, their vector rows, and vectors, after checking that they fit each other and the caller.

        Raises:
            MissingIndexError: There is no index here.
            RefusedIndexError: It is damaged, or was made with another encoder or from another source.
        """
        meta = self.meta()
        _check("encoder", meta.encoder, encoder[0])
        _check("encoder weights", meta.encoder_sha256, encoder[1])
        _check("source", meta.source, source)
        for name, expected in meta.files_sha256.items():
            file = self.path / name
            if not file.is_file() or _sha256(file) != expected:
                raise RefusedIndexError(
                    f"index file {name!r} is missing or damaged; expected the content it was saved with"
                )
        table = pq.read_table(self.path / DOCUMENTS_FILE)
        columns = (table[name].to_pylist() for name in ("id", "text", "meaning"))
        documents = [Document(*row) for row in zip(*columns, strict=True)]
        return documents, table[ROW_COLUMN].to_pylist(), VectorIndex.load(self.path / VECTORS_FILE)

    def remove(self) -> None:
        """Delete the index, if there is one."""
        shutil.rmtree(self.path, ignore_errors=True)


def _check(what: str, found: str, expected: str) -> None:
    if found != expected:
        raise RefusedIndexError(f"index was made with {what} {found[:40]!r}; expected {expected[:40]!r}")


def _table(documents: Sequence[Document], rows: Sequence[int]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array([document.id for document in documents], pa.string()),
            "text": pa.array([document.text for document in documents], pa.string()),
            "meaning": pa.array([document.meaning for document in documents], pa.string()),
            ROW_COLUMN: pa.array(rows, pa.int64()),
        }
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
