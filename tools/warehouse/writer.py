"""Write a store: all of it, or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from tools.errors import InputError
from tools.warehouse.columns import REQUIRED_TABLES, Table
from tools.warehouse.folder import META_FILE, TABLES_FOLDER, StoreMeta
from tools.warehouse.store import Store
from tools.warehouse.versions import KEPT_FOR, commit, in_use, locked, new_version, sweep

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


@dataclass(frozen=True)
class ShopFacts:
    """What the importer knows about the shop and the rows cannot tell."""

    shop_name: str
    source: str
    currency: str = "USD"
    country: str = "US"
    language: str = "en"


@contextmanager
def replacing(folder: Path, kept_for: dt.timedelta = KEPT_FOR) -> Iterator[Path]:
    """Give an empty folder for the next version of the store in `folder`.

    When the block ends well, the version is in use, in one step; otherwise it vanishes and nothing has changed.

    Args:
        folder: The store's folder, which need not exist yet.
        kept_for: How long the versions before stay for those who still read them.

    Raises:
        InputError: Another import is at work on the store, or `folder` holds something that is not a store.
    """
    with locked(folder):
        sweep(folder, kept_for)
        draft = new_version(folder)
        try:
            yield draft
            commit(folder, draft)
            sweep(folder, kept_for)
        finally:
            if in_use(folder) != draft:
                shutil.rmtree(draft, ignore_errors=True)


def write_tables(engine: Backend, tables: Mapping[str, ibis.Table], folder: Path) -> None:
    """Write each table as `tables/<name>.parquet`.

    Raises:
        InputError: A required table is missing or has no rows.
    """
    for name, table in tables.items():
        write_table(engine, name, table, folder)
    check_required(engine, folder)


def write_table(engine: Backend, name: str, table: ibis.Table, folder: Path) -> ibis.Table:
    """Write one table as `tables/<name>.parquet`, and return it as it was written.

    Equal rows in equal order give equal bytes. What DuckDB can prove of a query (such as that a column is never null)
    would otherwise enter the file, and an update is another query than a first import.
    """
    file = folder / TABLES_FOLDER / f"{name}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)  # it may be shared with the version before
    engine.raw_sql("SET disabled_optimizers = 'statistics_propagation'")
    try:
        engine.to_parquet(table, file, compression="zstd")
    finally:
        engine.raw_sql("RESET disabled_optimizers")
    return engine.read_parquet(str(file))


def check_required(engine: Backend, folder: Path) -> None:
    """Refuse a store without customers, products or order lines.

    Raises:
        InputError: A required table is missing or has no rows.
    """
    for name in REQUIRED_TABLES:
        file = folder / TABLES_FOLDER / f"{name}.parquet"
        if not file.is_file() or engine.read_parquet(str(file)).count().execute() == 0:
            raise InputError(
                f"table {name!r} has no usable rows; expected at least one; "
                "try `marketwright store check` on the file or give a column mapping"
            )


def write_meta(engine: Backend, folder: Path, name: str, facts: ShopFacts, now: dt.datetime) -> Store:
    """Write `store.json` from the tables already written, and return the store."""
    lines = engine.read_parquet(str(folder / TABLES_FOLDER / f"{Table.ORDER_LINES}.parquet"))
    span = lines.aggregate(first=lines.ordered_at.min(), last=lines.ordered_at.max()).to_pandas().iloc[0]
    meta = StoreMeta(
        name=name,
        shop_name=facts.shop_name,
        currency=facts.currency,
        country=facts.country,
        language=facts.language,
        created_at=now,
        source=facts.source,
        first_at=span["first"].to_pydatetime(),
        last_at=span["last"].to_pydatetime(),
        version=fingerprint(folder / TABLES_FOLDER),
    )
    (folder / META_FILE).write_text(meta.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return Store(folder)


def fingerprint(folder: Path) -> str:
    """Return 12 hex digits that change when any byte of the files in the folder does."""
    total = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        with file.open("rb") as stream:
            total.update(f"{file.name} {hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return total.hexdigest()[:12]
