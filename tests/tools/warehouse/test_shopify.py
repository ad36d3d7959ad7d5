"""Shopify's exports: what every order brought in, who bought, what is set aside and why."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.tools.warehouse.shops import SHOPIFY, frame, header, kept, read, reasons, revenue, rows_of, write_rows
from tools.errors import InputError
from tools.warehouse.columns import Table
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import Source
from tools.warehouse.importing import import_store
from tools.warehouse.pseudonyms import pseudonym
from tools.warehouse.store import Store

NOW = dt.datetime(2024, 6, 1)
# Prices of the fixture: scarves and hats 30.00, the mug 40.00.
REVENUE = {
    "#1001": 2 * 30 + 40 - 10,  # the code's 10.00 off; tax and shipping come on top
    "#1002": 3 * 30 - 10 - 20,  # as the later file has it: 20.00 of it given back
    "#1003": 0,  # refunded in full, shipping too
    "#1004": 2 * 30 - 30,  # one of two hats given back: 30.00 and 2.40 tax
    "#1010": 30 - 3,  # the gift card, the tip and the fee beside it are no revenue
    "#1011": 2 * 60 * (1 - 20 / 120),  # the prices include 20.00 of tax
    "#1012": 2 * 12.5,
    "#1013": 40,  # the code took the shipping off, not the goods
}
FIRST, SECOND = SHOPIFY / "orders_export_1.csv", SHOPIFY / "orders_export_2.csv"


def silent(line: str) -> None:
    del line


@pytest.fixture(scope="module")
def source() -> Source:
    return read("shopify", SHOPIFY)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return import_store("shopify", SHOPIFY, tmp_path_factory.mktemp("stores") / "shop", report=silent, now=NOW)


def lines_of(store: Store) -> pd.DataFrame:
    return pd.read_parquet(store.table_file(Table.ORDER_LINES))


def one_order(folder: Path, *lines: dict[str, str], **change: str) -> Path:
    """Write an export of order #1 alone, two hats for 30.00 each, with some cells changed."""
    first = {**rows_of(FIRST)[6], "Name": "#1", "Refunded Amount": "0.00", "Financial Status": "paid", **change}
    rest = [{"Name": "#1", "Created at": first["Created at"], **line} for line in lines]
    write_rows(folder / "orders_export.csv", header(FIRST), [first, *rest])
    return folder


def test_every_order_brings_in_what_it_should(source: Source) -> None:
    assert revenue(kept(source, Table.ORDER_LINES)) == REVENUE


def test_what_is_no_sale_is_set_aside_with_its_reason(source: Source) -> None:
    assert reasons(source) == {
        "#1005 HAT": "the order was cancelled",
        "#1006 HAT": "no money was taken: the order's payment is voided",
        "#1007 HAT": "no money was taken: the order's payment is pending",
        "#1008 HAT": "a test order",
        "#1009 HAT": "paid in EUR, and no exchange rate to USD is stated",
        "#1010 gift-card-50-00": "a gift card was sold: what is later bought with it is the revenue",
        "#1010 tip": "a tip is not a product",
        "#1010 gift-wrapping-fee": "a fee is not a product",
        "#999 HAT": "the order's first row, which holds its payment and date, is missing",
        **{
            f"#1002 {product}": "the order occurs again further on; its last occurrence is taken"
            for product in ("SCARF-RED", "SCARF-BLUE", "HAT")
        },
    }


def test_every_row_of_the_files_is_in_the_lines(source: Source) -> None:
    lines = frame(source, Table.ORDER_LINES)
    added_up = 1  # the two repairs of #1012
    assert len(lines) == len(rows_of(FIRST)) + len(rows_of(SECOND)) - added_up


