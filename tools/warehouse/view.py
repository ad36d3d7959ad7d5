"""One store as of a date: the only door through which tools read data."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from tools.errors import InputError, ToolError
from tools.warehouse.columns import SPECS, Column, Table
from tools.warehouse.engine import connect
from tools.warehouse.folder import StoreFolder, StoreMeta

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# Looked at much later than its last order, every shop seems to have lost everybody: allow one month.
LAST_ORDER_GRACE = dt.timedelta(days=31)


def check_as_of(meta: StoreMeta, as_of: dt.date) -> None:
    """Refuse a day about which the store knows nothing.

    Raises:
        InputError: `as_of` is not after the first order, or more than 31 days after the last.
    """
    first = meta.first_at.date() + dt.timedelta(days=1)
    last = meta.last_at.date() + LAST_ORDER_GRACE
    if not first <= as_of <= last:
        raise InputError(
            f"as-of {as_of.isoformat()!r} is outside the data of store {meta.name!r}; "
            f"expected {first.isoformat()} to {last.isoformat()}; try {meta.last_at.date().isoformat()}"
        )


@dataclass(frozen=True)
class StoreView:
    """A store with everything hidden that was not yet known at the start (00:00 UTC) of a day.

    Attributes:
        store: The store.
        as_of: The day; rows at or after its start are not seen.
        seed: For whatever a tool draws at random.
    """

    store: StoreFolder
    as_of: dt.date
    seed: int = 0

    @property
    def meta(self) -> StoreMeta:
        """Return what the store says about itself."""
        return self.store.meta

    @property
    def now(self) -> dt.datetime:
        """Return the start of the `as_of` day; naive, UTC, as all times in tables are."""
        return dt.datetime.combine(self.as_of, dt.time())

    def has(self, table: str) -> bool:
        """Tell whether the store has the table."""
        return self.store.table_file(table).is_file()

    def require(self, *tables: str) -> None:
        """Refuse to go on without these tables.

        Raises:
            ToolError: One of them is not in the store; the message names it and how to bring it in.
        """
        for table in tables:
            if not self.has(table):
                columns = ", ".join(SPECS[table].required) if table in SPECS else "a canonical table"
                raise ToolError(
                    f"table {table} is not in store {self.meta.name!r}; expected a table with {columns}; "
                    f"import it with `marketwright store import csv FOLDER --to {self.meta.name}`"
                )

    def at(self, as_of: dt.date) -> StoreView:
        """Return the same store as of another day; for back-tests, earlier than this one."""
        return dataclasses.replace(self, as_of=as_of)

    def table(self, name: str) -> ibis.Table:
        """Return a table as an Ibis expression over the rows known before `as_of`.

        Raises:
            ToolError: The store has no such table.
        """
        self.require(name)
        if name not in self._tables:
            self._tables[name] = self._known(name)
        return self._tables[name]

    def frame(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Return a table (or some columns of it) as a data frame, rows in the file's order, times in nanoseconds."""
        table = self.table(name)
        frame = (table.select(*columns) if columns else table).to_pandas()
        return frame.astype({column: "datetime64[ns]" for column in frame.select_dtypes("datetime").columns})

    def _known(self, name: str) -> ibis.Table:
        table = self._engine.read_parquet(str(self.store.table_file(name)))
        spec = SPECS.get(name)
        if spec and spec.known_from:
            kind = table[spec.known_from].type()
            limit = ibis.date(self.as_of) if kind.is_date() else ibis.timestamp(self.now)
            table = table.filter(table[spec.known_from] < limit)
        return self._outcomes_known(table) if name == Table.EXPOSURES else table

    def _outcomes_known(self, exposures: ibis.Table) -> ibis.Table:
        """Hide conversions that came later than `as_of`, though the exposure came before it."""
        if Column.CONVERTED_AT not in exposures.columns:
            return exposures
        converted_at = exposures[Column.CONVERTED_AT]
        later = converted_at.notnull() & (converted_at >= ibis.timestamp(self.now))
        return exposures.mutate(
            converted=ibis.ifelse(later, False, exposures[Column.CONVERTED]),
            converted_at=ibis.ifelse(later, ibis.null("timestamp"), converted_at),
        )

    @cached_property
    def _engine(self) -> Backend:
        return connect()

    @cached_property
    def _tables(self) -> dict[str, ibis.Table]:
        return {}
