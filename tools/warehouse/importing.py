"""Make a store out of a source: read, sift, write, account for every row."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis

from tools.errors import InputError
from tools.home import stores_folder
from tools.progress import Report, say
from tools.warehouse.columns import REQUIRED_TABLES, SPECS, Table
from tools.warehouse.engine import connect
from tools.warehouse.folder import QUALITY_FILE, QUARANTINE_FOLDER
from tools.warehouse.importers import complete_journey
from tools.warehouse.importers import files as canonical_files
from tools.warehouse.importers.mapping import read_mapping
from tools.warehouse.importers.source import REASON, REPAIR, Source
from tools.warehouse.quality import TableQuality, account, inspect
from tools.warehouse.sift import sift
from tools.warehouse.store import Store
from tools.warehouse.writer import replacing, write_meta, write_tables

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

KINDS: Final = ("complete_journey", "csv", "parquet")
STORE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def import_store(
    kind: str,
    path: str | Path,
    to: str | Path,
    *,
    mapping: str | Path | None = None,
    replace: bool = False,
    report: Report = say,
    now: dt.datetime | None = None,
) -> Store:
    """Import a source as a store; a store of that name is replaced when, and only when, everything went well.

    Args:
        kind: One of `KINDS`.
        path: Folder of the source's files.
        to: Name under the home folder, or the path of a folder.
        mapping: YAML file with column names and facts about the shop, for the canonical kinds.
        replace: Start afresh, instead of adding to (and changing) what a store of that name holds already.
        report: Receives a line of progress at each step.
        now: What to write as the time of the import; the clock's, when not given.

    Raises:
        InputError: The kind, folder, mapping or name is not usable, or a required table or column is missing.
    """
    target = _target(to)
    engine = connect()
    source = _read(engine, kind, Path(path), Path(mapping) if mapping else None)
    try:
        _write(engine, source, target, now or dt.datetime.now(dt.UTC), report)
    except OSError as error:
        raise InputError(
            f"store folder {str(target)!r} cannot be written ({error.strerror or error}); expected a writable folder "
            "on a disk with room; try another folder or free some disk"
        ) from error
    report(f"store {target.name!r} is ready in {target}")
    return Store(target)


def _write(engine: Backend, source: Source, target: Path, now: dt.datetime, report: Report) -> None:
    with replacing(target) as folder, tempfile.TemporaryDirectory(dir=target.parent, prefix=".sift.") as sieve:
        accounts = _sift_all(engine, source, Path(sieve), folder, report)
        store = write_meta(engine, folder, target.name, source.facts, now)
        quality = inspect(engine, store, accounts)
        (folder / QUALITY_FILE).write_text(quality.model_dump_json(indent=2) + "\n", encoding="utf-8")
        engine.disconnect()


def _target(to: str | Path) -> Path:
    name = Path(to).name
    if not STORE_NAME.fullmatch(name):
        raise InputError(f"store name {name!r} is not usable; expected small letters, digits, - and _; try 'my-shop'")
    return stores_folder() / name if str(to) == name else Path(to).absolute()


def _read(engine: Backend, kind: str, path: Path, mapping: Path | None) -> Source:
    if not path.is_dir():
        raise InputError(f"source {str(path)!r} is not a folder; expected a folder of files; try its parent folder")
    if kind == "complete_journey":
        return complete_journey.read(engine, path)
    if kind in KINDS:
        return canonical_files.read(engine, path, kind, read_mapping(mapping))
    raise InputError(f"kind {kind!r} cannot be imported; expected one of {', '.join(KINDS)}; try csv")


def _sift_all(engine: Backend, source: Source, sieve: Path, folder: Path, report: Report) -> tuple[TableQuality, ...]:
    accounts = []
    kept: dict[str, ibis.Table] = {}
    order = [*REQUIRED_TABLES, *(name for name in SPECS if name not in REQUIRED_TABLES)]
    for name in (name for name in order if name in source.tables):
        file = sieve / f"{name}.parquet"
        engine.to_parquet(sift(name, source.tables[name], kept), file)
        entry = account(engine, name, str(file), int(source.tables[name].count().execute()))
        report(
            f"{name}: {entry.rows_in:,} rows in, {entry.kept:,} kept, {entry.repaired:,} repaired, "
            f"{entry.quarantined:,} set aside, {entry.duplicates:,} duplicates"
        )
        table = engine.read_parquet(str(file))
        kept[name] = table.filter(table[REASON].isnull()).drop(REASON, REPAIR)
        _quarantine(engine, name, table, folder, entry.quarantined)
        accounts.append(entry)
    write_tables(engine, {name: _in_order(name, table) for name, table in kept.items()}, folder)
    return tuple(accounts)


def _in_order(name: str, table: ibis.Table) -> ibis.Table:
    """Sort by time, then by the required columns: the same import gives the same bytes, and time filters skip rows."""
    spec = SPECS[name]
    first = [spec.known_from] if spec.known_from and name != Table.CAMPAIGNS else []
    return table.order_by([*first, *(column for column in spec.required if column not in first)])


def _quarantine(engine: Backend, name: str, table: ibis.Table, folder: Path, rows: int) -> None:
    if rows:
        target = folder / QUARANTINE_FOLDER
        target.mkdir(exist_ok=True)
        aside = table.filter(table[REASON].notnull()).drop(REPAIR).rename(reason=REASON)
        engine.to_parquet(aside, target / f"{name}.parquet")
