"""Write a store: all of it, or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
import tempfile
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
def replacing(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside `folder` that takes its place when the block ends well, and vanishes otherwise.

    Raises:
        InputError: `folder` holds something that is not a store.
    """
    if folder.exists() and not (folder / META_FILE).is_file() and any(folder.iterdir()):
        raise InputError(
            f"folder {str(folder)!r} is in use by something else; expected a store's folder or none; try another name"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        fresh.chmod(0o755)
        yield fresh
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path) -> None:
    old = fresh.with_name(f"{fresh.name}.old")
    if folder.exists():
        os.replace(folder, old)
    os.replace(fresh, folder)
    shutil.rmtree(old, ignore_errors=True)


def write_tables(engine: Backend, tables: Mapping[str, ibis.Table], folder: Path) -> None:
    """Write each table as `tables/<name>.parquet`.

    Raises:
        InputError: A required table is missing or has no rows.
    """
    target = folder / TABLES_FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        engine.to_parquet(table, target / f"{name}.parquet", compression="zstd")
    for name in REQUIRED_TABLES:
        file = target / f"{name}.parquet"
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
