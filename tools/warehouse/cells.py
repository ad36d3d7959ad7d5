"""Mend what a spreadsheet or an export did to the text of single cells; every kind of repair has its own name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import ibis
import ibis.expr.operations as ops

from tools.warehouse.columns import MOMENT, SPECS, TEXT, WHOLE, Column, Table
from tools.warehouse.importers.source import REPAIR

SEPARATOR: Final = "; "
"""Between the kinds of repair made in one row."""

MADE: Final = "_made: "
"""Before the kind of repair, in the name of the column that notes where it was made."""

# White space of all kinds, the no-break space, the zero-width space and a stray byte-order mark.
BLANKS: Final = " \t\r\n\v\f\u00a0\u2007\u202f\u200b\ufeff"
# What programs write where there is no value. Looked for in canonical columns only: a shop's own attribute may well
# have the value "None".
# One pattern, since DuckDB turns a longer list into a join for each time it is asked.
NOTHING: Final = r"^(|(?i:null|none|nan|n/a|#n/a|nil|undefined|\\n)|--?)$"
# Codes in common use that ISO 3166 knows by another name.
COUNTRIES: Final[Mapping[str, str]] = {"UK": "GB", "EL": "GR"}
# A whole number that passed through a spreadsheet: 12 became 12.0.
FLOATED: Final = r"^\d+\.0+$"
OFFSET: Final = r":\d{2}(\.\d+)?\s*[+-](0[1-9]|1[0-4]|00:?[1-5])"

TRIMMED: Final = "white space around a value was taken away"
EMPTIED: Final = "a word for nothing, such as N/A or empty text, became a missing value"
APOSTROPHE: Final = "the spreadsheet's apostrophe before an id was taken away"
ID_FLOATED: Final = "an id with .0 from a spreadsheet became a whole number again"
CODED: Final = "a code was brought to its usual case"
# A product without a category would take all its order lines with it into the quarantine.
UNFILED: Final = "Uncategorized"
FILED: Final = f"category was missing: filed under {UNFILED}"
SHIFTED: Final = "a time with an offset was brought to UTC"


@ibis.udf.scalar.builtin(name="trim")  # type: ignore[untyped-decorator]
def _trimmed(text: str, characters: str) -> str:  # type: ignore[empty-body]
    """Take the characters away at both ends; the engine's own function."""


def noted(table: ibis.Table, made: Mapping[str, ibis.Value], mended: Mapping[str, ibis.Value]) -> ibis.Table:
    """Put mended columns in place, and note where each kind of repair was made, in a column named after the kind.

    The notes become the text of `_repair` only at the end, in `told`: text built up step by step would be written
    into each later step again, and the query would grow beyond what the engine can plan.
    """
    return table.mutate(**mended, **{f"{MADE}{kind}": where for kind, where in made.items()})


def notes(table: ibis.Table) -> tuple[str, ...]:
    """Return the columns that note repairs."""
    return tuple(column for column in table.columns if column.startswith(MADE))


def told(table: ibis.Table) -> ibis.Table:
    """Write the notes out as the text of `_repair`, and drop them."""
    kinds = [table[column].ifelse(column.removeprefix(MADE), ibis.null(TEXT)) for column in notes(table)]
    repair = ibis.array([table[REPAIR], *kinds]).join(SEPARATOR).nullif("")
    return table.mutate(**{REPAIR: repair}).drop(*notes(table))


def mend_cells(name: str, table: ibis.Table, floated: frozenset[str]) -> ibis.Table:
    """Return the table with its text mended, and the kinds of repair added to `_repair`.

    Args:
        name: Name of the canonical table.
        table: Columns under canonical names; typed ones pass as they are.
        floated: Id columns whose `.0` comes from a spreadsheet, see `floated_ids`.
    """
    spec = SPECS[name]
    mended: dict[str, ibis.Value] = {}
    made: dict[str, list[ibis.Value]] = {}
    for column in _float_ids(name, table):  # 12.0, where a data frame had gaps between whole numbers
        whole = table[column].round() == table[column]
        mended[column] = whole.ifelse(table[column].cast(WHOLE).cast(TEXT), table[column].cast(TEXT))
        made.setdefault(ID_FLOATED, []).append(whole)
    for column in text_columns(name, table):
        bare = _trimmed(table[column], BLANKS)
        changes = _changes(name, column, bare, is_floated=column in floated)
        if spec.types.get(column) == MOMENT:
            made.setdefault(SHIFTED, []).append(bare.re_search(OFFSET))
        mended[column] = ibis.cases(*((where, value) for _, where, value in changes), else_=bare) if changes else bare
        for kind, where, _ in ((TRIMMED, (bare != table[column]) & (bare != ""), bare), *changes):
            made.setdefault(kind, []).append(where)
    return noted(table, {kind: ibis.or_(*where) for kind, where in made.items()}, mended)


