"""All features of a store's customers or products as a file, computed by DuckDB here or by Spark."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis

from tools.errors import InputError
from tools.feature_queries.catalog import KEYS, TABLES, Of, feature_table
from tools.feature_queries.shop import Shop
from tools.spreadsheet import FORMULA_STARTS
from tools.warehouse.engine import connect
from tools.warehouse.folder import StoreFolder
from tools.warehouse.view import check_as_of

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend as DuckDB
    from ibis.backends.pyspark import Backend as Spark

SPARK: Final = "pyspark"
"""What Ibis calls Spark."""
ENDINGS: Final = (".parquet", ".csv")
MEMORY: Final = "3GB"
"""For DuckDB, where nothing else runs in the process: 10 million order lines then take less than 4 GB in all."""


def shop_on(engine: DuckDB | Spark, store: StoreFolder, as_of: dt.date) -> Shop:
    """Return a store's tables on an engine, such as `open_spark()`, which must see the store's folder."""
    held = [name for name in store.tables() if name in TABLES]
    return Shop({name: engine.read_parquet(str(store.table_file(name))) for name in held}, as_of)


def write_features(store: StoreFolder, as_of: dt.date, of: Of, out: Path, engine: DuckDB | Spark | None = None) -> int:
    """Write one row for each customer with an order before the day, or each product, and return how many.

    DuckDB writes one file; Spark writes a folder of that name with a file for each part. Rows are in order of the id.

    Args:
        store: The store.
        as_of: The day.
        of: Whose features.
        out: A .parquet or .csv file.
        engine: What computes them, such as `open_spark()`; a fresh DuckDB, when not given.

    Raises:
        InputError: The store says nothing about the day, or the file is not one that can be written.
    """
    check_as_of(store.meta, as_of)
    _check_file(out)
    backend = engine or connect(memory=MEMORY)
    table = feature_table(shop_on(backend, store, as_of), of).order_by(KEYS[of])
    return _write(backend, table, out)


def _check_file(out: Path) -> None:
    if out.suffix not in ENDINGS:
        raise InputError(f"--out {str(out)!r} cannot be written; expected {' or '.join(ENDINGS)}; try features.parquet")
    if not os.access(out.absolute().parent, os.W_OK):
        raise InputError(f"--out {str(out)!r} cannot be written; expected a folder to write in; try {out.name!r}")
    if out.is_dir():
        raise InputError(f"--out {str(out)!r} is a folder; expected a new file; try another name")


def _write(backend: DuckDB | Spark, table: ibis.Table, out: Path) -> int:
    """Write beside the target and rename at the end, so that nobody reads half a file; count what was written."""
    part = out.with_name(f".{out.stem}.part{out.suffix}")
    shutil.rmtree(part, ignore_errors=True)
    spread = backend.name == SPARK
    if out.suffix == ".parquet":
        (backend.to_parquet_dir if spread else backend.to_parquet)(table, str(part))
        rows = backend.read_parquet(str(part)).count().execute()
    else:
        table = _inert(table)
        (backend.to_csv_dir(table, str(part), header="true") if spread else backend.to_csv(table, str(part)))
        rows = backend.read_csv(str(part)).count().execute()
    os.replace(part, out)
    return int(rows)


def _inert(table: ibis.Table) -> ibis.Table:
    """Put a quote before texts that a spreadsheet would run as a formula; the shop's own names may be such."""
    texts = [name for name, kind in table.schema().items() if kind.is_string()]
    return table.mutate(
        **{
            name: table[name].left(1).isin(FORMULA_STARTS).ifelse(ibis.literal("'") + table[name], table[name])
            for name in texts
        }
    )
