"""Sift an imported table: type it, repair what is safe, and say of every other row why it is set aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import ibis

from tools.warehouse.canonical import shaped, typed, with_revenue
from tools.warehouse.cells import floated_ids, mend_cells, noted, notes, told
from tools.warehouse.columns import SPECS, TEXT, WHOLE, Column, Table
from tools.warehouse.importers.source import FILE, REASON, REPAIR, ROW
from tools.warehouse.limits import DEAREST, TOMORROW, Limits
from tools.warehouse.rules import REPAIRS, SET_ASIDE, missing_reason, orphan_reason, rules_of, unreadable_reason

# Which table must know the value of a column, for the tables that cannot do without it.
PARENTS: Mapping[str, Mapping[str, str]] = {
    Table.ORDER_LINES: {Column.PRODUCT_ID: Table.PRODUCTS, Column.CUSTOMER_ID: Table.CUSTOMERS},
    Table.EXPOSURES: {Column.CUSTOMER_ID: Table.CUSTOMERS},
}
OWNERS: Final = {Column.CUSTOMER_ID: Table.CUSTOMERS, Column.PRODUCT_ID: Table.PRODUCTS}
UNREADABLE: Final = "a value of the wrong type was emptied"

_PLACE: Final = "_place"
# A place is one number, file × 2^40 + row, so that counting copies keeps a fixed-size state for each row.
_FILE_SIZE: Final = 2**40
_NO_LIMITS: Final = Limits()


def sift(name: str, table: ibis.Table, parents: Mapping[str, ibis.Table], limits: Limits = _NO_LIMITS) -> ibis.Table:
    """Return the table in canonical columns plus `_reason`, `_repair`, `_file` and `_row`.

    `_reason` says why a row is set aside (null for kept rows); `_repair` names the kinds of repair made in it, with
    `SEPARATOR` between them. A row is set aside when a required value is missing, unreadable or impossible, or when it
    speaks of an unknown product or customer. Exact copies are dropped, wherever in the files they stand; whoever
    counts rows before and after sees how many.

    Args:
        name: Name of the canonical table.
        table: Columns under canonical names, as text or typed; may have `_reason`, `_repair`, `_file`, `_row`.
        parents: The sound rows of the tables sifted before.
        limits: What a value may be at most.
    """
    files = _files(table)
    owners = {column: parents[owner] for column, owner in PARENTS.get(name, {}).items()}
    known = {column: parents[owner] for column, owner in OWNERS.items() if owner in parents}
    mended = mend_cells(name, _with_notes(table), floated_ids(name, table, known))
    read = _read(name, mended)
    result = shaped(name, read, extra=(REASON, REPAIR, FILE, ROW, *notes(read)))
    result = _ruled(name, limits.beside(result)).drop(TOMORROW, DEAREST)
    result = with_revenue(result) if name == Table.ORDER_LINES else result
    result = _without_copies(_with_place(told(result), files))
    for column, known in owners.items():
        result = _with_parent(result, column, PARENTS[name][column], known)
    identity = SPECS[name].identity
    return _with_file(_once(result, identity) if identity else result, files)


def kept_rows(sifted: ibis.Table) -> ibis.Table:
    """Return the sound rows of a sifted table, canonical columns only."""
    return sifted.filter(sifted[REASON].isnull()).drop(REASON, REPAIR, FILE, ROW)


def rows_set_aside(sifted: ibis.Table) -> ibis.Table:
    """Return the other rows, as the quarantine keeps them: file, row and reason, then what could be read of the row."""
    aside = sifted.filter(sifted[REASON].notnull())
    rest = [column for column in sifted.columns if column not in (FILE, ROW, REASON, REPAIR)]
    return aside.select(file=aside[FILE], row=aside[ROW], reason=aside[REASON], **{name: aside[name] for name in rest})


def _files(table: ibis.Table) -> tuple[str, ...]:
    """Return the names of the source's files; there are few."""
    if FILE not in table.columns:
        return ()
    names = table.select(FILE).distinct().to_pandas()[FILE].dropna()
    return tuple(sorted(str(name) for name in names))