def _changes(name: str, column: str, bare: ibis.Value, *, is_floated: bool) -> list[tuple[str, ibis.Value, ibis.Value]]:
    """Return what may be wrong with a trimmed text: kind of repair, where, and the mended value; the first counts.

    Each looks at the trimmed text, not at the result of the one before, which would double the query at each step.
    """
    changes = []
    if column in SPECS[name].types:
        if name == Table.PRODUCTS and column == Column.CATEGORY:
            changes.append((FILED, bare.isnull() | bare.re_search(NOTHING), ibis.literal(UNFILED)))
        else:
            changes.append((EMPTIED, bare.re_search(NOTHING), ibis.null(TEXT)))
    if column.endswith("_id"):
        marked = bare.startswith("'") & ~bare.endswith("'")
        changes.append((APOSTROPHE, marked, _trimmed(bare.substr(1), BLANKS)))
        if is_floated:
            changes.append((ID_FLOATED, bare.re_search(FLOATED), bare.re_replace(r"\.0+$", "")))
    if column in ("country", "language"):
        right = _code(bare, upper=column == "country")
        changes.append((CODED, (bare.length() == 2) & (right != bare), right))
    return changes


def text_columns(name: str, table: ibis.Table) -> tuple[str, ...]:
    """Return the columns of text that came from outside and are the table's own."""
    spec = SPECS[name]
    own = (column for column in table.columns if column in spec.types or (spec.open_ended and column[0] != "_"))
    return tuple(column for column in own if table[column].type().is_string() and not _is_our_own(table[column]))


def _is_our_own(text: ibis.Value) -> bool:
    """Tell whether an importer made the text itself: a constant, or a whole number written out."""
    made = text.op()
    while isinstance(made, ops.Field) and made.name in made.rel.values:
        made = made.rel.values[made.name]
    return isinstance(made, ops.Literal) or (isinstance(made, ops.Cast) and made.arg.dtype.is_integer())


def _float_ids(name: str, table: ibis.Table) -> tuple[str, ...]:
    ids = (column for column in SPECS[name].types if column.endswith("_id") and column in table.columns)
    return tuple(column for column in ids if table[column].type().is_floating())


def floated_ids(name: str, table: ibis.Table, parents: Mapping[str, ibis.Table]) -> frozenset[str]:
    """Return the id columns in which every dot is that of a whole number a spreadsheet made a float.

    A column that also has an id such as 1.5, or whose owner knows ids such as 1.0, is left alone.

    Args:
        name: Name of the canonical table.
        table: The table.
        parents: For id columns, the sound table that owns the ids.
    """
    ids = [column for column in text_columns(name, table) if column.endswith("_id")]
    if ids:  # most shops' ids have no dot at all: a cheap look first
        dotted = table.aggregate(**{column: table[column].contains(".").any() for column in ids}).to_pandas().iloc[0]
        ids = [column for column in ids if dotted[column] is True or dotted[column] == 1]
    if not ids:
        return frozenset()
    wanted = {}
    for column in ids:
        bare = _trimmed(table[column], BLANKS)
        wanted[f"yes_{column}"] = bare.re_search(FLOATED).sum()
        wanted[f"no_{column}"] = (bare.contains(".") & ~bare.re_search(FLOATED)).sum()
    counts = table.aggregate(**wanted).to_pandas().iloc[0].fillna(0)
    found = (column for column in ids if counts[f"yes_{column}"] and not counts[f"no_{column}"])
    return frozenset(column for column in found if not _owned(column, parents))


def _owned(column: str, parents: Mapping[str, ibis.Table]) -> bool:
    owner = parents.get(column)
    return owner is not None and bool(owner.filter(owner[column].re_search(FLOATED)).limit(1).count().execute())


def _code(bare: ibis.Value, *, upper: bool) -> ibis.Value:
    """Bring a code to the case and spelling of its standard."""
    if not upper:
        return bare.lower()
    return ibis.cases(*((bare.upper() == wrong, iso) for wrong, iso in COUNTRIES.items()), else_=bare.upper())
