"""Find and read the files of a shop system's export: what each one is, is told by its header line, not by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ibis

from tools.errors import InputError
from tools.warehouse.columns import TEXT
from tools.warehouse.importers.source import FILE, REASON, REPAIR, ROW
from tools.warehouse.reading import read_text

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# The order of rows over all files of a kind: the file's turn and the row's line number, with room between two rows for
# the items that one row may hold.
FILE_STRIDE: Final = 10**15
ROW_STRIDE: Final = 10**4
PLACE: Final = "place"
# A spreadsheet's guard against reading `+49 170 …` as a formula, or `01234` as a number.
_GUARD: Final = r"^'([+0-9=@-])"


@dataclass(frozen=True)
class Shape:
    """One kind of file of a vendor's export.

    Attributes:
        name: What the file holds, such as orders.
        stem: What vendors' file names of this kind begin with.
        columns: Our name of a column, and the headers under which the vendor has written it (case does not matter).
        needed: Our names of the columns without which a file is not of this kind.
        where: How to get such a file.
    """

    name: str
    stem: str
    columns: Dictionary[str, tuple[str, ...]] = field(repr=False)
    needed: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class Vendor:
    """A shop system.

    Attributes:
        name: Its name.
        shapes: The kinds of files it exports; a file is of the first kind that it fits.
        essential: The kinds of which one must be there.
    """

    name: str
    shapes: tuple[Shape, ...]
    essential: tuple[Shape, ...]


def read_exports(engine: Backend, path: Path, vendor: Vendor) -> dict[str, ibis.Table]:
    """Read every CSV file of a folder that is of one of the vendor's kinds; parts of one kind are put together.

    Returns:
        Kind to table: our column names, all text, blank cells null, columns that no part has null; and `place`,
        the order of the rows over all parts. Files of other kinds are left alone.

    Raises:
        InputError: There is no file of an essential kind, or one whose name says its kind has another kind's header.
    """
    parts: dict[str, list[ibis.Table]] = {}
    seen: dict[str, str] = {}
    for turn, file in enumerate(_files(path)):
        table = read_text(engine, file)
        shape = _shape_of(table, vendor)
        seen[file.name] = f"{vendor.name}'s {shape.name}" if shape else "none of its exports"
        _check_name(file, table, shape, vendor)
        if shape:
            parts.setdefault(shape.name, []).append(_part(table, shape, turn))
    if not any(shape.name in parts for shape in vendor.essential):
        raise InputError(_nothing_found(path, vendor, seen))
    return {name: ibis.union(*tables) if len(tables) > 1 else tables[0] for name, tables in parts.items()}


def hold(engine: Backend, table: ibis.Table) -> ibis.Table:
    """Work a table out and hold it in the engine, because several others are made of it."""
    return engine.create_table(ibis.util.gen_name("held"), table, temp=True)


def _files(path: Path) -> list[Path]:
    """Return the CSV files in the order in which vendors number them: x.csv, x_1.csv, x_2.csv, …, x_10.csv."""
    files = [path] if path.is_file() else [file for file in path.iterdir() if file.suffix.lower() == ".csv"]
    return sorted(files, key=lambda file: [(len(part), part) for part in re.split(r"(\d+)", file.stem.lower())])


def _headers(table: ibis.Table) -> dict[str, str]:
    return {header.strip().casefold(): header for header in table.columns}


def _shape_of(table: ibis.Table, vendor: Vendor) -> Shape | None:
    headers = _headers(table)
    for shape in vendor.shapes:
        if all(any(name.casefold() in headers for name in shape.columns[column]) for column in shape.needed):
            return shape
    return None


def _check_name(file: Path, table: ibis.Table, shape: Shape | None, vendor: Vendor) -> None:
    promised = next((kind for kind in vendor.shapes if file.stem.lower().startswith(kind.stem)), None)
    if promised is None or promised is shape or (shape and shape.stem == promised.stem):
        return
    found = f"is {vendor.name}'s {shape.name} export by its header line" if shape else "has a header line of its own"
    wanted = ", ".join(repr(promised.columns[column][-1]) for column in promised.needed)
    shown = ", ".join(repr(name) for name in table.columns[:6] if not name.startswith("_"))
    raise InputError(
        f"file {file.name!r} is named like {vendor.name}'s {promised.name} export but {found} ({shown}, …); "
        f"expected among others the columns {wanted}; try exporting it again in English ({promised.where}), "
        "or rename the file after what it holds"
    )


def _nothing_found(path: Path, vendor: Vendor, seen: Dictionary[str, str]) -> str:
    first = vendor.essential[0]
    held = "; ".join(f"{name} is {kind}" for name, kind in list(seen.items())[:5]) or "there are no CSV files"
    wanted = ", ".join(repr(first.columns[column][-1]) for column in first.needed)
    return (
        f"folder {str(path)!r} has no {vendor.name} {first.name} export ({held}); expected a CSV file with the columns "
        f"{wanted}; try exporting it ({first.where}) into the folder"
    )


def _part(table: ibis.Table, shape: Shape, turn: int) -> ibis.Table:
    headers = _headers(table)
    columns = {}
    for name, candidates in shape.columns.items():
        found = [headers[each.casefold()] for each in candidates if each.casefold() in headers]
        columns[name] = ibis.coalesce(*(_cell(table[each]) for each in found)) if found else ibis.null(TEXT)
    repair = table[REPAIR] if REPAIR in table.columns else ibis.null(TEXT)
    return table.select(
        **columns,
        **{
            REPAIR: repair,
            PLACE: table[ROW] * ROW_STRIDE + turn * FILE_STRIDE,
            FILE: table[FILE],
            ROW: table[ROW],
            REASON: table[REASON],
        },
    )


def _cell(column: ibis.Value) -> ibis.Value:
    return column.strip().re_replace(_GUARD, r"\1").nullif("")
