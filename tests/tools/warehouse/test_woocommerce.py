"""WooCommerce's exports: what every order brought in, who bought, what is set aside and why."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.tools.warehouse.shops import WOOCOMMERCE, frame, header, kept, read, reasons, revenue, rows_of, write_rows
from tools.errors import InputError
from tools.warehouse.columns import Table
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import REPAIR, Source
from tools.warehouse.importing import import_store
from tools.warehouse.pseudonyms import pseudonym
from tools.warehouse.store import Store

NOW = dt.datetime(2024, 7, 1)
BERLIN = Mapping(time_zone="Europe/Berlin")
ORDERS = WOOCOMMERCE / "orders-export-2024-06-10.csv"
ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in ":;|"})
REVENUE = {
    "201": 2 * 30 + 40 - 10,  # shipping, the wrapping fee and the tax come on top
    "202": 2 * 30 - 30,  # one of two hoodies given back
    "203": 0,  # refunded in full
    "204": 40 - 10,  # 10.00 given back without saying for what
    "209": 15,
}


def silent(line: str) -> None:
    del line


@pytest.fixture(scope="module")
def source() -> Source:
    return read("woocommerce", WOOCOMMERCE, BERLIN)


def whole_orders(folder: Path) -> Path:
    """Write the fixture's orders in the format Default: one row an order, its items in one cell."""
    orders: dict[str, dict[str, str]] = {}
    for row in rows_of(ORDERS):
        item = "|".join(
            f"{key}:{row[f'item_{key}'].translate(ESCAPES)}"
            for key in ("id", "name", "product_id", "sku", "quantity", "subtotal", "total", "refunded", "refunded_qty")
        )
        known = orders.get(row["order_id"], {}).get("line_items")
        orders[row["order_id"]] = {**row, "line_items": f"{known};{item}" if known else item}
    columns = [name for name in header(ORDERS) if not name.startswith("item_")]
    rows = [{name: row[name] for name in [*columns, "line_items"]} for row in orders.values()]
    write_rows(folder / "orders-export.csv", [*columns, "line_items"], rows)
    return folder


def test_every_order_brings_in_what_it_should(source: Source) -> None:
    assert revenue(kept(source, Table.ORDER_LINES)) == REVENUE


def test_what_is_no_sale_is_set_aside_with_its_reason(source: Source) -> None:
    assert reasons(source) == {
        "205 20": "the order was cancelled",
        "206 20": "no money was taken: the order's payment is on-hold",
        "207 20": "no money was taken: the order's payment is failed",
        "208 20": "paid in USD, and no exchange rate to EUR is stated",
    }


def test_coupons_and_their_discount_are_on_the_lines(source: Source) -> None:
    lines = kept(source, Table.ORDER_LINES).set_index(["order_id", "product_id"]).loc["201"]
    assert lines["discount"].to_dict() == {"12": 6, "20": 4}
    assert set(lines["coupon_id"]) == {"SUMMER"}
    assert lines["unit_price"].to_dict() == {"12": 30, "20": 40}


def test_times_are_those_of_the_shops_zone(source: Source) -> None:
    first = kept(source, Table.ORDER_LINES)["ordered_at"].min()
    assert first == pd.Timestamp("2024-06-01 07:00")


def test_a_status_of_the_shops_own_is_taken_as_paid_and_told(source: Source) -> None:
    row = kept(source, Table.ORDER_LINES).set_index("order_id").loc["209"]
    assert row[REPAIR] == "the order's status is the shop's own, not WooCommerce's: taken as paid"
    assert (row["customer_id"], row["product_id"]) == ("anonymous-209", "old-poster-signed")


def test_variations_inherit_and_prices_have_a_decimal_comma(source: Source) -> None:
    products = frame(source, Table.PRODUCTS).set_index("product_id")
    blue = products.loc["13"]
    assert (blue["name"], blue["price"], blue["category"]) == ("Hoodie - Blue", 32.5, "Hoodies, thick")
    assert (blue["description"], blue["brand"], blue["department"]) == ("Warm & soft.", "Northwind", "Clothing")
    assert products.loc["21", "price"] == 1234
    assert products.loc["12", "cost"] == 12.5
    assert products.index[products["active"]].tolist() == ["12", "13", "20"]


