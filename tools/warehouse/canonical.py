"""Make a table canonical: the columns, types and order that `columns.SPECS` says."""

from __future__ import annotations

import ibis

from tools.warehouse.columns import MOMENT, NUMBER, SPECS, Table

ZONED = "timestamp('UTC')"


def canonical(name: str, table: ibis.Table, extra: tuple[str, ...] = ()) -> ibis.Table:
    """Return the table with every canonical column, in order and typed; missing optional ones are null.

    Columns beyond the canonical ones are kept (as they are) only where they are named in `extra` or the table is
    open-ended, such as customers. Text that does not read as its column's type becomes null.
    """
    result = shaped(name, table, extra)
    return with_revenue(result) if name == Table.ORDER_LINES else result


def shaped(name: str, table: ibis.Table, extra: tuple[str, ...] = ()) -> ibis.Table:
    """Return what `canonical` does, before the revenue of order lines is filled in."""
    spec = SPECS[name]
    columns = {column: _column(table, column, kind) for column, kind in spec.types.items()}
    more = [column for column in table.columns if column not in columns and (spec.open_ended or column in extra)]
    return table.select(**columns, **{column: table[column] for column in more})


def with_revenue(lines: ibis.Table) -> ibis.Table:
    """Fill `discount` with 0 and `revenue` with quantity × unit_price − discount, to the cent, where missing."""
    discount = lines.discount.coalesce(0.0)
    net = (lines.quantity * lines.unit_price - discount).round(2)
    return lines.mutate(discount=discount, revenue=lines.revenue.coalesce(net).round(2))


def cents(money: ibis.Value) -> ibis.Value:
    """Return money as whole cents, so that sums do not depend on the order of addition (or on the engine)."""
    return (money * 100).round().cast("int64")


def typed(value: ibis.Value, kind: str) -> ibis.Value:
    """Return a value as a type of `columns`; null where it cannot be read or is not a finite number.

    Times with an offset are brought to UTC; those without one are taken to be UTC.
    """
    if value.type().is_string():
        value = value.try_cast(ZONED if kind == MOMENT else kind)
    value = value.cast(kind)
    return (value.isnan() | value.isinf()).ifelse(ibis.null(kind), value) if kind == NUMBER else value


def _column(table: ibis.Table, column: str, kind: str) -> ibis.Value:
    return typed(table[column], kind) if column in table.columns else ibis.null(kind)
