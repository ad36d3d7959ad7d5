"""Import the canonical tables themselves, one CSV or Parquet file each, with an optional mapping of column names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from tools.errors import InputError
from tools.warehouse.columns import REQUIRED_TABLES, SPECS
from tools.warehouse.engine import EngineError
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import Source
from tools.warehouse.writer import ShopFacts

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


def read(engine: Backend, folder: Path, kind: str, mapping: Mapping) -> Source:
    """Read every canonical table that the folder holds as `<table>.<kind>`; CSV is read as text and typed later.

    Raises:
        InputError: The folder holds none of the tables, or one without a required column.
    """
    tables = {name: file for name in SPECS if (file := folder / f"{name}.{kind}").is_file()}
    if not tables:
        raise InputError(
            f"folder {str(folder)!r} lacks {REQUIRED_TABLES[0]}.{kind}; expected "
            f"{', '.join(f'{table}.{kind}' for table in REQUIRED_TABLES)} for a new store, or any table to add to one; "
            "try another folder or kind"
        )
    facts = ShopFacts(
        shop_name=mapping.shop_name,
        source=f"{kind} files",
        currency=mapping.currency,
        country=mapping.country,
        language=mapping.language,
    )
    return Source(facts, {name: _renamed(_opened(engine, file, kind), name, mapping) for name, file in tables.items()})


def _opened(engine: Backend, file: Path, kind: str) -> ibis.Table:
    try:
        return _open(engine, file, kind)
    except EngineError as error:
        first = str(error).splitlines()[0]
        raise InputError(
            f"file {str(file)!r} cannot be read ({first}); expected {kind} in UTF-8; "
            "try writing it again with a header line and one separator"
        ) from error


def _open(engine: Backend, file: Path, kind: str) -> ibis.Table:
    if kind == "csv":
        # Held as a table: DuckDB 2.0 moves casts into its CSV reader, where one bad value stops everything.
        text = engine.read_csv(str(file), header=True, all_varchar=True)
        return engine.create_table(f"text_{file.stem}", text, temp=True)
    return engine.read_parquet(str(file))


def _renamed(table: ibis.Table, name: str, mapping: Mapping) -> ibis.Table:
    wanted = mapping.columns.get(name, {})
    absent = [source for source in wanted.values() if source not in table.columns]
    table = table.rename({column: source for column, source in wanted.items() if source not in absent})
    absent += [column for column in SPECS[name].required if column not in table.columns]
    if absent:
        raise InputError(
            f"table {name} lacks the column {absent[0]!r}; expected {', '.join(SPECS[name].required)}; "
            f"the file has {', '.join(table.columns)}: try a mapping file"
        )
    return table
