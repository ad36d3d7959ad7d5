"""What came in, what was kept, mended or set aside, and what still looks odd."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import ibis

from tools.errors import InputError
from tools.warehouse.columns import SPECS, Column, Table
from tools.warehouse.engine import connect
from tools.warehouse.folder import QUALITY_FILE, StoreFolder
from tools.warehouse.quality.report import GAP_DAYS, Gap, Missing, Outliers, QualityReport, TableQuality

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# Tukey's outer fences (Exploratory Data Analysis, 1977): beyond 3 interquartile ranges a value is "far out".
FENCE: Final = 3.0
OUTLIER_COLUMNS: Final = {
    Table.ORDER_LINES: (Column.QUANTITY, Column.UNIT_PRICE, Column.REVENUE),
    Table.PRODUCTS: (Column.PRICE,),
}


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
    file = store.quality_file
    if not file.is_file():
        raise InputError(
            f"store {store.name!r} has no {QUALITY_FILE}; expected one written by its import; try importing it again"
        )
    return inspect(connect(), store, QualityReport.model_validate_json(file.read_bytes()).tables)


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
