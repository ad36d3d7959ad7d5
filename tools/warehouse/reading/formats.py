"""Which custom a column follows: its decimal sign, or the order of day and month. What the values leave open is asked.

A value tells when only one custom can read it: 12,50 is no English number and 31/12/2024 no American date. 1,234 and
03/04/2024 can be read either way, and differently; where no value of a column tells, the other columns of the file
may, and where none does, the person who knows is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import ibis

from tools.errors import InputError
from tools.warehouse.columns import DAY, MOMENT, NUMBER, WHOLE
from tools.warehouse.importers.source import FILE, ROW
from tools.warehouse.reading.moments import NUMBERS_DATE
from tools.warehouse.reading.numbers import number_pattern

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

Kind = Literal["number", "moment"]
# A few values against the rest are slips, to be set aside row by row; more of them, and the column has no one custom.
MOST_AGAINST: Final = 0.01
KINDS: Final[dict[str, Kind]] = {NUMBER: "number", WHOLE: "number", MOMENT: "moment", DAY: "moment"}
FORMATS: Final[dict[Kind, tuple[str, ...]]] = {"number": (".", ","), "moment": ("ymd", "dmy", "mdy")}
OPTIONS: Final[dict[Kind, str]] = {"number": "decimal", "moment": "date_order"}
_DATE: Final = r"^\s*[0-9]{1,2}[-/.]\s?[0-9]{1,2}[-/.]\s?[0-9]{2,4}"
_WRITTEN: Final[dict[Kind, str]] = {"number": "numbers", "moment": "dates"}
# Most values of most files: their custom is plain without looking closer.
_ENGLISH: Final = r"^-?[0-9]+(\.([0-9]{1,2}|[0-9]{4,}))?$"


@dataclass(frozen=True)
class Evidence:
    """What a column's values tell.

    Attributes:
        read: Values that at least one custom can read, and that depend on it.
        against: For each custom, how many of them it cannot read.
        doubtful: How many of them two customs read differently.
        first: The row of the first doubtful value, if the rows are numbered.
        examples: For each custom, a value that it cannot read; under "", a doubtful one.
    """

    read: int
    against: Mapping[str, int]
    doubtful: int
    first: int | None
    examples: Mapping[str, str]


def settle_format(
    engine: Backend, table: ibis.Table, column: str | Sequence[str], kind: str, told: str | None = None
) -> str:
    """Return the decimal sign ("number") or date order ("moment") of a column, or of several taken together.

    Args:
        engine: Where the table is.
        table: The table; its `_file` and `_row`, if it has them, go into the message.
        column: Name of the column, or names.
        kind: "number" or "moment", or a type of `columns`.
        told: What the mapping says; then the values are not asked.

    Raises:
        InputError: The values leave it open, or contradict each other.
    """
    columns = [column] if isinstance(column, str) else list(column)
    settled = settle_formats(engine, table, columns, kind, told)
    chosen = {settled[name] for name in columns}
    return chosen.pop() if len(chosen) == 1 else _choose(engine, table, columns, _kind(kind))


def settle_formats(
    engine: Backend, table: ibis.Table, columns: Sequence[str], kind: str, told: str | None = None
) -> dict[str, str]:
    """Return each column's decimal sign or date order; a column that leaves it open follows the others.

    Raises:
        InputError: The values leave it open, or contradict each other.
    """
    plain = _kind(kind)
    if told:
        return dict.fromkeys(columns, told)
    found = {name: _evidence(engine, table, name, plain) for name in columns}
    sure = {name: _told_by(evidence, plain) for name, evidence in found.items()}
    known = {choice for name, choice in sure.items() if choice and found[name].read}
    for name in columns:
        if sure[name] is None:
            if len(known) != 1 or known & _contradicted(found[name]):
                raise _unsettled(engine, table, name, found[name], plain)
            sure[name] = next(iter(known))
    return {name: choice for name, choice in sure.items() if choice}


def _choose(engine: Backend, table: ibis.Table, columns: Sequence[str], kind: Kind) -> str:
    """Settle several columns as if they were one."""
    found = [_evidence(engine, table, name, kind) for name in columns]
    against = {form: sum(each.against[form] for each in found) for form in FORMATS[kind]}
    examples = {form: value for each in found for form, value in each.examples.items()}
    together = Evidence(sum(each.read for each in found), against, sum(each.doubtful for each in found), None, examples)
    choice = _told_by(together, kind)
    if choice is None:
        raise _unsettled(engine, table, ", ".join(columns), together, kind)
    return choice


def _kind(kind: str) -> Kind:
    return KINDS.get(kind, "number" if kind == "number" else "moment")


def _contradicted(evidence: Evidence) -> set[str]:
    return {form for form, count in evidence.against.items() if count > MOST_AGAINST * evidence.read}


def _told_by(evidence: Evidence, kind: Kind) -> str | None:
    """Return the one custom that reads (nearly) everything; None where there are two, or none."""
    whole = [form for form in FORMATS[kind] if not evidence.against[form]]
    if len(whole) > 1:
        return None if evidence.doubtful else whole[0]
    if whole:
        return whole[0]
    nearly = [form for form in FORMATS[kind] if form not in _contradicted(evidence)]
    return nearly[0] if len(nearly) == 1 else None


def _evidence(engine: Backend, table: ibis.Table, column: str, kind: Kind) -> Evidence:
    if not table[column].type().is_string():
        return Evidence(0, dict.fromkeys(FORMATS[kind], 0), 0, None, {})
    distinct = _distinct(table, column, kind)
    text, times = distinct.text, distinct.times
    readable = _readable_numbers(text) if kind == "number" else _readable_dates(text)
    some, doubtful = ibis.or_(*readable.values()), _doubtful(text, readable, kind)
    wanted: dict[str, Any] = {"read": times.sum(where=some), "doubtful": times.sum(where=doubtful)}
    wanted |= {"": text.min(where=doubtful), "first": distinct.row.min(where=doubtful)}
    for form, reads in readable.items():
        wanted[f"against {form}"] = times.sum(where=some & ~reads)
        wanted[form] = text.min(where=some & ~reads)
    row = engine.to_pandas(distinct.aggregate(**{f"is {name}": value for name, value in wanted.items()})).iloc[0]
    counted = {name: row[f"is {name}"] for name in wanted}
    number = {name: 0 if _is_none(counted[name]) else int(counted[name]) for name in _counts(readable)}
    return Evidence(
        number["read"],
        {form: number[f"against {form}"] for form in readable},
        number["doubtful"],
        None if _is_none(counted["first"]) else int(counted["first"]),
        {form: counted[form] for form in ("", *readable) if isinstance(counted[form], str)},
    )


def _distinct(table: ibis.Table, column: str, kind: Kind) -> ibis.Table:
    """Return each value once (of times, the date), how often it occurs and the first row it is in."""
    text = table[column] if kind == "number" else table[column].re_extract(_DATE, 0).nullif("")
    row = table[ROW] if ROW in table.columns else ibis.null(WHOLE)
    values = table.select(text=text, row=row).filter(ibis._.text.notnull())
    return values.group_by("text").aggregate(times=values.count(), row=values.row.min())


def _counts(readable: Mapping[str, object]) -> set[str]:
    return {"read", "doubtful", *(f"against {form}" for form in readable)}


def _is_none(value: object) -> bool:
    return value is None or value != value  # noqa: PLR0124 - NaN and NaT are not themselves


def _readable_numbers(text: ibis.Value) -> dict[str, ibis.Value]:
    """Return which of the values that hold a point or comma each decimal sign can read."""
    plain, marked = text.re_search(_ENGLISH), text.re_search("[.,]")
    points = ibis.cases((~marked, False), (plain, True), else_=text.re_search(number_pattern(".")))
    commas = ibis.cases((~marked | plain, False), else_=text.re_search(number_pattern(",")))
    return {".": points.fill_null(False), ",": commas.fill_null(False)}


def _readable_dates(text: ibis.Value) -> dict[str, ibis.Value]:
    """Return which of the values that are three numbers, the year not plainly in front, each order can read."""
    first, mark, second, year = (text.re_extract(NUMBERS_DATE, group) for group in (1, 2, 3, 4))
    one, two, three = (part.try_cast(WHOLE).fill_null(0) for part in (first, second, year))
    short = (year.length() == 2) & (mark == "-")
    return {
        "ymd": short & two.between(1, 12) & three.between(1, 31),
        "dmy": one.between(1, 31) & two.between(1, 12),
        "mdy": one.between(1, 12) & two.between(1, 31),
    }


def _doubtful(text: ibis.Value, readable: Mapping[str, ibis.Value], kind: Kind) -> ibis.Value:
    if kind == "number":
        return readable["."] & readable[","]
    differ = text.re_extract(NUMBERS_DATE, 1).try_cast(WHOLE) != text.re_extract(NUMBERS_DATE, 3).try_cast(WHOLE)
    both = readable["dmy"] & readable["mdy"] & differ
    return (both | (readable["ymd"] & (readable["dmy"] | readable["mdy"]))).fill_null(False)


def _unsettled(engine: Backend, table: ibis.Table, column: str, evidence: Evidence, kind: Kind) -> InputError:
    """Return the error that asks how a column is meant."""
    file = engine.to_pandas(table.aggregate(file=table[FILE].min())).iloc[0, 0] if FILE in table.columns else None
    place = (f"file {file!r}, " if file else "") + (f"row {evidence.first}, " if evidence.first else "")
    option = OPTIONS[kind]
    forms = {form: f"{option}: {form!r}" if kind == "number" else f"{option}: {form}" for form in FORMATS[kind]}
    possible = [form for form in FORMATS[kind] if form not in _contradicted(evidence)]
    if possible:
        what = f"{evidence.examples.get('')!r} can be read in more than one way"
    else:
        shown = " and ".join(dict.fromkeys(repr(value) for form, value in evidence.examples.items() if form))
        what = f"values contradict each other, such as {shown}"
    ways = possible or [form for form in FORMATS[kind] if evidence.against[form] < evidence.read]
    return InputError(
        f"{place}column {column!r}: {what}; expected one way of writing {_WRITTEN[kind]} that the file itself shows; "
        f"try saying it with {' or '.join(f'`{forms[form]}`' for form in ways)} in the mapping file, "
        f"or --{option.replace('_', '-')} {ways[-1]}"
    )
