"""Importing canonical files: every row is kept, mended, dropped as a copy, or set aside with a reason."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests import tiny
from tools.errors import InputError
from tools.warehouse.columns import SPECS, Table
from tools.warehouse.importing import import_store
from tools.warehouse.quality import QualityReport, TableQuality, check_store
from tools.warehouse.store import Store, list_stores

NOW = dt.datetime(2024, 7, 6)
GOOD = {
    "order_id": "o1",
    "customer_id": "c01",
    "product_id": "p01",
    "ordered_at": "2024-02-01T09:30:00Z",
    "quantity": "3",
    "unit_price": "1.10",
    "discount": "0.30",
}
ODD_LINES = (
    (GOOD, None),
    (GOOD, "copy"),
    ({**GOOD, "order_id": "o2", "ordered_at": "2024-02-01T09:30:00+02:00"}, "repaired"),
    ({**GOOD, "order_id": "o3", "discount": "lots"}, "repaired"),
    ({**GOOD, "order_id": "o4", "quantity": "two"}, "quantity is not a number: write it like 12.50"),
    ({**GOOD, "order_id": "o9", "unit_price": "nan"}, "unit_price is missing: fill it in"),
    (
        {**GOOD, "order_id": "o5", "ordered_at": "yesterday"},
        "ordered_at is not a time: write it like 2024-03-31T14:05:00Z",
    ),
    (
        {**GOOD, "order_id": "o6", "product_id": "p99"},
        "product_id is not in products: add it there, or correct it here",
    ),
    (
        {**GOOD, "order_id": "o7", "customer_id": "c99"},
        "customer_id is not in customers: add it there, or correct it here",
    ),
    ({**GOOD, "order_id": "o8", "customer_id": ""}, "customer_id is missing: fill it in"),
)


def silent(line: str) -> None:
    del line


def write_source(folder: Path, lines: pd.DataFrame) -> Path:
    folder.mkdir(exist_ok=True)
    for name, frame in {**tiny.frames(), Table.ORDER_LINES: lines}.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture
def odd_source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source", pd.DataFrame([row for row, _ in ODD_LINES]))


@pytest.fixture(scope="module")
def odd_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Give a store with odd rows, imported once; tests only read it."""
    folder = tmp_path_factory.mktemp("odd")
    source = write_source(folder / "source", pd.DataFrame([row for row, _ in ODD_LINES]))
    return import_store("csv", source, folder / "stores" / "odd", report=silent, now=NOW)


def account_of(store: Store, table: str) -> TableQuality:
    report = QualityReport.model_validate_json(store.quality_file.read_bytes())
    return next(entry for entry in report.tables if entry.table == table)


def test_every_row_is_accounted_for(odd_store: Store) -> None:
    entry = account_of(odd_store, Table.ORDER_LINES)
    reasons = sorted(fate for _, fate in ODD_LINES if fate not in (None, "copy", "repaired"))
    assert entry.rows_in == len(ODD_LINES) == entry.kept + entry.quarantined + entry.duplicates
    assert (entry.kept, entry.repaired, entry.duplicates) == (3, 2, 1)
    assert sorted(reason.reason for reason in entry.set_aside) == reasons
    assert [(reason.reason, reason.rows) for reason in entry.repairs] == [
        ("a time with an offset was brought to UTC", 1),
        ("a value of the wrong type was emptied", 1),
    ]


def test_rows_set_aside_are_kept_with_their_reason(odd_store: Store) -> None:
    aside = pd.read_parquet(odd_store.quarantine_folder / "order_lines.parquet").set_index("order_id")["reason"]
    assert aside.to_dict() == {row["order_id"]: fate for row, fate in ODD_LINES if fate and ": " in fate}


