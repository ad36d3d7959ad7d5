"""Parquet files that are damaged or hold what they should not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.tools.warehouse.corpus.case import CUSTOMERS, HEADER, ORDERS, PRODUCTS, Case, line


def _frame(rows: Sequence[tuple[str, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows[1:], columns=list(rows[0]))


def _lines() -> pd.DataFrame:
    frame = _frame([HEADER, *map(line, ORDERS)])
    return frame.assign(
        ordered_at=pd.to_datetime(frame["ordered_at"]).dt.tz_localize(None),
        quantity=frame["quantity"].astype(float),
        unit_price=frame["unit_price"].astype(float),
    )


def _shop(lines: Callable[[Path], None]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for file in folder.iterdir():
            file.unlink()
        _frame(CUSTOMERS).to_parquet(folder / "customers.parquet")
        _frame(PRODUCTS).to_parquet(folder / "products.parquet")
        lines(folder / "order_lines.parquet")

    return damage


def _typed(**columns: object) -> Callable[[Path], None]:
    return _shop(lambda file: _lines().assign(**columns).to_parquet(file))


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        _lines().to_parquet(file, compression="snappy")
        file.write_bytes(change(file.read_bytes()))

    return _shop(write)


def _nested(column: str) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        table = pa.Table.from_pandas(_lines())
        nested = pa.array([[1.0, 2.0]] * len(ORDERS))
        at = table.schema.get_field_index(column)
        table = table.append_column(column, nested) if at < 0 else table.set_column(at, column, nested)
        pq.write_table(table, file)

    return _shop(write)


def _flipped(content: bytes) -> bytes:
    return content[:40] + bytes(byte ^ 0xFF for byte in content[40:160]) + content[160:]


SECONDS = [1706745600 + n * 86400 for n in range(len(ORDERS))]


def _case(name: str, damage: Callable[[Path], None], refused: str | None = None, **more: object) -> Case:
    return Case(name, damage, refused, kind="parquet", **more)  # type: ignore[arg-type]


CASES = (
    _case("sound Parquet", _typed()),
    _case("Parquet cut short", _bytes(lambda content: content[:-200]), "cannot be read"),
    _case("Parquet with flipped bytes", _bytes(_flipped), "cannot be read"),
    _case("an empty file named Parquet", _bytes(lambda content: b""), "is empty"),
    _case("text named Parquet", _bytes(lambda content: b"order_id,customer_id\n"), "no Parquet file"),
    _case("encrypted Parquet", _bytes(lambda content: b"PARE" + content[4:-4] + b"PARE"), "encrypted"),
    _case(
        "Parquet without a needed column",
        _shop(lambda file: _lines().drop(columns="quantity").to_parquet(file)),
        "quantity",
    ),
    _case("numbers as text", _typed(quantity=["1"] * 11 + ["two"]), lost=frozenset({"o12"}), aside={12: "quantity"}),
    _case("times as seconds since 1970", _typed(ordered_at=SECONDS)),
    _case("times as text", _typed(ordered_at=[f"2024-02-{n:02} 10:00" for n in range(1, 13)])),
    _case("numbers for a needed time", _typed(ordered_at=[1.5] * 12), "no usable rows"),
    _case("truth for a number", _typed(quantity=[True] * 12)),
    _case("bytes for ids", _typed(customer_id=[b"c\xff"] * 12), "no usable rows"),
    _case("lists for a needed number", _nested("quantity"), "no usable rows"),
    _case("a column of lists that nobody needs", _nested("tags")),
)