def test_customers_are_known_by_their_address(source: Source) -> None:
    people = frame(source, Table.CUSTOMERS).set_index("customer_id")
    assert set(people.index) == {pseudonym("ada@example.com"), pseudonym("gus@example.com"), "anonymous-209"}
    ada = people.loc[pseudonym("ada@example.com")]
    assert (ada["signed_up_at"], ada["country"]) == (pd.Timestamp("2023-11-05 17:30"), "DE")
    assert "user_pass" not in people.columns


def test_customers_as_analytics_downloads_them(tmp_path: Path) -> None:
    shutil.copy(ORDERS, tmp_path)
    columns = ["Name", "Username", "Last Active", "Sign Up", "Email", "Orders", "Total Spend", "AOV"]
    row = {"Name": "Ada Lovelace", "Sign Up": "2023-11-05 18:30:00", "Email": "ada@example.com"}
    write_rows(tmp_path / "customers.csv", [*columns, "Country / Region", "City"], [{**row, "Country / Region": "DE"}])
    ada = (
        frame(read("woocommerce", tmp_path), Table.CUSTOMERS).set_index("customer_id").loc[pseudonym("ada@example.com")]
    )
    assert ada[["name", "country"]].tolist() == ["Ada Lovelace", "DE"]


def test_one_row_an_order_says_the_same_as_one_row_an_item(source: Source, tmp_path: Path) -> None:
    whole = read("woocommerce", whole_orders(tmp_path), BERLIN)
    assert revenue(kept(whole, Table.ORDER_LINES)) == REVENUE
    assert set(frame(whole, Table.PRODUCTS)["name"]) >= {"Old Poster, signed", "Hoodie - Red", "Mug"}


def test_signs_of_the_cell_itself_may_stand_in_a_name(tmp_path: Path) -> None:
    row = {**rows_of(ORDERS)[-1], "item_name": "Poster: A|B; signed"}
    write_rows(tmp_path / "items" / ORDERS.name, header(ORDERS), [row])
    columns = [*header(ORDERS)[:38], "line_items"]
    cell = r"name:Poster\: A\|B\; signed|product_id:0|quantity:1|subtotal:15.00|total:15.00|refunded:0.00"
    write_rows(tmp_path / "whole" / ORDERS.name, columns, [{**dict(list(row.items())[:38]), "line_items": cell}])
    names = [
        frame(read("woocommerce", tmp_path / form), Table.PRODUCTS)["name"].tolist() for form in ("items", "whole")
    ]
    assert names == [["Poster: A|B; signed"]] * 2


def test_an_order_in_two_files_counts_once(tmp_path: Path) -> None:
    shutil.copy(ORDERS, tmp_path / "orders-export-2024-06-10.csv")
    given_back = {**rows_of(ORDERS)[4], "refunded_total": "40.00", "status": "refunded"}
    write_rows(tmp_path / "orders-export-2024-06-20.csv", header(ORDERS), [given_back])
    assert revenue(kept(read("woocommerce", tmp_path), Table.ORDER_LINES)) == {**REVENUE, "204": 0}


def test_importing_twice_changes_nothing_and_a_cancelled_order_goes(tmp_path: Path) -> None:
    store = import_store("woocommerce", WOOCOMMERCE, tmp_path / "shop", report=silent, now=NOW)
    version = store.meta.version
    store = import_store("woocommerce", WOOCOMMERCE, tmp_path / "shop", report=silent, now=NOW)
    assert store.meta.version == version
    write_rows(tmp_path / "later" / ORDERS.name, header(ORDERS), [{**rows_of(ORDERS)[2], "status": "cancelled"}])
    store = import_store("woocommerce", tmp_path / "later", tmp_path / "shop", report=silent, now=NOW)
    lines = pd.read_parquet(Store(store.path).table_file(Table.ORDER_LINES))
    assert revenue(lines) == {order: taken for order, taken in REVENUE.items() if order != "202"}


def test_what_analytics_downloads_of_orders_is_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(
        'Date,"Order #","N. Revenue (formatted)",Status\n2024-06-01,201,€90,completed\n'
    )
    with pytest.raises(InputError, match=r"header line of its own .*'item_name'.*One Row per Item"):
        read("woocommerce", tmp_path)


def test_products_in_another_language_are_refused(tmp_path: Path) -> None:
    shutil.copy(ORDERS, tmp_path)
    (tmp_path / "wc-product-export-1.csv").write_text("ID,Typ,Artikelnummer,Name,Regulärer Preis\n1,simple,,Becher,4\n")
    with pytest.raises(InputError, match=r"'Regular price'.*in English"):
        read("woocommerce", tmp_path)
