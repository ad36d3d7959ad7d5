"""Persons are kept apart, shown whole, and forgotten everywhere, for good."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import ibis
import pytest

from agent.cli import main
from tests.tools.warehouse.exports import aside_of, rows_of, silent, write_export
from tools.errors import InputError
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.forgetting import forget, rows_to_forget
from tools.warehouse.importing import import_store
from tools.warehouse.person_export import export_person
from tools.warehouse.persons import read_persons
from tools.warehouse.quality import check_store
from tools.warehouse.store import Store, list_stores

NOW = dt.datetime(2024, 7, 6, tzinfo=dt.UTC)
ADA = {
    "customer_id": "c1",
    "name": "Ada Quuxley",
    "email": "ada@quux.test",
    "phone": "+49 170 7319001",
    "level": "gold",
}
BOB = {"customer_id": "c2", "name": "Bob Blort", "email": "bob@blort.test", "phone": "+49 170 7319001", "level": "tin"}
GUEST = {"customer_id": "Guest@quux.test", "name": "Gus Quuxley", "email": "guest@quux.test", "phone": "", "level": ""}
PRODUCT = {"product_id": "p1", "name": "Tea", "category": "Food", "price": "2.50"}


def line(order: str, customer: str, product: str = "p1", quantity: str = "1") -> dict[str, str]:
    return {
        "order_id": order,
        "customer_id": customer,
        "product_id": product,
        "ordered_at": "2024-02-01T09:30:00Z",
        "quantity": quantity,
        "unit_price": "2.50",
    }


SHOP = {
    "customers": [ADA, BOB, GUEST],
    "products": [PRODUCT],
    "order_lines": [
        line("oa1", "c1"),
        line("oa1", ""),  # set aside: the customer is missing
        line("oa2", "c1", product="gone"),  # set aside: no such product
        line("ob1", "c2"),
        line("og1", "guest@quux.test"),
    ],
    "reviews": [
        {
            "product_id": "p1",
            "written_at": "2024-03-01",
            "rating": "5",
            "text": "ask ada@quux.test",
            "customer_id": "c1",
        },
        {"product_id": "p1", "written_at": "2024-03-02", "rating": "4", "text": "good", "customer_id": "c2"},
    ],
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MARKETWRIGHT_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import the shop once; `store` gives each test a copy."""
    folder = tmp_path_factory.mktemp("once")
    return import_store("csv", write_export(folder / "export", SHOP), folder / "shop", report=silent, now=NOW).path


@pytest.fixture
def store(imported: Path, home: Path) -> Store:
    return Store(Path(shutil.copytree(imported, home / "home" / "stores" / "shop")))


def take(home: Path, mapping: str = "", *, replace: bool = False) -> Store:
    (home / "mapping.yaml").write_text(mapping)
    source = write_export(home / "export", SHOP)
    mapped = home / "mapping.yaml"
    return import_store("csv", source, "shop", mapping=mapped, replace=replace, report=silent, now=NOW)


def names(store: Store) -> list[str]:
    persons = read_persons(connect(), Store(store.path).data)
    return [] if persons is None else sorted(str(name) for name in persons.name.to_pandas())


