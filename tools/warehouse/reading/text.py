"""Read a text file (CSV and its kin) into a table of text, with file, line and damage of each row.

A file in good order goes through DuckDB's own reader, which takes what is larger than memory at a million rows a
second. Its answer is believed only when it read exactly one row from each line; any other file is read line by line
here, at about a tenth of that speed, so that damage costs the damaged rows and nothing else.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis
import pyarrow as pa

from tools.warehouse.columns import TEXT
from tools.warehouse.engine import EngineError
from tools.warehouse.importers.source import FILE, REASON, REPAIR, ROW
from tools.warehouse.reading.layout import Layout, read_layout
from tools.warehouse.reading.lines import read_lines, refuse_foreign, survey
from tools.warehouse.reading.opening import bare_path, cannot_open, plain_text
from tools.warehouse.reading.records import LONGEST_CELL, Record, read_records

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

BATCH_ROWS: Final = 10_000
AGAIN: Final = "the header line occurs again"


def read_text(
    engine: Backend, file: Path, *, separators: Sequence[str] | None = None, header_has: Collection[str] = ()
) -> ibis.Table:
    """Read a text file: every cell as text (None where empty), plus `_file`, `_row`, `_reason` and `_repair`.

    Args:
        engine: Where the table is held; it spills to disk what does not fit into memory.
        file: The file; comma, semicolon, tab or bar separated, UTF-8, UTF-16 or Windows-1252, gzip or not.
        separators: Which separators it may have; the usual ones when not given.
        header_has: Names that the header line holds, where lines of title may stand before it.

    Raises:
        InputError: The file cannot be read at all; the message names file, row (if any) and remedy.
    """
    with tempfile.TemporaryDirectory(prefix="marketwright-") as scratch:
        plain = plain_text(file, Path(scratch))
        try:
            return _read(engine, plain, file, separators, header_has)
        except OSError as error:
            raise cannot_open(file, error) from error


def _read(
    engine: Backend, plain: Path, file: Path, separators: Sequence[str] | None, header_has: Collection[str]
) -> ibis.Table:
    layout = read_layout(plain, file, separators, header_has)
    seen = survey(plain)
    held = _fast(engine, plain, layout, seen.lines) if seen.plain else None
    if held is None:
        refuse_foreign(plain, file)
        held = _slow(engine, plain, layout)
    return _sorted_out(engine, engine.table(held), layout).mutate(**{FILE: ibis.literal(file.name)})


def _sorted_out(engine: Backend, table: ibis.Table, layout: Layout) -> ibis.Table:
    """Leave out blank rows, and give header lines in the middle their reason; most files have neither."""
    blank = ibis.and_(table[REASON].isnull(), *(table[name].isnull() for name in layout.names))
    again = ibis.and_(*(table[name].strip() == cell.strip() for name, cell in _header(layout)))
    found = engine.to_pandas(table.aggregate(found=(blank | again).sum().coalesce(0))).iloc[0, 0]
    if not found > 0:
        return table
    reason = table[REASON].coalesce(again.ifelse(AGAIN, ibis.null(TEXT)))
    return engine.create_table(
        str(ibis.util.gen_name("text")), table.mutate(**{REASON: reason}).filter(~blank), temp=True
    )


def _header(layout: Layout) -> list[tuple[str, str]]:
    return [(name, cell) for name, cell in zip(layout.names, layout.header, strict=True) if cell.strip()]


def _fast(engine: Backend, plain: Path, layout: Layout, lines: int) -> str | None:
    """Read with DuckDB; None unless it finds one row in each line, each of the header's width and with sound quotes."""
    held = str(ibis.util.gen_name("text"))
    try:
        table = engine.read_csv(
            bare_path(plain),
            auto_detect=False,
            columns=dict.fromkeys(layout.names, "VARCHAR"),
            header=False,
            skip=layout.first_line - 1,
            delim=layout.separator,
            quote='"',
            escape='"',
            strict_mode=True,
            max_line_size=LONGEST_CELL,
        )
        numbered = table.mutate(
            **{ROW: ibis.row_number() + layout.first_line, REASON: ibis.null(TEXT), REPAIR: ibis.null(TEXT)}
        )
        engine.create_table(held, numbered, temp=True)
    except EngineError:
        return None
    sound = engine.table(held).count().execute() == max(lines - layout.first_line + 1, 0)
    return held if sound else None


def _slow(engine: Backend, plain: Path, layout: Layout) -> str:
    """Read line by line, a batch of rows at a time."""
    held = str(ibis.util.gen_name("text"))
    schema = pa.schema([*((name, pa.string()) for name in layout.names), (ROW, pa.int64())])
    schema = schema.append(pa.field(REASON, pa.string())).append(pa.field(REPAIR, pa.string()))
    lines = islice(read_lines(plain), layout.first_line - 1, None)
    rows = read_records(lines, layout.shape)
    engine.create_table(held, schema=ibis.Schema.from_pyarrow(schema), temp=True)
    while batch := list(islice(rows, BATCH_ROWS)):
        engine.insert(held, pa.Table.from_arrays(_arrays(batch, layout.shape.width), schema=schema))
    return held


def _arrays(batch: Sequence[Record], width: int) -> list[pa.Array]:
    rows = [
        record.cells if len(record.cells) == width else [*record.cells[:width], *[""] * (width - len(record.cells))]
        for record in batch
    ]
    arrays = [pa.array([cell or None for cell in column], pa.string()) for column in zip(*rows, strict=True)]
    return [
        *arrays,
        pa.array([record.row for record in batch], pa.int64()),
        pa.array([record.reason for record in batch], pa.string()),
        pa.array([record.repair for record in batch], pa.string()),
    ]
