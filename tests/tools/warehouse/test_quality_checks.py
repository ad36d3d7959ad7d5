"""Each check finds what was planted, and nothing in sound data."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest

from tests import tiny
from tests.tools.warehouse import messy
from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.quality import Finding, QualityReport, TableQuality, measure_store
from tools.warehouse.quality.inspection import CHECKS
from tools.warehouse.quality.plots import Histogram
from tools.warehouse.quality.seen import Seen
from tools.warehouse.quality.time_checks import gaps_of
from tools.warehouse.store import Store


def seen_of(frames: dict[str, pd.DataFrame], accounts: tuple[TableQuality, ...] = ()) -> Seen:
    engine = connect()
    tables = {}
    for name, frame in frames.items():
        tables[name] = engine.create_table(name, canonical(name, ibis.memtable(frame)))
    return Seen(tables, accounts)


@pytest.fixture(scope="module")
def seen() -> Seen:
    aside = TableQuality(
        table="order_lines", rows_in=100, kept=80, repaired=0, quarantined=15, duplicates=5, left_out=("weight",)
    )
    return seen_of(messy.frames(), (aside,))


@pytest.fixture(scope="module")
def findings(seen: Seen) -> dict[str, Finding]:
    return {finding.check: finding for check in CHECKS for finding in check(seen)}


@pytest.mark.parametrize(
    ("check", "severity", "where", "told"),
    [
        ("set_aside", "error", "order_lines", "15 % of the rows were set aside"),
        ("copies", "notice", "order_lines", "5 % of the rows were exact copies"),
        ("left_out", "notice", "order_lines", "columns of the source were left out: weight"),
        ("constant", "warning", "consents.allowed", "one and the same value in every row"),
        ("discount_above_price", "notice", "order_lines.discount", "a discount above their price"),
        ("country_not_a_code", "warning", "customers.country", "10 % of customers"),
        ("clicks_above_impressions", "warning", "ad_spend.clicks", "more clicks than impressions"),
        ("near_copies", "warning", "order_lines.order_id", "under another order_id"),
        ("orphans", "warning", "reviews.product_id", "50 % of the rows have an unknown product_id"),
        ("no_category", "warning", "products.category", "a product without a category"),
        ("mixed_units", "error", "order_lines.unit_price", "products sold at prices about 100 times apart: 1"),
        ("price_improbable", "warning", "order_lines.unit_price", "more than 1,000 times the product's median"),
        ("collective_customer", "warning", "order_lines.customer_id", "of all order lines belong to one customer"),
        ("consents_unknown", "warning", "consents.customer_id", "25 % of the customers have no consent on file"),
        ("gap", "warning", "order_lines.ordered_at", "no orders for 6 days, from 2023-07-21 to 2023-07-26"),
        ("odd_days", "notice", "order_lines.ordered_at", "2023-04-12 (60 lines)"),
        ("sudden_stop", "warning", "order_lines.ordered_at", "the last 2 weeks have 14 lines each"),
        ("channel_stopped", "warning", "order_lines.channel", "channel market has no orders after 2023-05-02"),
        ("ends_early", "notice", "ad_spend", "the table ends on 2023-03-02, 304 days before the orders"),
        ("clock_shifted", "notice", "order_lines.ordered_at", "quietest from 10 to 16 o'clock UTC"),
    ],
)
def test_what_was_planted_is_found(
    findings: dict[str, Finding], check: str, severity: str, where: str, told: str
) -> None:
    finding = findings[check]
    column = f".{finding.column}" if finding.column else ""
    assert (finding.severity, f"{finding.table}{column}") == (severity, where)
    assert told in finding.words
    assert finding.remedy


def test_near_copies_and_orphans_are_counted(findings: dict[str, Finding]) -> None:
    assert findings["near_copies"].rows == 20
    assert findings["orphans"].rows == 30
    assert findings["price_improbable"].rows == 1


def sound() -> dict[str, pd.DataFrame]:
    """Return a year of a shop that sells by day, closes at night, and on Sundays."""
    draw = np.random.default_rng(0)
    start = dt.datetime(2023, 1, 2)
    days = [start + dt.timedelta(days=day) for day in range(357) if day % 7 != 6]
    moments = [
        day + dt.timedelta(hours=8 + int(hour), minutes=int(minute))
        for day in days
        for hour, minute in zip(draw.integers(0, 12, 9), draw.integers(0, 60, 9), strict=True)
    ]
    size = len(moments)
    names = [f"p{n}" for n in range(200)]
    lines = pd.DataFrame(
        {
            "order_id": [f"o{n}" for n in range(size)],
            "customer_id": [f"c{n % 300}" for n in range(size)],
            "product_id": [names[n % 200] for n in range(size)],
            "ordered_at": moments,
            "quantity": 1.0,
            "unit_price": np.round(draw.uniform(8, 12, size), 2),
            "discount": 0.0,
        }
    )
    customers = [f"c{n}" for n in range(300)]
    consents = {"customer_id": customers, "channel": "email", "allowed": [n % 2 > 0 for n in range(300)], "at": start}
    price = {"category": ["Tea", "Coffee"] * 100, "price": np.linspace(8, 12, 200)}
    return {
        Table.CUSTOMERS: pd.DataFrame({"customer_id": customers, "country": "DE"}),
        Table.PRODUCTS: pd.DataFrame({"product_id": names, "name": names, **price}),
        Table.ORDER_LINES: lines,
        Table.CONSENTS: pd.DataFrame(consents),
    }


def test_sound_data_have_no_findings() -> None:
    seen = seen_of(sound())
    assert [finding for check in CHECKS for finding in check(seen)] == []
    assert gaps_of(seen) == ()


def test_days_without_a_clock_are_told_and_not_suspected() -> None:
    frames = sound()
    frames[Table.ORDER_LINES]["ordered_at"] = frames[Table.ORDER_LINES]["ordered_at"].dt.normalize()
    seen = seen_of(frames)
    assert [finding.check for check in CHECKS for finding in check(seen)] == ["no_clock"]


def test_a_price_list_in_cents_is_an_error() -> None:
    frames = sound()
    frames[Table.PRODUCTS]["price"] = 1000.0
    (finding,) = [one for check in CHECKS for one in check(seen_of(frames)) if one.severity == "error"]
    assert (finding.check, finding.rows) == ("price_list_unit", 200)


def test_a_shop_that_is_mostly_closed_has_no_gaps() -> None:
    frames = sound()
    lines = frames[Table.ORDER_LINES]
    frames[Table.ORDER_LINES] = lines[lines["ordered_at"].dt.day == 1]
    assert gaps_of(seen_of(frames)) == ()


def test_a_report_from_before_still_reads() -> None:
    old = (
        '{"tables": [{"table": "stock", "rows_in": 2, "kept": 1, "repaired": 0, "quarantined": 1, "duplicates": 0, '
        '"set_aside": [{"reason": "units is missing", "rows": 1}]}], "gaps": []}'
    )
    report = QualityReport.model_validate_json(old)
    assert report.findings == ()
    assert report.tables[0].set_aside[0].examples == ()


def test_plots_count_every_line_once(tiny_store: Store) -> None:
    plots = measure_store(tiny_store)
    spreads = {histogram.name: histogram for histogram in plots.histograms}
    assert sum(week.lines for week in plots.weeks) == len(tiny.order_lines()) == 68
    assert sum(one.rows for one in spreads["Unit price"].bins) == 68
    assert bars(spreads["Quantity"]) == {"1": 68}
    assert bars(spreads["Hour of the day (UTC)"])["10"] == 68
    assert sum(bars(spreads["Orders per customer"]).values()) == 11
    assert len(plots.weeks) == (plots.weeks[-1].starts_on - plots.weeks[0].starts_on).days // 7 + 1


def bars(histogram: Histogram) -> dict[str, int]:
    return {one.label: one.rows for one in histogram.bins}
