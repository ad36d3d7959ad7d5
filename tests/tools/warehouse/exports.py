"""Exports of a tiny made-up shop as CSV files, for tests of what a second import does to a store."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from tools.warehouse.engine import connect
from tools.warehouse.store import Store

Row: TypeAlias = Mapping[str, str]
Export: TypeAlias = Mapping[str, Iterable[Row]]

CUSTOMER = {"customer_id": "c1", "country": "US", "level": "gold"}
PRODUCT = {"product_id": "p1", "name": "Tea", "category": "Food", "price": "2.50"}
LINE = {
    "order_id": "o1",
    "customer_id": "c1",
    "product_id": "p1",
    "ordered_at": "2024-02-01T09:30:00Z",
    "quantity": "1",
    "unit_price": "2.50",
}
SHOP: Export = {"customers": [CUSTOMER], "products": [PRODUCT], "order_lines": [LINE]}


def silent(line: str) -> None:
    """Say nothing."""
    del line


def write_export(folder: Path, export: Export) -> Path:
    """Write each table as a CSV file whose columns are those of its rows, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in export.items():
        listed = list(rows)
        columns = list(dict.fromkeys(column for row in listed for column in row))
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(listed)
    return folder


def rows_of(store: Store, table: str, *columns: str) -> list[tuple[object, ...]]:
    """Return columns of a store's table, sorted."""
    return _rows(store.table_file(table), columns)


def aside_of(store: Store, table: str, *columns: str) -> list[tuple[object, ...]]:
    """Return columns of the rows set aside, sorted; none where nothing was."""
    file = store.quarantine_folder / f"{table}.parquet"
    return _rows(file, columns) if file.is_file() else []


def _rows(file: Path, columns: tuple[str, ...]) -> list[tuple[object, ...]]:
    frame = connect().read_parquet(str(file)).select(*columns).to_pandas()
    found = [tuple(None if pd.isna(value) else value for value in row) for row in frame.itertuples(index=False)]
    return sorted(found, key=repr)
