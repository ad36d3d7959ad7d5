"""What a view shows, and what it must hide."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.tiny import AS_OF, RHYTHMS, START
from tools.errors import InputError, ToolError
from tools.warehouse.columns import Table
from tools.warehouse.store import Store, open_store
from tools.warehouse.view import LAST_ORDER_GRACE, StoreView


def test_rows_of_the_day_itself_are_hidden(tiny_store: Store) -> None:
    day = (START + dt.timedelta(days=180)).date()
    before, after = tiny_store.at(day), tiny_store.at(day + dt.timedelta(days=1))
    orders = [set(view.frame(Table.ORDER_LINES)["order_id"]) for view in (before, after)]
    assert orders[1] - orders[0] == {"c01-11"}


def test_customers_and_products_have_no_time(tiny_store: Store) -> None:
    assert len(tiny_store.at(dt.date(2024, 2, 1)).frame(Table.CUSTOMERS)) == 12


def test_a_campaign_is_known_from_the_day_after_its_start(tiny_store: Store) -> None:
    known = [len(tiny_store.at(dt.date(2024, 6, day)).frame(Table.CAMPAIGNS)) for day in (24, 25)]
    assert known == [1, 2]


def test_a_conversion_after_the_day_is_not_yet_known(tiny_store: Store) -> None:
    early = tiny_store.at(AS_OF).frame(Table.EXPOSURES)
    late = tiny_store.at(dt.date(2024, 7, 4)).frame(Table.EXPOSURES)
    assert early["converted"].sum() == early["converted_at"].notna().sum() == 1
    assert late["converted"].sum() == late["converted_at"].notna().sum() == 2


def test_frame_keeps_only_the_columns_asked_for(tiny_view: StoreView) -> None:
    assert list(tiny_view.frame(Table.ORDER_LINES, ["order_id", "revenue"]).columns) == ["order_id", "revenue"]


def test_revenue_is_what_was_paid(tiny_view: StoreView) -> None:
    lines = tiny_view.frame(Table.ORDER_LINES)
    assert lines["revenue"].tolist() == (lines["quantity"] * lines["unit_price"] - lines["discount"]).tolist()
    assert (lines.loc[lines["customer_id"] == "c06", "discount"] == 1).all()


def test_every_rhythm_is_in_the_store(tiny_store: Store) -> None:
    lines = tiny_store.at(dt.date(2024, 7, 20)).frame(Table.ORDER_LINES)
    lines["day"] = (lines["ordered_at"] - START).dt.days
    days = lines.drop_duplicates(["customer_id", "day"]).groupby("customer_id")["day"].apply(tuple)
    assert days.to_dict() == {customer: rhythm.days for customer, rhythm in RHYTHMS.items()}


def test_a_missing_table_is_named_with_the_way_to_bring_it(tiny_view: StoreView) -> None:
    with pytest.raises(ToolError, match="table ad_spend is not in store 'tiny'; expected .*spend.*store import"):
        tiny_view.require(Table.ORDER_LINES, Table.AD_SPEND)


@pytest.mark.parametrize("day", [dt.date(2024, 1, 16), dt.date(2024, 7, 5) + LAST_ORDER_GRACE + dt.timedelta(days=1)])
def test_a_day_outside_the_data_is_refused(tiny_store: Store, day: dt.date) -> None:
    with pytest.raises(InputError, match="expected 2024-01-17 to 2024-08-05"):
        tiny_store.at(day)


def test_an_unknown_store_names_the_known_ones(tiny_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETWRIGHT_HOME", str(tiny_store.path.parent.parent))
    with pytest.raises(InputError, match=r"store 'tinny' does not exist; .*tiny"):
        open_store("tinny")


def test_a_store_opens_by_name_and_by_path(tiny_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETWRIGHT_HOME", str(tiny_store.path.parent.parent))
    assert open_store("tiny").meta == open_store(tiny_store.path).meta


def test_a_broken_description_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "store.json").write_text('{"name": "x"}')
    with pytest.raises(InputError, match="is not a store description"):
        _ = open_store(tmp_path).name
