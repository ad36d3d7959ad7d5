"""Features as files: both formats, all that a store has tables for, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from agent.cli import main
from tests.tiny import AS_OF, make_tiny_store
from tools.errors import InputError
from tools.feature_files import write_features
from tools.warehouse.store import Store


def test_a_parquet_file_has_whole_numbers_and_rows_in_order(tiny_store: Store, tmp_path: Path) -> None:
    out = tmp_path / "customers.parquet"
    assert write_features(tiny_store, AS_OF, "customers", out) == 10
    found = pd.read_parquet(out)
    assert found["customer_id"].is_monotonic_increasing
    assert found[["recency_days", "frequency", "r", "orders_4w", "lines"]].dtypes.eq("int64").all()
    assert "exposures" in found.columns
    assert "events_13w" not in found.columns
    assert [file.name for file in tmp_path.iterdir()] == [out.name]


def test_the_command_writes_csv(tiny_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "products.csv"
    words = ["store", "features", str(tiny_store.path), "--as-of", "2024-07-01", "--of", "products", "--out", str(out)]
    assert main(words) == 0
    assert "10 products as of 2024-07-01" in capsys.readouterr().err
    assert pd.read_csv(out).set_index("product_id").loc["p09", "units"] == 3


def test_a_name_that_looks_like_a_formula_is_inert_in_csv(tmp_path: Path) -> None:
    store = make_tiny_store(tmp_path / "store")
    products = pd.read_parquet(store.table_file("products"))
    products.loc[products["product_id"] == "p09", "category"] = "=2+5"  # all that c07 ever bought
    products.to_parquet(store.table_file("products"))
    out = tmp_path / "customers.csv"
    write_features(store, AS_OF, "customers", out)
    found = pd.read_csv(out).set_index("customer_id")
    assert found.loc["c07", "top_category"] == "'=2+5"
    assert not found.select_dtypes("object").stack().str.startswith("=").any()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("features.xlsx", "expected .parquet or .csv"), ("no/such/features.csv", "expected a folder to write in")],
)
def test_what_cannot_be_written_is_refused_before_any_work(
    tiny_store: Store, tmp_path: Path, name: str, expected: str
) -> None:
    with pytest.raises(InputError, match=expected):
        write_features(tiny_store, AS_OF, "customers", tmp_path / name)


def test_a_folder_is_not_overwritten(tiny_store: Store, tmp_path: Path) -> None:
    (tmp_path / "there.parquet").mkdir()
    with pytest.raises(InputError, match=r"is a folder; expected a new file"):
        write_features(tiny_store, AS_OF, "customers", tmp_path / "there.parquet")


def test_a_day_without_data_is_refused(tiny_store: Store, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="outside the data"):
        write_features(tiny_store, dt.date(2030, 1, 1), "customers", tmp_path / "features.parquet")
