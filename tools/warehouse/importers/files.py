"""Import the canonical tables themselves, one CSV or Parquet file each, with an optional mapping of column names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis

from tools.errors import InputError
from tools.warehouse.columns import REQUIRED_TABLES, SPECS
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import Source
from tools.warehouse.reading import canonical_text, read_text
from tools.warehouse.reading.parquet import read_parquet, settled_types
from tools.warehouse.writer import ShopFacts

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# The endings of a table's file, by kind of source.
ENDINGS: Final = {"csv": (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt"), "parquet": (".parquet",)}
MOST_NAMES_SHOWN: Final = 12


def read(engine: Backend, folder: Path, kind: str, mapping: Mapping) -> Source:
    """Read every canonical table that the folder holds as `<table>.<kind>`; what CSV holds stays text.

    Raises:
        InputError: The folder holds none of the tables, one without a required column, or one that cannot be read.
    """
    files = {name: file for name in SPECS if (file := _file_of(folder, name, kind))}
    if not files:
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
    return Source(facts, {name: _table(engine, file, name, kind, mapping) for name, file in files.items()})


def _file_of(folder: Path, name: str, kind: str) -> Path | None:
    """Return the file of a table, whatever it is (a folder, a pipe): opening it says what is wrong with it."""
    wanted = {f"{name}{ending}" for ending in ENDINGS[kind]}
    found = sorted(entry for entry in os.listdir(folder) if entry.lower() in wanted)
    if len(found) > 1:
        raise InputError(
            f"folder {str(folder)!r} has {' and '.join(found)}; expected one file for {name}; "
            "try putting the rows together, or importing one folder after the other"
        )
    return folder / found[0] if found else None


def _table(engine: Backend, file: Path, name: str, kind: str, mapping: Mapping) -> ibis.Table:
    table = read_text(engine, file) if kind == "csv" else read_parquet(engine, file)
    table = _renamed(table, file, name, mapping)
    if kind == "parquet":
        table = settled_types(table, name, mapping.time_zone)
    return canonical_text(engine, table, name, mapping)


def _renamed(table: ibis.Table, file: Path, name: str, mapping: Mapping) -> ibis.Table:
    """Give columns their canonical names: those of the mapping, else the same name in any case."""
    wanted = dict(mapping.columns.get(name, {}))
    own = {column.casefold(): column for column in table.columns}
    for column in SPECS[name].types:
        if column not in wanted and column in own:
            _refuse_twice(table, file, name, own[column])
            wanted[column] = own[column]
    absent = [source for source in wanted.values() if source not in table.columns]
    absent += [column for column in SPECS[name].required if column not in wanted]
    if absent:
        names = [column for column in table.columns if not column.startswith("_")]
        more = f" and {len(names) - MOST_NAMES_SHOWN} more" if len(names) > MOST_NAMES_SHOWN else ""
        raise InputError(
            f"table {name} lacks the column {absent[0]!r}; the header of file {file.name!r} has "
            f"{', '.join(names[:MOST_NAMES_SHOWN])[:400]}{more}; "
            f"expected {', '.join(SPECS[name].required)}, separated by comma, semicolon, tab or |; "
            "try a mapping file that says what the columns are called"
        )
    rest = [column for column in table.columns if column not in wanted.values() and column not in wanted]
    return table.select(**{column: table[source] for column, source in wanted.items()}, **{c: table[c] for c in rest})


def _refuse_twice(table: ibis.Table, file: Path, name: str, column: str) -> None:
    again = f"{column} (2)".casefold()
    twice = next((other for other in table.columns if other.casefold() == again), None)
    if twice:
        raise InputError(
            f"file {file.name!r} has the column {column!r} twice in row 1; expected it once; try saying which one is "
            f"meant with `columns: {{{name}: {{{column.lower()}: {column}}}}}` (or {twice!r}) in the mapping file"
        )
