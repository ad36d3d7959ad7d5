"""A later export adds what is new and changes what changed; importing the same one again changes nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.tools.warehouse.exports import CUSTOMER, LINE, PRODUCT, SHOP, Export, aside_of, rows_of, silent, write_export
from tools.errors import InputError
from tools.warehouse.columns import SPECS, Table
from tools.warehouse.engine import connect
from tools.warehouse.importing import import_store
from tools.warehouse.merging import KEYS
from tools.warehouse.quality import Merged, QualityReport
from tools.warehouse.store import Store

NOW = dt.datetime(2024, 7, 6)


class Shop:
    """A store that takes one export after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.imports = 0

    def take(self, export: Export, *, replace: bool = False, mapping: str = "") -> Store:
        """Import an export into the store."""
        self.imports += 1
        source = write_export(self.folder / f"export{self.imports}", export)
        (self.folder / "mapping.yaml").write_text(mapping)
        return import_store(
            "csv",
            source,
            self.folder / "shop",
            mapping=self.folder / "mapping.yaml",
            replace=replace,
            report=silent,
            now=NOW,
        )


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def merged_of(store: Store, table: str) -> Merged | None:
    report = QualityReport.model_validate_json(store.quality_file.read_bytes())
    return next(entry.merged for entry in report.tables if entry.table == table)


def test_every_table_has_a_key_of_its_own_columns() -> None:
    assert KEYS.keys() == SPECS.keys()
    assert all(set(key) <= SPECS[name].types.keys() for name, key in KEYS.items())


def test_the_same_export_again_changes_nothing(shop: Shop) -> None:
    first = shop.take(SHOP)
    again = shop.take(SHOP)
    assert again.meta.version == first.meta.version
    assert merged_of(first, Table.ORDER_LINES) is None
    assert merged_of(again, Table.ORDER_LINES) == Merged(new=0, changed=0, unchanged=1)


def test_a_later_export_adds_and_changes_rows(shop: Shop) -> None:
    shop.take(SHOP)
    moved = {**CUSTOMER, "country": "CA"}
    store = shop.take({**SHOP, "customers": [moved, {**CUSTOMER, "customer_id": "c2"}]})
    assert rows_of(store, Table.CUSTOMERS, "customer_id", "country") == [("c1", "CA"), ("c2", "US")]
    assert merged_of(store, Table.CUSTOMERS) == Merged(new=1, changed=1, unchanged=0)


def test_an_order_is_replaced_as_a_whole(shop: Shop) -> None:
    lines = [LINE, {**LINE, "quantity": "9"}, {**LINE, "order_id": "o2"}]
    shop.take({**SHOP, "order_lines": lines})
    store = shop.take({**SHOP, "order_lines": [{**LINE, "quantity": "3"}]})
    assert rows_of(store, Table.ORDER_LINES, "order_id", "quantity") == [("o1", 3.0), ("o2", 1.0)]


def test_what_a_later_export_does_not_have_stays(shop: Shop) -> None:
    stock = {"product_id": "p1", "at": "2024-02-01T00:00:00Z", "units": "4"}
    shop.take({**SHOP, "stock": [stock], "customers": [CUSTOMER, {**CUSTOMER, "customer_id": "gone"}]})
    store = shop.take(SHOP)
    assert rows_of(store, Table.CUSTOMERS, "customer_id") == [("c1",), ("gone",)]
    assert rows_of(store, Table.STOCK, "product_id", "units") == [("p1", 4.0)]


def test_a_column_that_a_later_export_does_not_have_stays(shop: Shop) -> None:
    shop.take({**SHOP, "products": [{**PRODUCT, "description": "Green"}]})
    store = shop.take({**SHOP, "products": [{**PRODUCT, "price": "3.00"}]})
    assert rows_of(store, Table.PRODUCTS, "description", "price") == [("Green", 3.0)]


def test_a_column_emptied_by_a_later_export_is_emptied(shop: Shop) -> None:
    shop.take({**SHOP, "products": [{**PRODUCT, "description": "Green"}]})
    store = shop.take({**SHOP, "products": [{**PRODUCT, "description": ""}]})
    assert rows_of(store, Table.PRODUCTS, "description") == [(None,)]


def test_an_attribute_is_added(shop: Shop) -> None:
    shop.take(SHOP)
    store = shop.take({**SHOP, "customers": [{"customer_id": "c2", "club": "yes"}]})
    assert rows_of(store, Table.CUSTOMERS, "customer_id", "level", "club") == [
        ("c1", "gold", None),
        ("c2", None, "yes"),
    ]


def test_starting_afresh_forgets_what_was_there(shop: Shop) -> None:
    shop.take({**SHOP, "order_lines": [LINE, {**LINE, "order_id": "o2"}]})
    store = shop.take(SHOP, replace=True)
    assert rows_of(store, Table.ORDER_LINES, "order_id") == [("o1",)]
    assert merged_of(store, Table.ORDER_LINES) is None