def test_times_become_utc_and_money_is_to_the_cent(odd_store: Store) -> None:
    lines = odd_store.at(dt.date(2024, 2, 2)).frame(Table.ORDER_LINES).set_index("order_id")
    assert lines.loc["o1", "ordered_at"] == pd.Timestamp("2024-02-01 09:30")
    assert lines.loc["o2", "ordered_at"] == pd.Timestamp("2024-02-01 07:30")
    assert lines.loc["o1", "revenue"] == 3.0
    assert lines.loc["o3", ["discount", "revenue"]].tolist() == [0.0, 3.3]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_tiny_store_comes_back_as_it_was(tiny_store: Store, tmp_path: Path, kind: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name, frame in tiny.frames().items():
        frame.to_csv(source / f"{name}.csv", index=False) if kind == "csv" else frame.to_parquet(
            source / f"{name}.parquet"
        )
    store = import_store(kind, source, tmp_path / "again", report=silent, now=NOW)
    for name in tiny_store.tables():
        columns = list(SPECS[name].required)
        once, again = (s.at(tiny.AS_OF).frame(name, columns).sort_values(columns, ignore_index=True)
                       for s in (tiny_store, store))  # fmt: skip
        pd.testing.assert_frame_equal(once, again, check_dtype=False)


def test_the_same_source_gives_the_same_version(odd_source: Path, odd_store: Store, tmp_path: Path) -> None:
    again = import_store("csv", odd_source, tmp_path / "other", report=silent, now=NOW)
    assert again.meta.version == odd_store.meta.version


def test_a_mapping_renames_columns_and_names_the_shop(tmp_path: Path) -> None:
    lines = tiny.order_lines().rename(columns={"customer_id": "Buyer"})
    source = write_source(tmp_path / "source", lines)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("shop_name: Corner Shop\ncurrency: EUR\ncolumns: {order_lines: {customer_id: Buyer}}\n")
    store = import_store("csv", source, tmp_path / "mapped", mapping=mapping, report=silent, now=NOW)
    assert (store.meta.shop_name, store.meta.currency) == ("Corner Shop", "EUR")
    with pytest.raises(InputError, match="table order_lines lacks the column 'customer_id'.*Buyer.*mapping"):
        import_store("csv", source, tmp_path / "unmapped", report=silent, now=NOW)


@pytest.mark.parametrize("text", ["columns: [", "shop: x", "columns: {order_lines: 3}"])
def test_a_mapping_that_says_nonsense_is_refused(odd_source: Path, tmp_path: Path, text: str) -> None:
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(text)
    with pytest.raises(InputError, match="mapping .* cannot be read"):
        import_store("csv", odd_source, tmp_path / "store", mapping=mapping, report=silent)


def test_a_failed_import_leaves_the_old_store_and_nothing_else(
    odd_source: Path, odd_store: Store, tmp_path: Path
) -> None:
    stores = tmp_path / "stores"
    shutil.copytree(odd_store.path, stores / "odd")
    (odd_source / "customers.csv").write_text("customer_id\n")
    with pytest.raises(InputError, match="no usable rows"):
        import_store("csv", odd_source, stores / "odd", replace=True, report=silent)
    assert Store(stores / "odd").meta == odd_store.meta
    assert [path.name for path in stores.iterdir()] == ["odd"]


def test_a_folder_of_something_else_is_never_replaced(odd_source: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(InputError, match="is in use by something else"):
        import_store("csv", odd_source, tmp_path / "photos", report=silent)
    assert (tmp_path / "photos" / "cat.jpg").read_bytes() == b"cat"


@pytest.mark.parametrize(
    ("kind", "path", "to", "message"),
    [
        ("excel", ".", "shop", "kind 'excel' cannot be imported; expected one of complete_journey, csv, "),
        ("csv", "nowhere", "shop", "source .*nowhere' is not a folder"),
        ("csv", ".", "shop", r"lacks customers\.csv"),
        ("complete_journey", ".", "shop", r"lacks transactions\.parquet"),
        ("csv", ".", "My Shop!", "store name 'My Shop!' is not usable"),
    ],
)
def test_wrong_inputs_are_refused(tmp_path: Path, kind: str, path: str, to: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        import_store(kind, tmp_path / path, to, report=silent)


def test_a_name_leads_into_the_home_folder(odd_source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETWRIGHT_HOME", str(tmp_path / "home"))
    import_store("csv", odd_source, "corner-shop", report=silent)
    assert [store.name for store in list_stores()] == ["corner-shop"]


def test_checking_again_finds_what_the_import_found(odd_store: Store) -> None:
    report = check_store(odd_store)
    assert report == QualityReport.model_validate_json(odd_store.quality_file.read_bytes())


def test_days_without_orders_are_a_gap(tiny_store: Store, odd_source: Path, tmp_path: Path) -> None:
    days = [dt.datetime(2024, 3, day) for day in (1, 2, 6)]
    lines = pd.DataFrame([{**GOOD, "order_id": f"o{day.day}", "ordered_at": day.isoformat()} for day in days])
    store = import_store("csv", write_source(odd_source, lines), tmp_path / "gappy", report=silent)
    assert [(gap.starts_on.day, gap.ends_on.day) for gap in check_store(store).gaps] == [(3, 5)]


@pytest.mark.parametrize(("kind", "content"), [("csv", b'customer_id\n"open\nquote'), ("parquet", b"not parquet")])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, kind: str, content: bytes) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("customers", "products", "order_lines"):
        (source / f"{name}.{kind}").write_bytes(content)
    with pytest.raises(InputError, match=rf"(file '.*customers\.{kind}' (cannot be read|is)|lacks)"):
        import_store(kind, source, tmp_path / "store", report=silent)


def test_a_target_that_cannot_be_written_is_named(odd_source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="store folder .* cannot be written"):
        import_store("csv", odd_source, tmp_path / "file" / "store", report=silent)
