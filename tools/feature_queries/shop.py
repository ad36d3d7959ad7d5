"""A shop's tables as the feature queries read them: as of a day, in whole cents and thousandths of a unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import ibis

from tools.warehouse.canonical import cents
from tools.warehouse.columns import SPECS, Column, Table

MILLI = 1000
"""Units are summed in thousandths, since shops that sell by weight have fractions."""
PER_CENT = 100


@dataclass(frozen=True)
class Shop:
    """Tables of one shop on one engine, of which nothing is seen that happened at or after 00:00 UTC of a day.

    Attributes:
        tables: Canonical tables by name, on any engine that Ibis speaks to; order_lines and products at least.
        as_of: The day.
    """

    tables: Mapping[str, ibis.Table]
    as_of: dt.date

    @property
    def now(self) -> dt.datetime:
        """Return the start of the day; naive UTC, as all times in tables are."""
        return dt.datetime.combine(self.as_of, dt.time())

    def ago(self, weeks: int) -> ibis.Value:
        """Return the moment some weeks before the start of the day."""
        return ibis.timestamp(self.now - dt.timedelta(weeks=weeks))

    def days_since(self, moment: ibis.Value) -> ibis.Value:
        """Return the whole days from the date of a moment to the day."""
        return ibis.date(self.as_of).delta(moment.date(), unit="day")

    def known(self, name: str) -> ibis.Table:
        """Return the rows of a table that were known before the day."""
        table, column = self.tables[name], SPECS[name].known_from
        if column is None:
            return table
        limit = ibis.date(self.as_of) if table[column].type().is_date() else ibis.timestamp(self.now)
        return table.filter(table[column] < limit)

    def lines(self, *names: str) -> ibis.Table:
        """Return these columns of the order lines: canonical ones as they are, or amounts in whole numbers.

        Amounts are `milli` (thousandths of a unit) and, in cents, `cents` (revenue), `gross`, `off` (discount) and
        `unit_cents` (unit price). Each caller names only what it reads: a selection that two of them share would be
        written out by DuckDB, all lines of it, before it is read.
        """
        lines = self.known(Table.ORDER_LINES)
        amounts = {
            "milli": (lines.quantity * MILLI).round().cast("int64"),
            "cents": cents(lines.revenue),
            "gross": cents(lines.quantity * lines.unit_price),
            "off": cents(lines.discount.fill_null(0.0)),
            "unit_cents": cents(lines.unit_price),
        }
        return lines.select(**{name: amounts[name] if name in amounts else lines[name] for name in names})

    @cached_property
    def products(self) -> ibis.Table:
        """Return the products with what may group them."""
        return self.tables[Table.PRODUCTS].select(
            Column.PRODUCT_ID, Column.CATEGORY, Column.DEPARTMENT, Column.BRAND, "cost"
        )

    @cached_property
    def whole(self) -> ibis.Table:
        """Return one row about the whole shop: first order, lines, and lines at a discount."""
        lines = self.lines(Column.ORDERED_AT, "off")
        return lines.aggregate(
            shop_first_at=lines.ordered_at.min(),
            shop_lines=lines.count(),
            shop_discounted=lines.count(where=lines.off > 0),
        )
