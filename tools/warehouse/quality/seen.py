"""What the checks look at: a store's tables, with the few sums that several checks need computed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import ibis
import pandas as pd

from tools.warehouse.canonical import cents
from tools.warehouse.columns import SPECS, Table
from tools.warehouse.folder import StoreFolder
from tools.warehouse.quality.report import Outliers, TableQuality
from tools.warehouse.rules import FLAGS, rules_of

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# Columns of which one single value in a whole table tells that something was lost on the way.
CONSTANT_IS_ODD: Final[Mapping[str, tuple[str, ...]]] = {
    Table.PRODUCTS: ("name", "category", "price"),
    Table.ORDER_LINES: ("order_id", "customer_id", "product_id", "ordered_at", "unit_price"),
    Table.REVIEWS: ("rating", "text", "written_at"),
    Table.EXPOSURES: ("customer_id", "converted"),
    Table.AD_SPEND: ("on", "spend"),
    Table.CONSENTS: ("allowed",),
}
# Below this, shares and rhythms of a table say nothing.
ENOUGH_ROWS: Final = 50


@dataclass(frozen=True)
class Seen:
    """A store as the checks see it.

    Attributes:
        tables: Name to table, over the Parquet files.
        accounts: What the imports counted.
        outliers: Table to what was found; filled when first asked for.
    """

    tables: Mapping[str, ibis.Table]
    accounts: tuple[TableQuality, ...] = ()
    outliers: dict[str, tuple[Outliers, ...]] = field(default_factory=dict)

    @cached_property
    def totals(self) -> Mapping[str, Mapping[str, float]]:
        """Return for each table, from one scan: rows, missing values, constant columns and flagged rows.

        The keys are `rows`, `missing <column>`, `constant <column>` and `flag <rule>`.
        """
        return {name: numbers(_totals(name, table)) for name, table in self.tables.items()}

    @cached_property
    def spans(self) -> Mapping[str, tuple[pd.Timestamp, pd.Timestamp]]:
        """Return the first and last time of each table that has time and rows."""
        found = {}
        for name, table in self.tables.items():
            known_from = SPECS[name].known_from
            if known_from and self.rows(name):
                moment = table[known_from].cast("timestamp")
                row = table.aggregate(first=moment.min(), last=moment.max()).to_pandas().iloc[0]
                found[name] = (row["first"], row["last"])
        return found

    @cached_property
    def days(self) -> pd.DataFrame:
        """Return lines and revenue for each day with orders, by day."""
        lines = self.tables[Table.ORDER_LINES]
        grouped = lines.group_by(day=lines.ordered_at.date()).aggregate(
            lines=lines.count(), revenue=cents(lines.revenue).sum()
        )
        frame = grouped.order_by("day").to_pandas()
        return frame.assign(day=pd.to_datetime(frame["day"]), revenue=frame["revenue"] / 100).set_index("day")

    @cached_property
    def hours(self) -> pd.DataFrame:
        """Return lines by weekday (0 is Monday) and hour (UTC)."""
        lines = self.tables[Table.ORDER_LINES]
        return (
            lines.group_by(weekday=lines.ordered_at.day_of_week.index(), hour=lines.ordered_at.hour())
            .aggregate(lines=lines.count())
            .order_by(["weekday", "hour"])
            .to_pandas()
        )

    @property
    def has_clock(self) -> bool:
        """Tell whether times of orders have a time of day: fewer than nine in ten are at one and the same hour."""
        hours = self.hours.groupby("hour")["lines"].sum()
        return bool(hours.max() < 0.9 * hours.sum())

    def rows(self, table: str) -> int:
        """Return the rows of a table."""
        return int(self.totals[table]["rows"])


def see(engine: Backend, store: StoreFolder, accounts: tuple[TableQuality, ...]) -> Seen:
    """Open a store's canonical tables."""
    names = [name for name in SPECS if name in store.tables()]
    return Seen({name: engine.read_parquet(str(store.table_file(name))) for name in names}, accounts)


def _totals(name: str, table: ibis.Table) -> ibis.Table:
    counts = {f"missing {column}": table[column].isnull().sum() for column in table.columns}
    odd = CONSTANT_IS_ODD.get(name, ())
    counts |= {f"constant {column}": table[column].min() == table[column].max() for column in odd}
    for rule in rules_of(FLAGS, name, table.columns):
        counts[f"flag {rule.name}"] = table.bind(rule.condition)[0].sum()
    return table.aggregate(rows=table.count(), **counts)


def numbers(one_row: ibis.Table) -> dict[str, float]:
    """Return a row of aggregates; those over nothing are 0."""
    row = one_row.to_pandas().iloc[0]
    return {str(name): 0.0 if pd.isna(value) else float(value) for name, value in row.items()}


def percent(part: float, whole: float) -> str:
    """Write a share.

    >>> percent(1, 3), percent(1, 100_000), percent(0, 5)
    ('33.3 %', '<0.1 %', '0 %')
    """
    share = 100 * part / whole if whole else 0.0
    return "<0.1 %" if 0 < share < 0.1 else f"{share:.1f}".removesuffix(".0") + " %"