def everything(folder: Path) -> str:
    """Return the bytes of every file below a folder as text, and every cell of every Parquet file."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    cells = [
        ibis.duckdb.connect().read_parquet(str(file)).to_pandas().to_string()
        for file in files
        if ".parquet" in file.name
    ]
    return "\n".join([*(file.read_bytes().decode("latin-1") for file in files), *cells]).lower()


def test_persons_are_for_their_owner_only_and_in_no_table(store: Store) -> None:
    assert names(store) == ["Ada Quuxley", "Bob Blort", "Gus Quuxley"]
    assert store.private_folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in store.private_folder.iterdir()} == {0o600}
    assert "persons" not in store.tables()
    shared = [file for file in store.path.rglob("*.parquet") if file.parent != store.private_folder]
    assert "quux" not in " ".join(
        ibis.duckdb.connect().read_parquet(str(file)).to_pandas().to_string() for file in shared
    )


def test_persons_are_dropped_by_choice_earlier_ones_too(home: Path, store: Store) -> None:
    assert names(store)
    assert names(take(home, "personal: drop")) == []


def test_a_later_export_changes_persons_by_id_and_keeps_the_same_pseudonym(home: Path, store: Store) -> None:
    before = Store(store.path)
    assert before.meta.version
    (home / "later").mkdir()
    (home / "later" / "customers.csv").write_text("customer_id,name,level\nc1,Ada Blort,gold\n", encoding="utf-8")
    import_store("csv", home / "later", "shop", report=silent, now=NOW)
    persons = read_persons(connect(), Store(store.path).data)
    assert persons is not None
    ada = persons.filter(persons.customer_id == "c1").to_pandas().iloc[0]
    assert (ada["name"], ada["email"]) == ("Ada Blort", "ada@quux.test")
    again = take(home)
    assert rows_of(again, Table.CUSTOMERS, "customer_id") == rows_of(before, Table.CUSTOMERS, "customer_id")
    assert again.meta.version == before.meta.version


def test_a_column_told_to_be_personal_later_leaves_the_table(home: Path, store: Store) -> None:
    assert "level" in connect().read_parquet(str(store.table_file(Table.CUSTOMERS))).columns
    after = take(home, "personal_columns: [customers.level]")
    assert "level" not in connect().read_parquet(str(after.table_file(Table.CUSTOMERS))).columns
    persons = read_persons(connect(), after.data)
    assert persons is not None
    assert "level" in persons.columns


@pytest.mark.parametrize("known_by", ["c1", "ada@quux.test", " ADA@quux.test"])
def test_all_that_is_held_is_shown(store: Store, known_by: str) -> None:
    told = json.loads(export_person(store, known_by))
    assert told["customer_id"] == "c1"
    assert {name: len(rows) for name, rows in told["held"].items()} == {
        "customers": 1,
        "order_lines": 1,
        "reviews": 1,
        "quarantine/order_lines": 2,
        "private/persons": 1,
    }
    assert told["held"]["private/persons"][0]["name"] == "Ada Quuxley"


def test_a_guest_is_found_by_the_address_that_became_a_pseudonym(store: Store) -> None:
    guest = json.loads(export_person(store, "guest@quux.test"))
    assert guest["customer_id"].startswith("p-")
    assert len(guest["held"]["order_lines"]) == 1


def test_nothing_of_a_forgotten_customer_is_left(store: Store) -> None:
    others = rows_of(store, Table.ORDER_LINES, "order_id")
    (store.path / "scores").mkdir()
    (store.path / "scores" / "churn.csv").write_text("customer_id,churn\nc1,0.5\nc2,0.1\n", encoding="utf-8")
    counts = forget(store, "c1", NOW, silent)
    assert counts == {
        "customers": 1,
        "order_lines": 1,
        "reviews": 1,
        "quarantine/order_lines": 2,
        "private/persons": 1,
    }
    left = everything(store.path)
    assert not {"c1", "oa1", "oa2"} & _cells(store)
    assert not [word for word in ("ada quuxley", "ada@quux.test", "oa1", "oa2") if word in left]
    scores = (store.path / "scores" / "churn.csv").read_text(encoding="utf-8").splitlines()
    assert scores == ["customer_id,churn", "c2,0.1"]
    assert rows_of(Store(store.path), Table.ORDER_LINES, "order_id") == [row for row in others if row != ("oa1",)]
    assert names(store) == ["Bob Blort", "Gus Quuxley"]


def _cells(store: Store) -> set[str]:
    """Return every cell of every Parquet file of the store."""
    frames = [ibis.duckdb.connect().read_parquet(str(file)).to_pandas() for file in store.path.rglob("*.parquet")]
    return {str(cell) for frame in frames for column in frame.columns for cell in frame[column]}


def test_the_store_knows_that_it_changed(store: Store) -> None:
    before = store.meta.version
    forget(store, "c1", NOW, silent)
    after = Store(store.path)
    assert after.meta.version != before
    assert [path.name for path in (store.path / "versions").iterdir()] == [Path(after.meta.folder).name]
    told = {entry.table: entry.rows for entry in check_store(after).tables}
    assert (told[Table.CUSTOMERS], told[Table.ORDER_LINES]) == (2, 2)
    line = json.loads((after.private_folder / "audit.jsonl").read_text(encoding="utf-8"))
    assert (line["action"], line["at"], line["rows"]["customers"]) == ("forget", "2024-07-06T00:00:00+00:00", 1)
    assert {file.stat().st_mode & 0o777 for file in after.private_folder.iterdir()} == {0o600}


@pytest.mark.parametrize(("known_by", "replace"), [("c1", False), ("guest@quux.test", True)])
def test_a_forgotten_customer_does_not_come_back(home: Path, store: Store, known_by: str, replace: bool) -> None:
    gone = str(json.loads(export_person(store, known_by))["customer_id"])
    forget(store, known_by, NOW, silent)
    again = take(home, replace=replace)
    for table in (Table.CUSTOMERS, Table.ORDER_LINES, Table.REVIEWS):
        assert gone not in {row[0] for row in rows_of(again, table, "customer_id")}
    assert ("oa1",) not in aside_of(again, Table.ORDER_LINES, "order_id") or known_by != "c1"
    assert len(names(again)) == 2
    with pytest.raises(InputError, match="was forgotten"):
        forget(again, known_by, NOW, silent)


def test_a_telephone_number_two_share_does_not_take_both(home: Path, store: Store) -> None:
    with pytest.raises(InputError, match="that address belongs to 2 customers .* c1, c2"):
        export_person(store, "+49 170 7319001")
    forget(store, "c1", NOW, silent)
    assert ("c2",) in rows_of(take(home), Table.CUSTOMERS, "customer_id")


def test_a_damaged_file_in_the_store_s_folder_stops_it_and_changes_nothing(store: Store) -> None:
    before = store.meta.folder
    (store.path / "scores.parquet").write_text("no Parquet at all")
    with pytest.raises(InputError, match="scores.parquet' cannot be read"):
        forget(store, "c1", NOW, silent)
    assert Store(store.path).meta.folder == before
    assert ("c1",) in rows_of(store, Table.CUSTOMERS, "customer_id")


def test_an_unknown_customer_is_an_error_that_repeats_no_address(store: Store) -> None:
    with pytest.raises(InputError, match="'c9' is not in store 'shop'; expected a customer_id"):
        rows_to_forget(store, "c9")
    with pytest.raises(InputError) as caught:
        rows_to_forget(store, "nobody@quux.test")
    assert "nobody" not in str(caught.value)


def test_the_only_customer_cannot_go_without_the_store(store: Store) -> None:
    forget(store, "c1", NOW, silent)
    forget(store, "c2", NOW, silent)
    with pytest.raises(InputError, match="try deleting the store's folder"):
        forget(store, "guest@quux.test", NOW, silent)
    assert len(rows_of(Store(store.path), Table.CUSTOMERS, "customer_id")) == 1
    assert list_stores()


def test_the_command_line_shows_and_removes(home: Path, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert store.name == "shop"
    out = home / "ada.json"
    assert main(["store", "export-person", "c1", "--store", "shop", "--out", str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["customer_id"] == "c1"
    assert out.stat().st_mode & 0o777 == 0o600
    assert main(["store", "forget", "c1", "--store", "shop"]) == 0
    assert "nothing was removed; do it with --yes" in capsys.readouterr().out
    assert main(["store", "forget", "c1", "--store", "shop", "--yes"]) == 0
    assert main(["store", "export-person", "c1", "--store", "shop"]) == 2
    assert "was forgotten" in capsys.readouterr().err
