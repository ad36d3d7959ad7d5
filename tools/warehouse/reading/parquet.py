"""Read a Parquet file: its columns with their types, those of the wrong type as text, and every byte tried first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis

from tools.warehouse.columns import DAY, FLAG, MOMENT, NUMBER, SPECS, TEXT, WHOLE
from tools.warehouse.engine import EngineError
from tools.warehouse.importers.source import FILE, REASON, REPAIR, ROW
from tools.warehouse.reading.moments import parse_moment
from tools.warehouse.reading.opening import SIGNATURES, bare_path, check_file, unusable

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

PARQUET: Final = b"PAR1"
ENCRYPTED: Final = b"PARE"
EXPECTED: Final = "a Parquet file"
REMEDY: Final = "try writing it again, with plain columns and without encryption"
# Columns of one repeated value pack without limit; a table with ids has some bytes for each row.
MOST_ROWS_PER_BYTE: Final = 64
ROWS_FREELY: Final = 10_000_000


def read_parquet(engine: Backend, file: Path) -> ibis.Table:
    """Read a Parquet file with its types, plus `_file` and `_row` (from 1); it is read where it lies, not held.

    Raises:
        InputError: It is no Parquet file, damaged, encrypted, or claims more rows than its size can hold.
    """
    check_file(file)
    with file.open("rb") as stream:
        start = stream.read(16)
    if not start.startswith(PARQUET):
        kinds = (kind for signature, kind in SIGNATURES if start.startswith(signature))
        kind = "empty" if not start else next(kinds, "no Parquet file")
        raise unusable(file, f"is {kind}, whatever its name", EXPECTED, REMEDY)
    try:
        table = engine.read_parquet(bare_path(file), file_row_number=True)
        _refuse_bomb(file, int(table.count().execute()))
        _try_all(engine, table)
    except EngineError as error:
        first = str(error).splitlines()[0][:200]
        raise unusable(file, f"cannot be read ({first})", EXPECTED, REMEDY) from error
    placed = table.mutate(**{FILE: ibis.literal(file.name), ROW: table.file_row_number + 1})
    return placed.drop("file_row_number", *(column for column in (REASON, REPAIR) if column in table.columns))


def _refuse_bomb(file: Path, rows: int) -> None:
    if rows > max(ROWS_FREELY, file.stat().st_size * MOST_ROWS_PER_BYTE):
        raise unusable(file, f"claims {rows:,} rows, too many for its size", EXPECTED, REMEDY)


def _try_all(engine: Backend, table: ibis.Table) -> None:
    """Decode every value once, so that damage is found here and not in the middle of writing a store."""
    sums = {f"sum {turn}": table[column].hash().bit_xor() for turn, column in enumerate(table.columns)}
    engine.to_pandas(table.aggregate(**sums))


def settled_types(table: ibis.Table, name: str, zone: str) -> ibis.Table:
    """Return a table in which each canonical column has a type that reads as it should, or is text.

    Args:
        table: Columns under canonical names.
        name: Name of the canonical table.
        zone: Zone of times that state none.
    """
    changed = {}
    for column in table.columns:
        kind = SPECS[name].types.get(column)
        if kind == MOMENT and (table[column].type().is_timestamp() or table[column].type().is_date()):
            changed[column] = parse_moment(table[column], "ymd", zone)
        elif not column.startswith("_") and not _fits(table[column], kind):
            changed[column] = table[column].cast(TEXT)
    return table.mutate(**changed)


def _fits(column: ibis.Value, kind: str | None) -> bool:
    """Tell whether a column of some type can be cast to a kind without a surprise; any type of its own will do."""
    found = column.type()
    if kind in (NUMBER, WHOLE):
        return bool(found.is_numeric() or found.is_boolean() or found.is_string())
    if kind == DAY:
        return bool(found.is_date() or found.is_timestamp() or found.is_string())
    if kind == FLAG:
        return bool(found.is_boolean() or found.is_string())
    if kind in (MOMENT, TEXT):
        return bool(found.is_string())
    return not (found.is_nested() or found.is_binary() or found.is_json())