def test_the_orders_discount_is_spread_to_the_cent(source: Source) -> None:
    lines = kept(source, Table.ORDER_LINES).set_index(["order_id", "product_id"])
    assert lines.loc["#1002", "discount"].to_dict() == {"SCARF-RED": 3.33, "SCARF-BLUE": 3.34, "HAT": 3.33}
    assert lines.loc[("#1010", "SCARF-BLUE"), "discount"] == 3
    assert lines.loc[("#1013", "mug"), ["discount", "coupon_id"]].tolist() == [0, "SHIPFREE"]


def test_times_have_their_offset(source: Source) -> None:
    lines = kept(source, Table.ORDER_LINES).set_index("order_id")
    assert lines.loc["#1003", "ordered_at"] == pd.Timestamp("2024-05-03 14:00")


def test_equal_lines_of_an_order_are_added_up_not_dropped(source: Source) -> None:
    repair = kept(source, Table.ORDER_LINES).set_index("order_id").loc["#1012"]
    assert (repair["quantity"], repair["channel"], repair["customer_id"]) == (2, "pos", "anonymous-#1012")


def test_an_exchange_rate_lets_other_currencies_in() -> None:
    told = Mapping(exchange_rates={"EUR": 1.1})
    euros = kept(read("shopify", SHOPIFY, told), Table.ORDER_LINES).set_index("order_id").loc["#1009"]
    net = 28 * (1 - 4.47 / (28 + 4))  # 4.47 of the 28.00 and 4.00 shipping is tax
    assert euros["revenue"] == pytest.approx(round(net, 2) * 1.1, abs=0.005)
    assert euros["unit_price"] == pytest.approx(28 * 1.1)


def test_the_currency_that_is_told_is_the_shops() -> None:
    told = read("shopify", SHOPIFY, Mapping(currency="EUR"))
    assert told.facts.currency == "EUR"
    assert list(revenue(kept(told, Table.ORDER_LINES))) == ["#1009"]


def test_customers_are_known_by_their_address_and_guests_are_added(source: Source) -> None:
    people = frame(source, Table.CUSTOMERS).set_index("customer_id")
    ada, guest, dee = (pseudonym(who) for who in ("ada@example.com", "cy@example.com", "14165550199"))
    assert people.loc[ada, ["name", "phone", "zip", "country"]].tolist() == [
        "Ada Lovelace",
        "+15035550101",
        "04101",
        "US",
    ]
    assert people.loc[guest, ["name", "country"]].tolist() == ["Cy Twombly", "GB"]
    assert people.loc[dee, "country"] == "CA"
    assert len(people) == len(rows_of(SHOPIFY / "customers_export.csv")) + len({"cy", "#1012"})


def test_lifetime_totals_are_left_out(source: Source) -> None:
    assert not [name for name in source.tables[Table.CUSTOMERS].columns if "total" in name or "spent" in name]


def test_consents_come_from_the_customers_file_and_for_guests_from_orders(source: Source) -> None:
    consents = frame(source, Table.CONSENTS)
    said = {(row.customer_id, row.channel, row["at"].day): row.allowed for _, row in consents.iterrows()}
    ada, bo, dee, cy = (
        pseudonym(who) for who in ("ada@example.com", "bo@example.com", "14165550199", "cy@example.com")
    )
    last = 13  # the day of the export's last order
    assert said == {
        **{(ada, channel, last): True for channel in ("email", "sms")},
        **{(bo, channel, last): False for channel in ("email", "sms")},
        (dee, "email", last): False,
        (dee, "sms", last): True,
        (cy, "email", 10): True,
        (cy, "email", 11): False,
    }


def test_a_product_is_a_variant(source: Source) -> None:
    products = frame(source, Table.PRODUCTS).set_index("product_id")
    assert set(products.index) == {
        *("SCARF-RED", "SCARF-BLUE", "HAT", "mug", "old-rug-small-grey", "gift-card-50-00"),
        "repair-of-a-moth-hole",
    }
    blue = products.loc["SCARF-BLUE"]
    assert blue["name"] == "Wool Scarf - Blue"
    assert blue["description"] == "Soft & warm, 60 cm. Wool Made in Maine"
    assert (blue["category"], blue["department"], blue["brand"]) == (
        "Scarves",
        "Apparel & Accessories",
        "Northwind Knits",
    )
    assert (blue["price"], blue["cost"], blue["image_url"][-11:]) == (30, 11, "scarf-2.jpg")
    assert products.loc["HAT", "category"] == "Hats"


