"""Lines to records: cells with quotes undone, and damage held to the rows that have it.

A quote that opens and does not close swallows, by the letter of RFC 4180, everything up to the next quote. Here such a
quote costs its own line only: when what it would swallow does not end as a quoted cell must, has the wrong number of
cells, or holds whole rows, the line is set aside and reading goes on behind it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from tools.warehouse.reading.lines import Line

# Python's csv module stops here too; an Excel cell holds 32,767 characters, and prompts use far less.
LONGEST_CELL: Final = 131_072
# Reviews and descriptions have tens of lines.
MOST_LINES_IN_RECORD: Final = 2000
OPEN_QUOTE: Final = "a quote is opened and not closed"
STRAY_QUOTE: Final = "text follows a closing quote"
OVERSIZE: Final = f"a cell is longer than {LONGEST_CELL:,} characters"
INNER_QUOTES: Final = "quotes inside a cell were not doubled: kept as text"
BACKSLASHES: Final = 'quotes were written as \\": read as quotes'

_QUOTED: Final = re.compile(r'[^"]*(?:""[^"]*)*')
_QUOTED_BACKSLASH: Final = re.compile(r'[^"\\]*(?:(?:""|\\.|\\$)[^"\\]*)*', re.DOTALL)
_FIGURE: Final = re.compile(r"[-+]?\d[\d\s.,:/+TZ-]*")


class Record(NamedTuple):
    """One row of a file: the line it begins on, its cells, and what is wrong with it or was mended."""

    row: int
    cells: list[str]
    reason: str | None = None
    repair: str | None = None


class _End(Enum):
    CLOSED = "closed"
    OPEN = "open"
    BROKEN = "broken"


@dataclass(frozen=True)
class RowShape:
    """What a sound row looks like: how many cells, and which of them hold figures (numbers, dates) in sound rows."""

    separator: str
    width: int
    figures: tuple[int, ...] = ()

    def fits(self, cells: Sequence[str]) -> bool:
        """Tell whether cells are those of a whole row beyond doubt."""
        values = [cells[place] for place in self.figures] if len(cells) == self.width else []
        return any(values) and all(not value or _FIGURE.fullmatch(value) for value in values)


def figure_places(rows: Sequence[Sequence[str]], width: int) -> tuple[int, ...]:
    """Return the places of a row that hold only figures, judged on rows of the right width.

    >>> figure_places([["o1", "2024-01-02", "3.50"], ["o2", "2024-01-02", ""]], 3)
    (1, 2)
    """
    sound = [row for row in rows if len(row) == width]
    columns = [[row[place] for row in sound if row[place]] for place in range(width)]
    return tuple(
        place
        for place, values in enumerate(columns)
        if values and sum(bool(_FIGURE.fullmatch(value)) for value in values) > 0.9 * len(values)
    )


def read_records(lines: Iterator[Line], shape: RowShape) -> Iterator[Record]:
    """Yield the records of lines; blank lines are none. Only a damaged row carries a reason."""
    waiting: deque[Line] = deque()
    while line := waiting.popleft() if waiting else next(lines, None):
        if line.reason:
            yield Record(line.number, line.text.split(shape.separator), line.reason)
        elif '"' not in line.text:
            if line.text:
                yield _judged(line, line.text.split(shape.separator), shape)
        else:
            yield _quoted(line, lines, waiting, shape)


def _judged(line: Line, cells: list[str], shape: RowShape, repair: str | None = None) -> Record:
    repair = repair or line.repair
    if len(cells) > shape.width and not any(cell.strip() for cell in cells[shape.width :]):
        cells = cells[: shape.width]
    if len(cells) != shape.width:
        return Record(line.number, cells, f"{_cells(len(cells))} where the header has {shape.width}", repair)
    if len(line.text) > LONGEST_CELL and max(map(len, cells)) > LONGEST_CELL:
        return Record(line.number, [cell[:LONGEST_CELL] for cell in cells], OVERSIZE, repair)
    return Record(line.number, cells, None, repair)


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"


def _quoted(line: Line, lines: Iterator[Line], waiting: deque[Line], shape: RowShape) -> Record:
    cells, end = _scan(line.text, shape.separator)
    if end is _End.CLOSED and len(cells) == shape.width:
        return _judged(line, cells, shape)
    if '\\"' in line.text:
        escaped, escaped_end = _scan(line.text, shape.separator, _QUOTED_BACKSLASH)
        if escaped_end is _End.CLOSED and len(escaped) == shape.width:
            return _judged(line, [re.sub(r"\\(.)", r"\1", cell) for cell in escaped], shape, BACKSLASHES)
    if end is _End.CLOSED:
        return _judged(line, cells, shape)
    if end is _End.OPEN:
        return _over_lines(line, cells, lines, waiting, shape)
    literal = line.text.split(shape.separator)
    if len(literal) == shape.width and all(_may_be_unquoted(cell) for cell in literal):
        return _judged(line, [_unquoted(cell) for cell in literal], shape, INNER_QUOTES)
    return Record(line.number, literal, STRAY_QUOTE, line.repair)


def _may_be_unquoted(cell: str) -> bool:
    return not cell.startswith('"') or (cell.endswith('"') and len(cell) > 1)


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def _over_lines(first: Line, cells: list[str], lines: Iterator[Line], waiting: deque[Line], shape: RowShape) -> Record:
    """Read a record that goes on over the next lines; those that are not part of it are put back."""
    taken: list[Line] = []
    end, size, swallowed = _End.OPEN, len(first.text), False
    while end is _End.OPEN and len(taken) < MOST_LINES_IN_RECORD and size <= 2 * LONGEST_CELL:
        line = waiting.popleft() if waiting else next(lines, None)
        if line is None:
            break
        taken.append(line)
        if line.reason:
            break
        size += len(line.text)
        more, end = _scan(line.text, shape.separator, opened=True)
        swallowed = swallowed or (
            end is _End.OPEN and len(more) == 1 and shape.fits(_scan(line.text, shape.separator)[0])
        )
        cells = [*cells[:-1], f"{cells[-1]}\n{more[0]}", *more[1:]]
    if end is _End.CLOSED and not swallowed and len(cells) == shape.width:
        repair = first.repair or next((line.repair for line in taken if line.repair), None)
        text = max(cells, key=len)
        return _judged(Line(first.number, text, None, repair), cells, shape)
    waiting.extendleft(reversed(taken))
    return Record(first.number, first.text.split(shape.separator), OPEN_QUOTE, first.repair)


def _scan(
    text: str, separator: str, quoted: re.Pattern[str] = _QUOTED, *, opened: bool = False
) -> tuple[list[str], _End]:
    """Return the cells of a line, and whether its last quoted cell is closed, open, or followed by stray text."""
    cells: list[str] = []
    at = 0
    while True:
        start = at if opened else _opening_quote(text, at)
        if start is None:
            stop = text.find(separator, at)
            if stop < 0:
                return [*cells, text[at:]], _End.CLOSED
            cells.append(text[at:stop])
        else:
            found = quoted.match(text, start)
            stop = found.end() if found else start
            cells.append(text[start:stop].replace('""', '"'))
            if stop == len(text):
                return cells, _End.OPEN
            stop = len(text) - len(text[stop + 1 :].lstrip(" "))
            if stop == len(text):
                return cells, _End.CLOSED
            if text[stop] != separator:
                return cells, _End.BROKEN
        opened, at = False, stop + 1


def _opening_quote(text: str, at: int) -> int | None:
    """Return where a quoted cell's content begins, None for a bare cell; spaces before the quote do not count."""
    while text[at : at + 1] == " ":
        at += 1
    return at + 1 if text[at : at + 1] == '"' else None
