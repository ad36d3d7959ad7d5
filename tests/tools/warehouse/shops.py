"""What tests of shop exports share: where the fixtures lie, and how a small variation of one is made."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

import ibis
import pandas as pd

from tools.warehouse.engine import connect
from tools.warehouse.importers import shopify, woocommerce
from tools.warehouse.importers.mapping import Mapping as Told
from tools.warehouse.importers.source import REASON, Source

FIXTURES = Path(__file__).parent / "fixtures"
SHOPIFY = FIXTURES / "shopify"
WOOCOMMERCE = FIXTURES / "woocommerce"
READERS = {"shopify": shopify.read, "woocommerce": woocommerce.read}


def read(kind: str, folder: Path, told: Told | None = None) -> Source:
    return READERS[kind](connect(), folder, told or Told())


def frame(source: Source, table: str) -> pd.DataFrame:
    return source.tables[table].to_pandas()


def kept(source: Source, table: str) -> pd.DataFrame:
    rows = source.tables[table]
    return rows.filter(rows[REASON].isnull()).to_pandas() if REASON in rows.columns else rows.to_pandas()


def revenue(lines: pd.DataFrame) -> dict[str, float]:
    return {str(order): round(float(taken), 2) for order, taken in lines.groupby("order_id")["revenue"].sum().items()}


def reasons(source: Source) -> dict[str, str]:
    lines = source.tables["order_lines"]
    aside = lines.filter(lines[REASON].notnull()).order_by(ibis.desc("_row")).to_pandas()
    return {f"{row.order_id} {row.product_id}": row[REASON] for _, row in aside.iterrows()}


def header(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


def write_rows(file: Path, columns: list[str], rows: Iterable[Mapping[str, str]]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return file


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