def test_only_what_can_be_bought_is_active(source: Source) -> None:
    products = frame(source, Table.PRODUCTS)
    assert set(products.loc[products["active"], "product_id"]) == {"SCARF-RED", "SCARF-BLUE", "HAT", "mug"}


def test_without_other_files_products_and_customers_come_from_the_orders(tmp_path: Path) -> None:
    shutil.copy(FIRST, tmp_path)
    alone = read("shopify", tmp_path)
    assert revenue(kept(alone, Table.ORDER_LINES))["#1001"] == REVENUE["#1001"]
    products = frame(alone, Table.PRODUCTS).set_index("product_id")
    assert products.loc["mug", ["name", "category", "brand", "price"]].tolist() == [
        "Mug",
        "Uncategorised",
        "Clay & Co",
        40,
    ]
    assert products["active"].all()
    assert set(frame(alone, Table.CUSTOMERS)["customer_id"]) == {
        pseudonym("ada@example.com"),
        pseudonym("bo@example.com"),
    }


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({"Subtotal": "", "Discount Amount": "6.00"}, 60 - 6),  # without a subtotal the discount is taken as it stands
        (
            {"Subtotal": "54.00", "Discount Amount": "6.00", "Lineitem discount": "6.00"},
            60 - 6,
        ),  # said twice, taken once
        ({"Subtotal": "60.00", "Lineitem discount": "6.00"}, 60),  # the price was after the discount
        ({"Subtotal": "20.00", "Discount Amount": "0.00"}, 60),  # does not fit: the lines count
        ({"Financial Status": "partially_paid"}, 60),
        ({"Financial Status": "refunded", "Refunded Amount": ""}, 0),
        ({"Financial Status": "partially_refunded", "Refunded Amount": "999.00"}, 0),
        ({"Total": "0.00", "Shipping": "0.00"}, 60),
        ({"Lineitem quantity": "0"}, 0),
    ],
)
def test_odd_totals(tmp_path: Path, change: dict[str, str], taken: float) -> None:
    assert revenue(kept(read("shopify", one_order(tmp_path, **change)), Table.ORDER_LINES)) == {"#1": taken}


def test_a_damaged_first_row_does_not_speak_for_its_order(tmp_path: Path) -> None:
    lines = FIRST.read_text(encoding="utf-8").splitlines()
    damaged = ",".join(lines[1].split(",")[:20])
    (tmp_path / "orders_export.csv").write_text("\n".join([lines[0], damaged, *lines[2:]]) + "\n", encoding="utf-8")
    told = reasons(read("shopify", tmp_path))
    assert told["#1001 mug"] == "the order's first row, which holds its payment and date, is missing"
    assert (
        not frame(read("shopify", tmp_path), Table.ORDER_LINES).set_index("order_id").loc["#1001", "_withdrawn"].any()
    )


def test_an_undocumented_state_is_set_aside_but_withdraws_nothing(tmp_path: Path) -> None:
    lines = frame(read("shopify", one_order(tmp_path, **{"Financial Status": "bezahlt"})), Table.ORDER_LINES)
    assert lines["_reason"].tolist() == ["no money was taken: the order's payment is bezahlt"]
    assert not lines["_withdrawn"].any()


def test_newer_headers_in_any_case_are_the_same(tmp_path: Path) -> None:
    renamed = {"Lineitem sku": "Lineitem SKU", "Cancelled at": "Canceled at"}
    row = {**rows_of(FIRST)[7], "Lineitem name": "Wool Hat"}
    new = [renamed.get(name, name) for name in header(FIRST)]
    write_rows(tmp_path / "orders_export.csv", new, [{renamed.get(name, name): cell for name, cell in row.items()}])
    assert reasons(read("shopify", tmp_path)) == {"#1005 HAT": "the order was cancelled"}


