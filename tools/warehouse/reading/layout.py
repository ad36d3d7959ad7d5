"""How a text file is laid out: its separator, its header line, and the names of its columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from tools.warehouse.importers.source import FILE, REASON, REPAIR, ROW
from tools.warehouse.reading.lines import Line, read_lines
from tools.warehouse.reading.opening import BLOCK, unusable
from tools.warehouse.reading.records import Record, RowShape, figure_places, read_records

SEPARATORS: Final = (",", ";", "\t", "|")
# Excel writes this line to tell itself the separator; it is not part of the table.
_EXCEL_LINE: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
# Lines looked at to settle the separator, and before which a title may stand.
LINES_TO_JUDGE: Final = 200
MOST_TO_JUDGE: Final = 8 * BLOCK
MOST_TITLE_LINES: Final = 20
MOST_COLUMNS: Final = 2000
LONGEST_NAME: Final = 300
OURS: Final = (FILE, ROW, REASON, REPAIR)


@dataclass(frozen=True)
class Layout:
    """A text file's layout.

    Attributes:
        separator: What stands between cells.
        header: The cells of the header line as they are written.
        names: The columns' names: trimmed, and each only once.
        first_line: The line on which the rows begin.
        shape: What a sound row looks like.
    """

    separator: str
    header: tuple[str, ...]
    names: tuple[str, ...]
    first_line: int
    shape: RowShape


def read_layout(
    file: Path, shown: Path, separators: Sequence[str] | None = None, header_has: Collection[str] = ()
) -> Layout:
    """Settle the layout of a text file.

    Args:
        file: The file in plain bytes.
        shown: The name to give in messages.
        separators: Which separators it may have; the usual ones when not given.
        header_has: Names that the header line holds; lines before it (a title, a period) are passed over.

    Raises:
        InputError: It is empty, or has no header line that can be read.
    """
    lines = _first_lines(file)
    told = _EXCEL_LINE.fullmatch(lines[0].text) if lines else None
    lines = [line for line in (lines[1:] if told else lines) if line.text.strip()]
    if not lines:
        raise unusable(shown, "is empty")
    candidates = (told[1],) if told else tuple(separators or SEPARATORS)
    separator = max(candidates, key=lambda sign: _score(_records(lines, sign), header_has))
    records = _records(lines, separator)
    place = _header_place(records, header_has) or 0
    header = records[place]
    if header.reason or len(header.cells) > MOST_COLUMNS or max(map(len, header.cells)) > LONGEST_NAME:
        why = header.reason or f"{len(header.cells):,} names, the longest of {max(map(len, header.cells)):,} characters"
        raise unusable(shown, f"row {header.row} is no header line ({why})", "the names of the columns")
    cells = _without_empty_end(header.cells)
    rows = records[place + 1 :]
    following = rows[0].row if rows else lines[-1].number + 1
    shape = RowShape(separator, len(cells), figure_places([row.cells for row in rows], len(cells)))
    return Layout(separator, cells, unique_names(cells), following, shape)


def _first_lines(file: Path) -> list[Line]:
    lines, size = [], 0
    for line in islice(read_lines(file), LINES_TO_JUDGE):
        lines.append(line)
        size += len(line.text)
        if size > MOST_TO_JUDGE:
            break
    return lines


def _records(lines: Sequence[Line], separator: str) -> list[Record]:
    """Return the records of a few lines, each judged against its own width."""
    widths = Counter(line.text.count(separator) for line in lines)
    shape = RowShape(separator, widths.most_common(1)[0][0] + 1)
    found = list(read_records(iter(lines), shape))
    return [record._replace(reason=None) if _only_width(record, shape) else record for record in found]


def _only_width(record: Record, shape: RowShape) -> bool:
    return record.reason is not None and "where the header has" in record.reason and len(record.cells) != shape.width


def _score(records: Sequence[Record], header_has: Collection[str]) -> tuple[bool, bool, float, int]:
    """Return how well a separator fits: the header is found, has several cells, and how many records agree with it."""
    place = _header_place(records, header_has)
    widths = [len(record.cells) for record in records[place or 0 :]]
    agree = widths.count(widths[0]) / len(widths)
    return place is not None, widths[0] > 1, agree if widths[0] > 1 else 0.0, widths[0]


def _header_place(records: Sequence[Record], header_has: Collection[str]) -> int | None:
    """Return which record is the header, the first one unless names are asked for; None where none has them."""
    wanted = {name.casefold() for name in header_has}
    for place, record in enumerate(records[: MOST_TITLE_LINES + 1] if wanted else ()):
        if wanted <= {cell.strip().casefold() for cell in record.cells}:
            return place
    return None if wanted else 0


def _without_empty_end(cells: Sequence[str]) -> tuple[str, ...]:
    last = max((place for place, cell in enumerate(cells) if cell.strip()), default=-1)
    return tuple(cells[: last + 1])


def unique_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return column names: trimmed, numbered where they repeat (in any case) or are empty, and none of our own.

    >>> unique_names(["id", " Name", "name", "", "_row"])
    ('id', 'Name', 'name (2)', 'column 4', '_row (2)')
    """
    names: list[str] = []
    taken = {name.casefold() for name in OURS}
    for place, cell in enumerate(cells, 1):
        bare = " ".join(cell.split()) or f"column {place}"
        name, turn = bare, 2
        while name.casefold() in taken:
            name, turn = f"{bare} ({turn})", turn + 1
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
