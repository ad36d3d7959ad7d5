"""The one home of Ibis and DuckDB connections."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import ibis

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

EngineError = duckdb.Error
# What a full or broken disk makes of a query, besides OSError.
DISK_ERRORS = (duckdb.IOException, duckdb.OutOfMemoryException)
# The whole of `plan` must stay under 3 GB (issue bar); the rest is for the models. DuckDB spills to disk beyond it.
MEMORY_LIMIT = "1500MB"


def connect(spill: Path | None = None, memory: str = MEMORY_LIMIT) -> Backend:
    """Return a fresh in-memory DuckDB that reads Parquet and spills to a folder, the temporary one by default.

    A connection is not to be used by two threads at once; make one view (or importer) per thread.
    """
    return ibis.duckdb.connect(temp_directory=str(spill or tempfile.gettempdir()), memory_limit=memory)