def test_the_new_generation_of_product_columns(tmp_path: Path) -> None:
    shutil.copy(FIRST, tmp_path)
    columns = ["Title", "URL handle", "Description", "Vendor", "Type", "Status", "SKU", "Option1 name", "Option1 value"]
    row = dict(
        zip(columns, ["Hat", "hat", "<p>Warm</p>", "N", "Hats", "Active", "HAT", "Title", "Default Title"], strict=True)
    )
    write_rows(tmp_path / "products_export.csv", [*columns, "Price"], [{**row, "Price": "31.00"}])
    hat = frame(read("shopify", tmp_path), Table.PRODUCTS).set_index("product_id").loc["HAT"]
    assert hat[["name", "description", "price", "active"]].tolist() == ["Hat", "Warm", 31, True]


def test_a_line_without_a_sku_finds_its_product_by_name(tmp_path: Path) -> None:
    shutil.copy(SHOPIFY / "products_export_1.csv", tmp_path)
    one_order(tmp_path, **{"Lineitem sku": "", "Lineitem name": "Wool Scarf - Red"})
    assert kept(read("shopify", tmp_path), Table.ORDER_LINES)["product_id"].tolist() == ["SCARF-RED"]


def test_the_store_holds_no_address(store: Store) -> None:
    for file in (path for path in store.path.rglob("*") if path.is_file() and "private" not in path.parts):
        content = file.read_bytes().lower()
        held = pd.read_parquet(file).to_csv().lower().encode() if file.suffix == ".parquet" else content
        assert b"@example" not in held, file
        assert b"lovelace" not in held, file


def test_importing_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    again = shutil.copytree(store.path, tmp_path / "shop")
    import_store("shopify", SHOPIFY, again, report=silent, now=NOW)
    assert Store(again).meta.version == store.meta.version


def test_a_later_export_adds_changes_and_withdraws(store: Store, tmp_path: Path) -> None:
    """The orders alone, exported later: #1 is new, #1001 was cancelled since; the catalog and the people stay."""
    later = tmp_path / "later"
    hat = {**rows_of(FIRST)[6], "Name": "#1", "Refunded Amount": "0.00", "Financial Status": "paid"}
    gone = {**rows_of(FIRST)[0], "Cancelled at": "2024-05-20 09:00:00 -0400"}
    write_rows(later / "orders_export.csv", header(FIRST), [hat, gone, rows_of(FIRST)[1]])
    target = shutil.copytree(store.path, tmp_path / "shop")
    updated = import_store("shopify", later, target, report=silent, now=NOW)
    expected = {order: taken for order, taken in REVENUE.items() if order != "#1001"} | {"#1": 60}
    assert revenue(lines_of(updated)) == expected
    for table in (Table.PRODUCTS, Table.CUSTOMERS):
        pd.testing.assert_frame_equal(
            pd.read_parquet(updated.table_file(table)), pd.read_parquet(store.table_file(table))
        )


def test_a_folder_without_orders_is_refused(tmp_path: Path) -> None:
    shutil.copy(SHOPIFY / "products_export_1.csv", tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=r"no Shopify orders export \(products_export_1.csv is Shopify's products\)"):
        read("shopify", tmp_path)
    with pytest.raises(InputError, match=r"there are no CSV files"):
        read("shopify", empty)


def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    shutil.copy(SHOPIFY / "products_export_1.csv", tmp_path / "orders_export.csv")
    with pytest.raises(InputError, match=r"named like Shopify's orders export but is Shopify's products export"):
        read("shopify", tmp_path)


def test_a_header_in_another_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "orders_export.csv").write_text("Bestellung,E-Mail,Menge\n#1,a@example.com,1\n")
    with pytest.raises(
        InputError, match=r"header line of its own \('Bestellung', .*expected .*'Lineitem name'.*English"
    ):
        read("shopify", tmp_path)