def _with_notes(table: ibis.Table) -> ibis.Table:
    """Add `_reason` and `_repair` where the importer has none."""
    return table.mutate(**{name: ibis.null(TEXT) for name in (REASON, REPAIR) if name not in table.columns})


def _read(name: str, table: ibis.Table) -> ibis.Table:
    """Note which required values are missing or unreadable, which optional ones are emptied, what is filed anew."""
    spec = SPECS[name]
    reasons = []
    for column, kind in spec.required.items():
        reasons.append((table[column].isnull(), missing_reason(column)))
        if kind != TEXT:
            reasons.append((typed(table[column], kind).isnull(), unreadable_reason(column, kind)))
    emptied = [
        table[column].notnull() & typed(table[column], kind).isnull()
        for column, kind in spec.optional.items()
        if column in table.columns and kind != TEXT
    ]
    made = {UNREADABLE: ibis.or_(*emptied)} if emptied else {}
    mended: dict[str, ibis.Value] = {REASON: table[REASON].coalesce(ibis.cases(*reasons))}
    return noted(table, made, mended)


def _ruled(name: str, table: ibis.Table) -> ibis.Table:
    """Make the repairs of the rules, then set aside what is impossible."""
    for rule in rules_of(REPAIRS, name, table.columns):
        wrong = table.bind(rule.condition)[0]
        mended = {column: wrong.ifelse(table.bind(value)[0], table[column]) for column, value in rule.mend.items()}
        table = noted(table, {rule.reason: wrong}, mended)
    reasons = [(table.bind(rule.condition)[0], rule.reason) for rule in rules_of(SET_ASIDE, name, table.columns)]
    return table.mutate(**{REASON: table[REASON].coalesce(ibis.cases(*reasons))}) if reasons else table


def _with_place(table: ibis.Table, files: tuple[str, ...]) -> ibis.Table:
    if not files:
        return table.mutate(**{_PLACE: ibis.null(WHOLE)}).drop(*(name for name in (FILE, ROW) if name in table.columns))
    number = ibis.cases(*((table[FILE] == file, turn) for turn, file in enumerate(files))).cast(WHOLE)
    return table.mutate(**{_PLACE: number * _FILE_SIZE + table[ROW]}).drop(FILE, ROW)


def _with_file(table: ibis.Table, files: tuple[str, ...]) -> ibis.Table:
    """Turn the place back into file and row."""
    number = (table[_PLACE] / _FILE_SIZE).floor().cast(WHOLE)
    names = [(number == turn, file) for turn, file in enumerate(files)]
    file = ibis.cases(*names) if names else ibis.null(TEXT)
    return table.mutate(**{FILE: file, ROW: table[_PLACE] % _FILE_SIZE}).drop(_PLACE)


def _without_copies(table: ibis.Table) -> ibis.Table:
    """Drop exact copies; the first place stands for all of them."""
    keys = [column for column in table.columns if column not in (REPAIR, _PLACE)]
    return table.group_by(keys).aggregate(**{REPAIR: table[REPAIR].min(), _PLACE: table[_PLACE].min()})


def _with_parent(table: ibis.Table, column: str, parent: str, known: ibis.Table) -> ibis.Table:
    keys = known.select(_known=known[column]).distinct()
    joined = table.left_join(keys, table[column] == keys._known)
    orphan = joined._known.isnull().ifelse(orphan_reason(column, parent), ibis.null(TEXT))
    return joined.mutate(**{REASON: joined[REASON].coalesce(orphan)}).drop("_known")


def _once(table: ibis.Table, identity: str) -> ibis.Table:
    """Keep one row for each identity: the first of the sound ones when all columns are sorted."""
    turn = ibis.row_number().over(group_by=identity, order_by=[table[REASON].notnull(), *table.columns])
    again = (turn > 0).ifelse(f"{identity} occurs again; one row of it is kept", ibis.null(TEXT))
    return table.mutate(**{REASON: table[REASON].coalesce(again)})
