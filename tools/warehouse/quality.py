"""What came in, what was kept, mended or set aside, and what still looks odd."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import ibis
from pydantic import Field

from tools.errors import InputError
from tools.frozen import Frozen
from tools.warehouse.columns import SPECS, Column, Table
from tools.warehouse.engine import connect
from tools.warehouse.folder import QUALITY_FILE, StoreFolder
from tools.warehouse.importers.source import REASON, REPAIR

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# Tukey's outer fences (Exploratory Data Analysis, 1977): beyond 3 interquartile ranges a value is "far out".
FENCE: Final = 3.0
OUTLIER_COLUMNS: Final = {
    Table.ORDER_LINES: (Column.QUANTITY, Column.UNIT_PRICE, Column.REVENUE),
    Table.PRODUCTS: (Column.PRICE,),
}
# A shop that sells on most days and is silent for this long has likely lost data, not customers.
GAP_DAYS: Final = 3


class Reason(Frozen):
    """Rows that share a fate, and why."""

    reason: str = Field(description="Why the rows were mended or set aside.")
    rows: int = Field(ge=0, description="How many rows.")


class Missing(Frozen):
    """A column with missing values."""

    column: str = Field(description="Name of the column.")
    rows: int = Field(ge=0, description="Rows without a value.")
    percent: float = Field(ge=0, le=100, description="Share of the table's rows.")


class Outliers(Frozen):
    """Values of a column far outside the bulk."""

    column: str = Field(description="Name of the column.")
    low: float = Field(description="Lower fence: first quartile minus 3 interquartile ranges.")
    high: float = Field(description="Upper fence: third quartile plus 3 interquartile ranges.")
    rows: int = Field(ge=0, description="Rows outside the fences; they are kept.")


class Gap(Frozen):
    """Days without a single order."""

    starts_on: dt.date = Field(description="First day without an order.")
    ends_on: dt.date = Field(description="Last day without an order.")


class TableQuality(Frozen):
    """One table's account; rows_in = kept + quarantined + duplicates."""

    table: str = Field(description="Name of the table.")
    rows_in: int = Field(ge=0, description="Rows in the source.")
    kept: int = Field(ge=0, description="Rows in the store.")
    repaired: int = Field(ge=0, description="Kept rows in which something was mended.")
    quarantined: int = Field(ge=0, description="Rows set aside in `quarantine/`, each with its reason.")
    duplicates: int = Field(ge=0, description="Exact copies of another row, dropped.")
    repairs: tuple[Reason, ...] = Field((), description="What was mended.")
    set_aside: tuple[Reason, ...] = Field((), description="Why rows were set aside.")
    missing: tuple[Missing, ...] = Field(
        (), description="Columns with missing values, wholly empty optional ones apart."
    )
    outliers: tuple[Outliers, ...] = Field((), description="Columns with values far outside the bulk.")


class QualityReport(Frozen):
    """The data-quality report of one store, as in its `quality.json`."""

    tables: tuple[TableQuality, ...] = Field(description="One account a table.")
    gaps: tuple[Gap, ...] = Field(description=f"Stretches of {GAP_DAYS} days or more without an order.")


def account(engine: Backend, name: str, sifted: str, rows_in: int) -> TableQuality:
    """Count the fate of a sifted table's rows (a Parquet file with `_reason` and `_repair`)."""
    table = engine.read_parquet(sifted)
    fates = table.group_by([REASON, REPAIR]).aggregate(rows=table.count()).to_pandas()
    kept = fates[fates[REASON].isna()]
    aside = fates[fates[REASON].notna()]
    total = int(fates["rows"].sum())
    return TableQuality(
        table=name,
        rows_in=rows_in,
        kept=int(kept["rows"].sum()),
        repaired=int(kept.loc[kept[REPAIR].notna(), "rows"].sum()),
        quarantined=int(aside["rows"].sum()),
        duplicates=rows_in - total,
        repairs=_reasons(kept, REPAIR),
        set_aside=_reasons(aside, REASON),
    )


def inspect(engine: Backend, store: StoreFolder, accounts: tuple[TableQuality, ...]) -> QualityReport:
    """Complete the accounts with what the kept rows look like: missing values, outliers, gaps in time."""
    seen = []
    for entry in accounts:
        table = engine.read_parquet(str(store.table_file(entry.table)))
        seen.append(
            entry.model_copy(
                update={"missing": _missing(entry.table, table), "outliers": _outliers(entry.table, table)}
            )
        )
    return QualityReport(tables=tuple(seen), gaps=_gaps(engine.read_parquet(str(store.table_file(Table.ORDER_LINES)))))


def check_store(store: StoreFolder) -> QualityReport:
    """Look at a store's tables again, with the account that its import wrote.

    Raises:
        InputError: The store has no `quality.json`.
    """
    file = store.path / QUALITY_FILE
    if not file.is_file():
        raise InputError(
            f"store {store.name!r} has no {QUALITY_FILE}; expected one written by its import; try importing it again"
        )
    return inspect(connect(), store, QualityReport.model_validate_json(file.read_bytes()).tables)


def _reasons(fates: ibis.expr.types.Table, column: str) -> tuple[Reason, ...]:
    rows = fates.groupby(column)["rows"].sum().sort_index().sort_values(ascending=False, kind="stable")
    return tuple(Reason(reason=str(reason), rows=int(count)) for reason, count in rows.items())


def _missing(name: str, table: ibis.Table) -> tuple[Missing, ...]:
    counts = table.aggregate(_all=table.count(), **{c: table[c].isnull().sum() for c in table.columns}).to_pandas()
    total = int(counts.pop("_all").iloc[0])
    optional = SPECS[name].optional if name in SPECS else {}
    return tuple(
        Missing(column=str(column), rows=int(rows), percent=round(100 * int(rows) / total, 2))
        for column, rows in counts.iloc[0].items()
        if rows and not (rows == total and column in optional)
    )


def _outliers(name: str, table: ibis.Table) -> tuple[Outliers, ...]:
    found = []
    for column in OUTLIER_COLUMNS.get(name, ()):
        quartiles = table.aggregate(low=table[column].quantile(0.25), high=table[column].quantile(0.75)).to_pandas()
        low, high = (float(quartiles[side].iloc[0]) for side in ("low", "high"))
        if low == high:  # at least half of the values are equal: the fences would shut out everything else
            continue
        low, high = low - FENCE * (high - low), high + FENCE * (high - low)
        rows = int(table.filter((table[column] < low) | (table[column] > high)).count().execute())
        if rows:
            found.append(Outliers(column=column, low=round(low, 4), high=round(high, 4), rows=rows))
    return tuple(found)


def _gaps(lines: ibis.Table) -> tuple[Gap, ...]:
    days = sorted(lines.select(day=lines.ordered_at.date()).distinct().to_pandas()["day"].dt.date)
    one = dt.timedelta(days=1)
    return tuple(
        Gap(starts_on=before + one, ends_on=after - one)
        for before, after in zip(days, days[1:], strict=False)
        if (after - before).days > GAP_DAYS
    )
