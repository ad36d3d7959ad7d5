"""Advertising reports become rows of ad_spend; the expected sums can be checked by hand in `fixtures/ads/`."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from tests.tools.warehouse.exports import SHOP, aside_of, rows_of, silent, write_export
from tools.allocate_budget import BudgetQuery, allocate_budget
from tools.channels import find_channel
from tools.errors import InputError
from tools.warehouse.columns import Table
from tools.warehouse.importers.google_ads import REPORT as GOOGLE
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.meta_ads import REPORT as META
from tools.warehouse.importing import import_store
from tools.warehouse.store import Store

FIXTURES = Path(__file__).parent / "fixtures" / "ads"
NOW = dt.datetime(2024, 7, 6)
ALL = ("on", "campaign", "spend", "impressions", "clicks", "conversions", "revenue")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("shop")
    return import_store("csv", write_export(folder / "export", SHOP), folder / "shop", report=silent, now=NOW)


@pytest.fixture
def store(shop: Store, tmp_path: Path) -> Store:
    return Store(Path(shutil.copytree(shop.path, tmp_path / "shop")))


def add(store: Store, kind: str, *files: str, mapping: Mapping | None = None) -> Store:
    folder = store.path.parent / "reports"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in files:
        shutil.copy(FIXTURES / file, folder)
    return import_store(kind, folder, store.path, mapping=mapping, report=silent, now=NOW)


def days_of(store: Store, *columns: str) -> list[tuple[object, ...]]:
    return [(str(row[0])[:10], *row[1:]) for row in rows_of(store, Table.AD_SPEND, *columns)]


def test_a_google_report_is_read_to_the_cent(store: Store) -> None:
    after = add(store, "google_ads", "google_by_day.csv")
    assert days_of(after, *ALL) == [
        ("2024-01-01", "Brand search", 1234.5, 12000, 310, 12.5, 4100.0),
        ("2024-01-01", "Shopping", 10.0, 100, 4, None, None),
        ("2024-01-02", "Brand search", 98.1, 900, 25, 1.0, 55.25),
        ("2024-01-03", "Shopping", 0.0, 0, 0, 0.0, 0.0),
    ]
    assert set(rows_of(after, Table.AD_SPEND, "channel")) == {("google_ads",)}


def test_totals_are_set_aside_with_their_line(store: Store) -> None:
    after = add(store, "google_ads", "google_by_day.csv")
    assert aside_of(after, Table.AD_SPEND, "file", "row") == [("google_by_day.csv", 8)]  # its copy on line 9 goes
    assert {str(reason)[:15] for (reason,) in aside_of(after, Table.AD_SPEND, "reason")} == {"a row of totals"}


def test_micros_of_the_api_become_money(store: Store) -> None:
    after = add(store, "google_ads", "google_api.csv")
    assert days_of(after, "on", "spend", "revenue") == [("2024-01-04", 12.34, 99.5), ("2024-01-05", 0.0, 0.0)]


def test_a_meta_export_is_added_up_over_ad_sets(store: Store) -> None:
    after = add(store, "meta_ads", "meta_by_day.csv")
    assert days_of(after, *ALL) == [
        ("2024-01-01", "Spring", 140.25, 6000, 100, 4.0, 250.25),
        ("2024-01-02", "Retargeting", 5.0, 400, 6, 1.0, 60.0),
        ("2024-01-02", "Spring", 20.0, 1000, 15, None, None),
    ]
    assert aside_of(after, Table.AD_SPEND, "row") == [(2,)]


def test_periods_of_one_day_are_days(store: Store) -> None:
    after = add(store, "meta_ads", "meta_one_day_each.csv", mapping=Mapping(exchange_rates={"EUR": 1.1}))
    assert days_of(after, "on", "spend", "clicks", "conversions") == [
        ("2024-02-01", 55.0, 44, 2.0),
        ("2024-02-02", 33.55, 40, 1.0),
    ]


def test_both_platforms_stay_beside_each_other_and_a_later_report_replaces_its_days(store: Store) -> None:
    add(store, "google_ads", "google_by_day.csv")
    once = add(store, "meta_ads", "meta_by_day.csv")
    assert once.meta.source == "csv files + Google Ads report + Meta Ads report"
    again = add(store, "google_ads", "google_by_day.csv")
    assert again.meta.version == once.meta.version
    assert len(rows_of(again, Table.AD_SPEND, "on")) == 7


def test_a_day_in_two_files_counts_once(store: Store) -> None:
    folder = store.path.parent / "twice"
    folder.mkdir()
    for name in ("january.csv", "january (1).csv"):
        shutil.copy(FIXTURES / "google_by_day.csv", folder / name)
    after = import_store("google_ads", folder, store.path, report=silent, now=NOW)
    assert sum(float(str(spend)) for (spend,) in rows_of(after, Table.AD_SPEND, "spend")) == pytest.approx(1342.6)


def test_a_single_file_may_be_named(store: Store) -> None:
    after = import_store("google_ads", FIXTURES / "google_by_day.csv", store.path, report=silent, now=NOW)
    assert len(rows_of(after, Table.AD_SPEND, "on")) == 4


@pytest.mark.parametrize(
    ("kind", "file", "words"),
    [
        ("google_ads", "google_by_campaign.csv", "not by day: it has no column 'Day'.*segmenting it by day"),
        ("meta_ads", "meta_whole_month.csv", "not by day: it has no column 'Day'.*Breakdown > By time > Day"),
        ("meta_ads", "meta_one_day_each.csv", r"is in EUR; expected USD, the store's currency.*exchange_rates: \{EUR"),
        ("meta_ads", "google_by_day.csv", "is no Meta Ads report.*expected a CSV file with the columns 'Day' and"),
        ("google_ads", "meta_by_day.csv", "is no Google Ads report"),
    ],
)
def test_what_cannot_be_used_says_what_to_do(store: Store, kind: str, file: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        add(store, kind, file)
    assert not Store(store.path).table_file(Table.AD_SPEND).exists()


def test_ads_need_a_store(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lacks customers, products, order_lines.*name of a store that is there"):
        import_store("google_ads", FIXTURES / "google_by_day.csv", tmp_path / "none", report=silent)


def test_the_channels_are_those_of_the_product() -> None:
    assert find_channel("Google Ads").name == GOOGLE.channel
    assert find_channel("Facebook").name == META.channel


def test_a_budget_is_split_by_the_curves_of_imported_spend(store: Store) -> None:
    lines = ["Campaign name,Day,Amount spent (USD),Purchases,Purchases conversion value"]
    first = dt.date(2024, 1, 1)
    for week in range(10):
        spend = 100 + 40 * (week % 5)
        lines.append(f"Spring,{first + dt.timedelta(weeks=week)},{spend},{spend / 20:g},{spend**0.5 * 30:.2f}")
    file = store.path.parent / "meta.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    late = {**next(iter(SHOP["order_lines"])), "order_id": "late", "ordered_at": "2024-06-01T00:00:00Z"}
    import_store("csv", write_export(store.path.parent / "late", {"order_lines": [late]}), store.path, report=silent)
    after = import_store("meta_ads", file, store.path, report=silent)
    answer = allocate_budget(BudgetQuery(total=1000, goal="revenue"), after.at(dt.date(2024, 6, 1)))
    assert answer.basis == "response_curves"
    (share,) = answer.allocations
    assert share.channel == "meta_ads"
    assert share.spend == pytest.approx(1000, abs=1)


def test_a_day_without_campaigns_and_one_with_them_do_not_count_twice(store: Store) -> None:
    total = store.path.parent / "account.csv"
    total.write_text("Day,Cost,Clicks\n2024-01-01,1244.50,314\n", encoding="utf-8")
    add(store, "google_ads", "google_by_day.csv")
    whole = import_store("google_ads", total, store.path, report=silent, now=NOW)
    assert days_of(whole, "on", "campaign", "spend") == [
        ("2024-01-01", None, 1244.5),
        ("2024-01-02", "Brand search", 98.1),
        ("2024-01-03", "Shopping", 0.0),
    ]
    assert len(days_of(add(store, "google_ads", "google_by_day.csv"), "on")) == 4
