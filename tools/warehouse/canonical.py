"""Make a table canonical: the columns, types and order that `columns.SPECS` says."""

from __future__ import annotations

import ibis

from tools.warehouse.columns import SPECS, Table


def canonical(name: str, table: ibis.Table) -> ibis.Table:
    """Return the table with every canonical column, in order and typed; missing optional ones are null.

    Columns beyond the canonical ones are kept (as they are) only where the table is open-ended, such as customers.
    """
    spec = SPECS[name]
    columns = {column: _column(table, column, kind) for column, kind in spec.types.items()}
    extra = [column for column in table.columns if spec.open_ended and column not in columns]
    result = table.select(**columns, **{column: table[column] for column in extra})
    return with_revenue(result) if name == Table.ORDER_LINES else result


def with_revenue(lines: ibis.Table) -> ibis.Table:
    """Fill `discount` with 0 and `revenue` with quantity × unit_price − discount, to the cent, where missing."""
    discount = lines.discount.coalesce(0.0)
    net = (lines.quantity * lines.unit_price - discount).round(2)
    return lines.mutate(discount=discount, revenue=lines.revenue.coalesce(net).round(2))


def cents(money: ibis.Value) -> ibis.Value:
    """Return money as whole cents, so that sums do not depend on the order of addition (or on the engine)."""
    return (money * 100).round().cast("int64")


def _column(table: ibis.Table, column: str, kind: str) -> ibis.Value:
    return table[column].cast(kind) if column in table.columns else ibis.null(kind)
