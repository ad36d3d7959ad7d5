"""Sift an imported table: type it, repair what is safe, and say of every other row why it is set aside."""

from __future__ import annotations

from collections.abc import Mapping

import ibis

from tools.warehouse.canonical import canonical, typed
from tools.warehouse.columns import SPECS, TEXT, Column, Table
from tools.warehouse.importers.source import REASON, REPAIR

# Which table must know the value of a column, for the tables that cannot do without it.
PARENTS: Mapping[str, Mapping[str, str]] = {
    Table.ORDER_LINES: {Column.PRODUCT_ID: Table.PRODUCTS, Column.CUSTOMER_ID: Table.CUSTOMERS},
    Table.EXPOSURES: {Column.CUSTOMER_ID: Table.CUSTOMERS},
}
EMPTIED = "a value of the wrong type was emptied"


def sift(name: str, table: ibis.Table, parents: Mapping[str, ibis.Table]) -> ibis.Table:
    """Return the table in canonical columns plus `_reason` (why a row is set aside) and `_repair` (what was mended).

    A row is set aside when a required value is missing or unreadable, or when it speaks of an unknown product or
    customer. Exact duplicates are dropped; whoever counts rows before and after sees how many.
    """
    spec = SPECS[name]
    reasons = [
        (typed(table[column], kind).isnull(), f"{column} is missing or not a {kind}")
        for column, kind in spec.required.items()
    ]
    emptied = [
        table[column].notnull() & typed(table[column], kind).isnull()
        for column, kind in spec.optional.items()
        if column in table.columns
    ]
    marked = table.mutate(
        **{
            REASON: ibis.coalesce(_given(table, REASON), ibis.cases(*reasons)),
            REPAIR: ibis.coalesce(
                _given(table, REPAIR),
                ibis.or_(*emptied).ifelse(EMPTIED, ibis.null(TEXT)) if emptied else ibis.null(TEXT),
            ),
        }
    )
    result = canonical(name, marked, extra=(REASON, REPAIR)).distinct()
    for column, parent in PARENTS.get(name, {}).items():
        result = _with_parent(result, column, parent, parents[parent])
    return _once(result, spec.identity) if spec.identity else result


def _given(table: ibis.Table, column: str) -> ibis.Value:
    return table[column] if column in table.columns else ibis.null(TEXT)


def _with_parent(table: ibis.Table, column: str, parent: str, known: ibis.Table) -> ibis.Table:
    keys = known.select(_known=known[column]).distinct()
    joined = table.left_join(keys, table[column] == keys._known)
    orphan = joined._known.isnull().ifelse(f"{column} is not in {parent}", ibis.null(TEXT))
    return joined.mutate(**{REASON: joined[REASON].coalesce(orphan)}).drop("_known")


def _once(table: ibis.Table, identity: str) -> ibis.Table:
    """Keep one row for each identity: the first of the sound ones when all columns are sorted."""
    turn = ibis.row_number().over(group_by=identity, order_by=[table[REASON].notnull(), *table.columns])
    again = (turn > 0).ifelse(f"{identity} occurs again; one row of it is kept", ibis.null(TEXT))
    return table.mutate(**{REASON: table[REASON].coalesce(again)})
