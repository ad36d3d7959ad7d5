"""What the columns of the Complete Journey become, on a handful of rows in its own form."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from tools.warehouse.columns import Table
from tools.warehouse.importing import import_store
from tools.warehouse.quality import check_store
from tools.warehouse.store import Store

NOON = pd.Timestamp("2017-03-06 12:00")
TRANSACTIONS = [
    # household, basket, product, quantity, sales_value, retail_disc, coupon_disc, coupon_match_disc
    (1, 10, 100, 2, 5.00, 1.00, 0.50, 0.20),
    (1, 10, 200, 12_500, 30.00, 0.00, 0.00, 0.00),
    (2, 11, 100, 0, 0.00, 0.00, 1.00, 0.00),
    (2, 11, 300, 0, 1.50, 0.00, 0.00, 0.00),
    (2, 11, 400, 2, 2.00, 0.00, 0.00, 0.00),
    (2, 11, 500, 1, 4.00, 0.00, 0.00, 0.00),
    (2, 11, 600, 1, 4.00, 0.00, 0.00, 0.00),
    (2, 11, 999, 1, 4.00, 0.00, 0.00, 0.00),
]
PRODUCTS = [
    (100, "GROCERY", "Private", "FRZN MEAT/MEAT DINNERS", "FRZN BREADED PREPARED CHICK (EXCL", "24 OZ"),
    (200, "MISCELLANEOUS", "National", "COUPON/MISC ITEMS", "GASOLINE-REG UNLEADED", None),
    (300, "COUPON", "National", None, None, None),
    (400, "PRODUCE", "National", "TROPICAL FRUIT", "BANANAS", "40 LB"),
    (500, "PRODUCE", "Private", "POTATOES", "POTATOES RUSSET (BULK&BAG)", "10 LB"),
    (600, "MEAT", "National", "BEEF", "LEAN", "L    16 OZ"),
]
PROMOTIONS = [(100, 1, "0", "A", 11), (100, 2, "3", "A", 11), (300, 3, "0", "D", 11), (300, 4, "0", "D", 11)]


def write_release(folder: Path) -> Path:
    money = ["sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"]
    transactions = pd.DataFrame(TRANSACTIONS, columns=["household_id", "basket_id", "product_id", "quantity", *money])
    tables = {
        "transactions": transactions.assign(store_id=1, week=11, transaction_timestamp=NOON),
        "products": pd.DataFrame(
            PRODUCTS,
            columns=["product_id", "department", "brand", "product_category", "product_type", "package_size"],
        ),
        "promotions": pd.DataFrame(
            PROMOTIONS, columns=["product_id", "store_id", "display_location", "mailer_location", "week"]
        ),
        "campaigns": pd.DataFrame({"campaign_id": [5, 5], "household_id": [1, 3]}),
        "campaign_descriptions": pd.DataFrame(
            {
                "campaign_id": [5],
                "campaign_type": ["Type A"],
                "start_date": [pd.Timestamp("2017-03-01")],
                "end_date": [pd.Timestamp("2017-04-01")],
            }
        ),
        "coupon_redemptions": pd.DataFrame(
            {
                "household_id": [1, 1],
                "coupon_upc": [7, 8],
                "campaign_id": [5, 5],
                "redemption_date": [pd.Timestamp("2017-03-06"), pd.Timestamp("2017-03-20")],
            }
        ),
        "demographics": pd.DataFrame({"household_id": [1], "age": ["35-44"]}),
    }
    folder.mkdir()
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("journey")
    return import_store("complete_journey", write_release(folder / "release"), folder / "cj", report=lambda _: None)


def table(store: Store, name: str) -> pd.DataFrame:
    return store.at(dt.date(2017, 3, 31)).frame(name)


def test_the_price_is_the_shelf_price_and_the_revenue_what_the_shop_took(store: Store) -> None:
    line = table(store, Table.ORDER_LINES).set_index("product_id").loc["100"]
    assert line["unit_price"] == (5.00 + 1.00 + 0.20) / 2
    assert line["discount"] == 1.00 + 0.20
    assert line["revenue"] == 5.00


def test_fuel_is_counted_in_gallons_and_filed_as_fuel(store: Store) -> None:
    line = table(store, Table.ORDER_LINES).set_index("product_id").loc["200"]
    product = table(store, Table.PRODUCTS).set_index("product_id").loc["200"]
    assert (line["quantity"], line["unit_price"]) == (12.5, 30 / 12.5)
    assert (product["department"], product["category"], product["active"]) == ("Fuel", "Fuel", False)


def test_money_without_units_is_one_unit(store: Store) -> None:
    line = table(store, Table.ORDER_LINES).set_index("product_id").loc["300"]
    assert (line["quantity"], line["unit_price"], line["revenue"]) == (1.0, 1.5, 1.5)


def test_names_are_written_out(store: Store) -> None:
    product = table(store, Table.PRODUCTS).set_index("product_id").loc["100"]
    assert product["name"] == "Frozen breaded prepared chick, 24 oz, store brand"
    assert product[["category", "department"]].tolist() == ["Frozen meat/meat dinners", "Grocery"]


@pytest.mark.parametrize(
    ("product_id", "name"),
    [("400", "Bananas"), ("500", "Russet potatoes, 10 lb, store brand"), ("600", "Lean beef, 16 oz")],
)
def test_names_say_what_is_bought(store: Store, product_id: str, name: str) -> None:
    assert table(store, Table.PRODUCTS).set_index("product_id").loc[product_id, "name"] == name


def test_unusable_lines_are_set_aside(store: Store) -> None:
    lines = next(entry for entry in check_store(store).tables if entry.table == Table.ORDER_LINES)
    assert {reason.reason: reason.rows for reason in lines.set_aside} == {
        "neither units nor money: a coupon's own line": 1,
        "product_id is not in products": 1,
    }
    assert (lines.kept, lines.repaired) == (6, 2)


def test_everybody_who_bought_or_was_mailed_is_a_customer(store: Store) -> None:
    customers = table(store, Table.CUSTOMERS).set_index("customer_id")
    assert sorted(customers.index) == ["1", "2", "3"]
    assert customers.loc["1", "age"] == "35-44"


def test_a_mailing_converts_at_its_first_redemption(store: Store) -> None:
    exposures = table(store, Table.EXPOSURES).set_index("customer_id")
    assert exposures["converted"].to_dict() == {"1": True, "3": False}
    assert exposures.loc["1", "converted_at"] == pd.Timestamp("2017-03-06")
    assert set(exposures["at"]) == {pd.Timestamp("2017-03-01")}


def test_promotions_are_shares_of_the_weeks_stores(store: Store) -> None:
    promotion = table(store, Table.PROMOTIONS).set_index("product_id").loc["100"]
    assert promotion["starts_on"] == pd.Timestamp("2017-03-06")
    assert promotion["ends_on"] == pd.Timestamp("2017-03-12")
    assert promotion[["display", "mailer"]].tolist() == [1 / 4, 2 / 4]


@pytest.mark.demo
def test_the_demo_has_the_release_in_it(demo_store: Store) -> None:
    view = demo_store.at(dt.date(2018, 1, 2))
    assert len(view.frame(Table.CUSTOMERS, ["customer_id"])) == 2_469
    assert len(view.frame(Table.PRODUCTS, ["product_id"])) == 92_331
    assert len(view.frame(Table.ORDER_LINES, ["order_id"])) == 1_469_307 - 8_852
