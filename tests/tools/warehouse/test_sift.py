"""Every row of an import is kept, mended, dropped as a copy, or set aside with file, row and what to do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import pandas as pd
import pytest

from tools.warehouse import cells
from tools.warehouse import sift as sifting
from tools.warehouse.columns import SPECS, Table
from tools.warehouse.engine import connect
from tools.warehouse.limits import Limits
from tools.warehouse.quality.accounts import account
from tools.warehouse.rules import FLAGS, REPAIRS, SET_ASIDE, Rule
from tools.warehouse.sift import kept_rows, rows_set_aside, sift

TODAY = dt.date(2024, 7, 6)
LINE = {
    "order_id": "o1",
    "customer_id": "c1",
    "product_id": "p1",
    "ordered_at": "2024-02-01T09:30:00",
    "quantity": "3",
    "unit_price": "1.10",
    "discount": "0.30",
}
SAMPLES: dict[str, dict[str, Any]] = {
    Table.CUSTOMERS: {"customer_id": "c1", "signed_up_at": "2024-01-01", "country": "US", "birth_year": "1980"},
    Table.PRODUCTS: {"product_id": "p1", "name": "Tea", "category": "Tea", "price": "3", "cost": "2"},
    Table.ORDER_LINES: LINE,
    Table.REVIEWS: {"product_id": "p1", "written_at": "2024-02-01", "rating": "4", "text": "good"},
    Table.EXPOSURES: {"campaign_id": "k1", "customer_id": "c1", "channel": "email", "at": "2024-02-01"},
    Table.CAMPAIGNS: {"campaign_id": "k1", "name": "Spring", "starts_on": "2024-02-01", "ends_on": "2024-02-09"},
    Table.AD_SPEND: {"on": "2024-02-01", "channel": "google_ads", "spend": "10", "impressions": "100", "clicks": "5"},
    Table.STOCK: {"product_id": "p1", "at": "2024-02-01", "units": "4"},
    Table.CONSENTS: {"customer_id": "c1", "channel": "email", "allowed": "true", "at": "2024-02-01"},
    Table.EVENTS: {"customer_id": "c1", "at": "2024-02-01", "kind": "view"},
    Table.PROMOTIONS: {"product_id": "p1", "starts_on": "2024-02-01", "ends_on": "2024-02-09"},
}
PARENTS = {
    Table.PRODUCTS: ibis.memtable({"product_id": ["p1", "12"]}),
    Table.CUSTOMERS: ibis.memtable({"customer_id": ["c1", "12"]}),
}


def sifted(name: str, *rows: dict[str, Any], **limits: Any) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    table = ibis.memtable(frame, schema={column: _type(frame[column]) for column in frame})
    result = sift(name, table, PARENTS, Limits(today=TODAY, **limits))
    return result.to_pandas().sort_values("_row" if "_row" in frame else list(SPECS[name].required), ignore_index=True)


def _type(column: pd.Series) -> str:
    return "int64" if column.name == "_row" else "float64" if pd.api.types.is_float_dtype(column) else "string"


def with_(table: str, /, **cells_: Any) -> dict[str, Any]:
    return {**SAMPLES[table], **cells_}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_good_row_is_kept_as_it_is(name: str) -> None:
    row = sifted(name, SAMPLES[name]).iloc[0]
    assert pd.isna(row["_reason"])
    assert pd.isna(row["_repair"])


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("order_lines", {"quantity": "0"}, "quantity is 0: give the units, or leave the line out"),
        ("order_lines", {"quantity": "4006381333931"}, "quantity is beyond 100,000: is it a bar code or an id?"),
        ("order_lines", {"unit_price": "-3"}, "unit_price is negative: write a return as a negative quantity"),
        ("order_lines", {"unit_price": "4006381333931"}, "unit_price is absurdly high"),
        ("order_lines", {"unit_price": "inf"}, "unit_price is not a number: write it like 12.50"),
        ("order_lines", {"quantity": None}, "quantity is missing: fill it in"),
        ("order_lines", {"ordered_at": "1970-01-01"}, "ordered_at is before 1990, an empty date or a wrong year"),
        ("order_lines", {"ordered_at": "2024-07-08"}, "ordered_at is in the future"),
        ("order_lines", {"ordered_at": "2202-04-01"}, "ordered_at is in the future"),
        ("order_lines", {"customer_id": "c9"}, "customer_id is not in customers: add it there, or correct it here"),
        ("order_lines", {"product_id": "p9"}, "product_id is not in products: add it there, or correct it here"),
        ("order_lines", {"order_id": "4.00638E+12"}, "order_id was rounded by a spreadsheet"),
        ("order_lines", {"order_id": "  "}, "order_id is missing: fill it in"),
        ("products", {"name": "N/A"}, "name is missing: fill it in"),
        ("reviews", {"rating": "0"}, "rating is outside 1 to 5: bring the ratings to that scale"),
        ("reviews", {"rating": "7"}, "rating is outside 1 to 5"),
        ("exposures", {"propensity": "0"}, "propensity is not a probability above 0 and up to 1"),
        ("exposures", {"propensity": "1.2"}, "propensity is not a probability"),
        ("exposures", {"at": "2030-01-01"}, "at is in the future"),
        ("exposures", {"customer_id": "c9"}, "customer_id is not in customers"),
        ("ad_spend", {"spend": "-1"}, "spend is negative: give the day's total"),
        ("ad_spend", {"impressions": "-5"}, "impressions is negative"),
        ("campaigns", {"starts_on": "1900-01-01"}, "starts_on is before 1990"),
        ("consents", {"allowed": "perhaps"}, "allowed is not true or false: write it like true"),
        ("stock", {"units": "many"}, "units is not a number"),
    ],
)
def test_what_cannot_be_is_set_aside_with_what_to_do(name: str, change: dict[str, Any], reason: str) -> None:
    row = sifted(name, with_(name, **change)).iloc[0]
    assert str(row["_reason"]).startswith(reason)


@pytest.mark.parametrize(
    ("name", "change", "kind", "value"),
    [
        ("order_lines", {"order_id": "\u00a0o1 "}, cells.TRIMMED, {"order_id": "o1"}),
        ("order_lines", {"channel": "N/A"}, cells.EMPTIED, {"channel": None}),
        ("order_lines", {"coupon_id": "'077"}, cells.APOSTROPHE, {"coupon_id": "077"}),
        ("order_lines", {"customer_id": "12.0"}, cells.ID_FLOATED, {"customer_id": "12"}),
        ("order_lines", {"ordered_at": "2024-02-01T09:30:00+02:00"}, cells.SHIFTED, {}),
        ("order_lines", {"discount": "-0.30"}, "discount was negative: its sign was taken away", {"revenue": 3.0}),
        ("order_lines", {"discount": "lots"}, sifting.UNREADABLE, {"discount": 0.0}),
        ("products", {"category": None}, cells.FILED, {"category": "Uncategorized"}),
        ("products", {"category": "-"}, cells.FILED, {"category": "Uncategorized"}),
        ("products", {"price": "-3"}, "price was negative or absurdly high: emptied", {"price": None}),
        ("customers", {"country": "us"}, cells.CODED, {"country": "US"}),
        ("customers", {"country": "uk"}, cells.CODED, {"country": "GB"}),
        ("customers", {"language": "EN"}, cells.CODED, {"language": "en"}),
        ("customers", {"birth_year": "1850"}, "birth_year was before 1900 or in the future: emptied", {}),
        ("customers", {"signed_up_at": "1970-01-01"}, "signed_up_at was before 1990: emptied", {}),
        (
            "campaigns",
            {"starts_on": "2024-02-09", "ends_on": "2024-02-01"},
            "starts_on and ends_on were swapped: put in order",
            {"starts_on": pd.Timestamp("2024-02-01"), "ends_on": pd.Timestamp("2024-02-09")},
        ),
    ],
)
def test_what_is_safe_is_mended_and_told(name: str, change: dict[str, Any], kind: str, value: dict[str, Any]) -> None:
    row = sifted(name, with_(name, **change)).iloc[0]
    assert pd.isna(row["_reason"])
    assert row["_repair"] == kind
    for column, wanted in value.items():
        assert (pd.isna(row[column]) and wanted is None) or row[column] == wanted


def test_returns_and_gifts_are_kept() -> None:
    returned = sifted("order_lines", with_("order_lines", quantity="-2", discount="-0.20")).iloc[0]
    assert (returned["quantity"], returned["revenue"]) == (-2, -2 * 1.10 + 0.20)
    assert pd.isna(returned["_reason"])
    assert pd.isna(returned["_repair"])
    gift = sifted("order_lines", with_("order_lines", unit_price="0", discount=None)).iloc[0]
    assert (gift["revenue"], pd.isna(gift["_reason"])) == (0.0, True)


def test_prices_run_longer_where_money_is_small() -> None:
    dear = with_("order_lines", unit_price="25000000")
    assert sifted("order_lines", dear)["_reason"].notna().all()
    assert sifted("order_lines", dear, currency="VND")["_reason"].isna().all()


def test_an_order_of_tomorrow_passes_for_shops_east_of_utc() -> None:
    assert sifted("order_lines", with_("order_lines", ordered_at="2024-07-07T13:00:00"))["_reason"].isna().all()


def test_a_shop_attribute_called_none_stays() -> None:
    assert sifted("customers", with_("customers", children="None"))["children"].tolist() == ["None"]


def test_ids_with_real_decimals_are_left_alone() -> None:
    rows = [with_("products", product_id=name) for name in ("1.0", "1.5")]
    assert sifted("products", *rows)["product_id"].tolist() == ["1.0", "1.5"]
    owner = {**PARENTS, Table.PRODUCTS: ibis.memtable({"product_id": ["1.0", "1.5"]})}
    line = ibis.memtable(pd.DataFrame([{**LINE, "product_id": "1.0"}]))
    assert sift("order_lines", line, owner).to_pandas()["_reason"].isna().all()


def test_float_ids_of_a_data_frame_are_whole_numbers_again() -> None:
    line = ibis.memtable(pd.DataFrame([{**LINE, "customer_id": 12.0}, {**LINE, "customer_id": float("nan")}]))
    rows = sift("order_lines", line, PARENTS).to_pandas().set_index("customer_id", drop=False)
    assert (rows.loc["12", "_reason"], rows.loc["12", "_repair"]) == (None, cells.ID_FLOATED)
    assert rows["_reason"].dropna().tolist() == ["customer_id is missing: fill it in"]


def test_text_an_importer_made_itself_is_not_looked_through() -> None:
    table = ibis.memtable({"n": [1], "s": [" a"]})
    made = table.mutate(product_id=table.n.cast("string"), name=ibis.literal("x"), category=table.s)
    joined = made.left_join(ibis.memtable({"n": [1]}), "n")
    assert cells.text_columns("products", joined) == ("category",)


def test_copies_are_dropped_wherever_they_stand() -> None:
    rows = [
        {**LINE, "_file": "b.csv", "_row": 2},
        {**LINE, "_file": "a.csv", "_row": 7},
        {**LINE, "order_id": " o1", "_file": "a.csv", "_row": 9},
    ]
    result = sifted("order_lines", *rows)
    assert result[["_file", "_row"]].to_numpy().tolist() == [["a.csv", 7]]


def test_the_second_of_an_identity_is_set_aside() -> None:
    result = sifted("products", SAMPLES["products"], with_("products", name="Zea"))
    assert result.set_index("name")["_reason"].to_dict() == {
        "Tea": None,
        "Zea": "product_id occurs again; one row of it is kept",
    }


def test_an_importers_own_reason_and_repair_stay() -> None:
    rows = [
        {**LINE, "_reason": "the row has too few cells", "_repair": None, "_file": "a.csv", "_row": 2},
        {**LINE, "order_id": " o2", "_reason": None, "_repair": "a decimal comma", "_file": "a.csv", "_row": 3},
    ]
    result = sifted("order_lines", *rows)
    assert result["_reason"].tolist() == ["the row has too few cells", None]
    assert result["_repair"][1] == f"a decimal comma; {cells.TRIMMED}"


def test_the_quarantine_names_file_and_row_first() -> None:
    rows = [{**LINE, "quantity": "two", "_file": "a.csv", "_row": 2}, {**LINE, "_file": "a.csv", "_row": 3}]
    table = sift("order_lines", ibis.memtable(pd.DataFrame(rows)), PARENTS)
    aside = rows_set_aside(table).to_pandas()
    assert list(aside.columns)[:4] == ["file", "row", "reason", "order_id"]
    assert aside[["file", "row"]].to_numpy().tolist() == [["a.csv", 2]]
    assert list(kept_rows(table).columns) == list(SPECS["order_lines"].types)


def test_accounts_count_each_kind_and_show_where(tmp_path: Any) -> None:
    rows = [
        {**LINE, "order_id": " o1", "discount": "-1", "_file": "a.csv", "_row": 2},
        {**LINE, "order_id": "o2 ", "_file": "a.csv", "_row": 3},
        *({**LINE, "quantity": "0", "order_id": f"o{n}", "_file": "a.csv", "_row": n} for n in range(4, 9)),
        {**LINE, "product_id": "jo@example.org", "_file": "a.csv", "_row": 9},
    ]
    engine = connect()
    engine.to_parquet(sift("order_lines", ibis.memtable(pd.DataFrame(rows)), PARENTS), tmp_path / "x.parquet")
    entry = account(engine, "order_lines", str(tmp_path / "x.parquet"), len(rows))
    assert (entry.rows_in, entry.kept, entry.repaired, entry.quarantined, entry.duplicates) == (8, 2, 2, 6, 0)
    assert {one.reason: one.rows for one in entry.repairs} == {cells.TRIMMED: 2, REPAIRS[0].reason: 1}
    zero, orphan = entry.set_aside
    assert [(one.file, one.row) for one in zero.examples] == [("a.csv", 4), ("a.csv", 5), ("a.csv", 6)]
    assert zero.examples[0].cells["quantity"] == "0"
    assert "customer_id" not in zero.examples[0].cells
    assert "jo@example.org" not in orphan.model_dump_json()


@pytest.mark.parametrize("rule", [*REPAIRS, *SET_ASIDE, *FLAGS], ids=lambda rule: f"{rule.table}-{rule.name}")
def test_rules_speak_of_columns_that_are_there(rule: Rule) -> None:
    table = Limits(today=TODAY).beside(ibis.table(SPECS[rule.table].types, name="t"))
    assert table.bind(rule.condition)[0].type().is_boolean()
    assert rule.column in SPECS[rule.table].types
    assert (rule.action == "flag") == bool(rule.remedy)
    assert (rule.action == "repair") == bool(rule.mend)