def test_an_orphan_comes_in_with_its_product(shop: Shop) -> None:
    lines = [LINE, {**LINE, "product_id": "p2"}, {**LINE, "order_id": "o2", "product_id": "p3"}]
    before = shop.take({**SHOP, "order_lines": lines})
    assert aside_of(before, Table.ORDER_LINES, "order_id", "product_id") == [("o1", "p2"), ("o2", "p3")]
    store = shop.take({"products": [{**PRODUCT, "product_id": "p2"}]})
    assert rows_of(store, Table.ORDER_LINES, "order_id", "product_id") == [("o1", "p1"), ("o1", "p2")]
    assert aside_of(store, Table.ORDER_LINES, "order_id", "product_id") == [("o2", "p3")]
    assert merged_of(store, Table.ORDER_LINES) == Merged(new=0, changed=0, unchanged=0, released=1)
    columns = connect().read_parquet(str(store.table_file(Table.ORDER_LINES))).columns
    assert columns == tuple(SPECS[Table.ORDER_LINES].types)


def test_an_orphan_of_an_order_that_came_again_is_not_counted_twice(shop: Shop) -> None:
    orphan = {**LINE, "product_id": "p2"}
    shop.take({**SHOP, "order_lines": [LINE, orphan]})
    store = shop.take({**SHOP, "products": [PRODUCT, {**PRODUCT, "product_id": "p2"}], "order_lines": [LINE, orphan]})
    assert rows_of(store, Table.ORDER_LINES, "order_id", "product_id") == [("o1", "p1"), ("o1", "p2")]
    assert aside_of(store, Table.ORDER_LINES, "order_id") == []


def test_an_orphan_with_one_parent_waits_for_the_other(shop: Shop) -> None:
    shop.take({**SHOP, "order_lines": [LINE, {**LINE, "order_id": "o2", "product_id": "p2", "customer_id": "c2"}]})
    store = shop.take({"products": [{**PRODUCT, "product_id": "p2"}]})
    ((reason,),) = aside_of(store, Table.ORDER_LINES, "reason")
    assert str(reason).startswith("customer_id is not in customers")
    store = shop.take({"customers": [{**CUSTOMER, "customer_id": "c2"}]})
    assert rows_of(store, Table.ORDER_LINES, "order_id") == [("o1",), ("o2",)]


def test_rows_set_aside_are_listed_once(shop: Shop) -> None:
    bad = [{**LINE, "order_id": "o2", "quantity": "two"}, {**LINE, "order_id": "", "quantity": "8"}]
    shop.take({**SHOP, "order_lines": [LINE, *bad]})
    store = shop.take({**SHOP, "order_lines": [LINE, *bad]})
    assert len(aside_of(store, Table.ORDER_LINES, "order_id")) == 2
    store = shop.take({**SHOP, "order_lines": [{**LINE, "order_id": "o2"}]})
    assert rows_of(store, Table.ORDER_LINES, "order_id") == [("o1",), ("o2",)]
    assert aside_of(store, Table.ORDER_LINES, "order_id") == [(None,)]


def test_a_damaged_row_does_not_displace_a_sound_one(shop: Shop) -> None:
    shop.take(SHOP)
    store = shop.take({**SHOP, "order_lines": [{**LINE, "quantity": "two"}]})
    assert rows_of(store, Table.ORDER_LINES, "order_id", "quantity") == [("o1", 1.0)]


def test_a_mapping_need_not_say_again_what_the_store_knows(shop: Shop) -> None:
    shop.take(SHOP, mapping="shop_name: Corner Shop\ncurrency: EUR\ncountry: DE\n")
    store = shop.take(SHOP)
    assert (store.meta.shop_name, store.meta.currency, store.meta.country) == ("Corner Shop", "EUR", "DE")
    store = shop.take(SHOP, mapping="shop_name: Corner\n")
    assert (store.meta.shop_name, store.meta.currency) == ("Corner", "EUR")


def test_money_of_another_currency_is_refused(shop: Shop) -> None:
    shop.take(SHOP, mapping="currency: EUR\n")
    with pytest.raises(InputError, match="is in USD; expected EUR"):
        shop.take(SHOP, mapping="currency: USD\n")


def test_a_new_store_needs_the_required_tables(shop: Shop) -> None:
    with pytest.raises(InputError, match="lacks customers"):
        shop.take({"products": [PRODUCT]})
    assert not (shop.folder / "shop").exists()


def test_untouched_tables_are_shared_between_versions(shop: Shop) -> None:
    before = shop.take(SHOP)
    assert before.meta.folder == "versions/000001"
    after = shop.take({"products": [{**PRODUCT, "product_id": "p2"}]})
    assert after.table_file(Table.ORDER_LINES).samefile(before.table_file(Table.ORDER_LINES))
    assert rows_of(before, Table.PRODUCTS, "product_id") == [("p1",)]
    assert rows_of(after, Table.PRODUCTS, "product_id") == [("p1",), ("p2",)]
