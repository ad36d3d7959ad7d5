"""Forecasts on made-up weeks whose future is known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from tools.demand.weekly_sales import complete_weeks, weekly_sales
from tools.errors import ToolError
from tools.forecast_demand import ForecastQuery, forecast_demand
from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView
from tools.warehouse.writer import ShopFacts, replacing, write_meta, write_tables

# A Wednesday; the shop opens on Wednesday 3 January 2024, so the first complete week starts on 8 January.
OPENS = dt.date(2024, 1, 3)
AS_OF = dt.date(2024, 12, 4)
CATEGORIES = ("Tea", "Coffee", "Cake")
# Units a day without and with the cut of a fifth that every fifth week brings; other weeks add 1 to 4, 2.5 on average.
USUAL, PROMOTED, CUT = 20, 32, 0.2


def _lines() -> pd.DataFrame:
    rows = []
    for number in range(10):
        for day in pd.date_range(OPENS, AS_OF - dt.timedelta(days=1)):
            week = (day.date() - OPENS + dt.timedelta(days=OPENS.weekday())).days // 7
            promoted = week % 5 == number % 5
            units = (PROMOTED if promoted else USUAL) + (week * 7 + number * 3) % 5
            rows.append((f"{number}-{day.date()}", f"p{number:02d}", day + pd.Timedelta(hours=9), units, promoted))
    frame = pd.DataFrame(rows, columns=["order_id", "product_id", "ordered_at", "quantity", "promoted"])
    frame["customer_id"], frame["unit_price"] = "c1", 2.0
    frame["discount"] = frame.pop("promoted") * CUT * frame["quantity"] * frame["unit_price"]
    late = frame[frame["product_id"] == "p00"].tail(15).assign(product_id="p10")
    return pd.concat([frame, late.assign(order_id="late-" + late["order_id"])], ignore_index=True)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    """Give a shop of ten steady products and a new one, seen after eleven months."""
    return _store(tmp_path_factory.mktemp("home") / "steady").at(AS_OF)


def _store(path: Path, more: dict[str, pd.DataFrame] | None = None) -> Store:
    engine = connect()
    products = pd.DataFrame({"product_id": [f"p{number:02d}" for number in range(11)]})
    products["name"] = "Product " + products["product_id"]
    products["category"] = [CATEGORIES[number % 3] for number in range(11)]
    products["department"], products["price"], products["active"] = "Food", 2.0, True
    frames = {
        Table.CUSTOMERS: pd.DataFrame({"customer_id": ["c1"]}),
        Table.PRODUCTS: products,
        Table.ORDER_LINES: _lines(),
        **(more or {}),
    }
    tables = {name: canonical(name, ibis.memtable(frame)) for name, frame in frames.items()}
    with replacing(path) as folder:
        write_tables(engine, tables, folder)
        facts = ShopFacts(shop_name="Steady", source="made by hand")
        write_meta(engine, folder, path.name, facts, dt.datetime(2024, 12, 4))
    return Store(path)


def test_weeks_start_on_monday_and_are_complete(view: StoreView) -> None:
    weeks = complete_weeks(view)
    assert (weeks[0], weeks[-1]) == (dt.date(2024, 1, 8), dt.date(2024, 11, 25))
    assert all(week.weekday() == 0 for week in weeks)


def test_the_total_is_the_sum_of_the_categories(view: StoreView) -> None:
    total, _ = weekly_sales(view, "total", "total")
    parts = [weekly_sales(view, "category", name)[0] for name in CATEGORIES]
    assert total is not None
    sums = [part.units for part in parts if part is not None]
    assert np.allclose(total.units, np.sum(sums, axis=0))


def test_a_steady_shop_is_forecast_to_go_on(view: StoreView) -> None:
    answer = forecast_demand(ForecastQuery(level="total", weeks=4), view)
    usual = np.mean([week.units for week in answer.history])
    assert [week.starts_on for week in answer.weeks] == [dt.date(2024, 12, 2) + dt.timedelta(weeks=n) for n in range(4)]
    assert all(abs(week.units / usual - 1) < 0.10 for week in answer.weeks)
    assert answer.total_units == pytest.approx(sum(week.units for week in answer.weeks), abs=0.5)
    assert answer.backtest_wape_percent is not None
    assert answer.naive_wape_percent is not None
    # Weeks are at most 2 units a day from their mean.
    assert answer.backtest_wape_percent < 100 * 2 / USUAL


def test_intervals_nest_and_do_not_narrow(view: StoreView) -> None:
    answer = forecast_demand(ForecastQuery(level="category", name="tea", weeks=12), view)
    widths = [week.units_high80 - week.units_low80 for week in answer.weeks]
    assert all(
        week.units_low95 <= week.units_low80 <= week.units <= week.units_high80 <= week.units_high95
        for week in answer.weeks
    )
    assert all(after >= before - 0.2 for before, after in zip(widths, widths[1:], strict=False))
    assert answer.total_revenue_low <= answer.total_revenue <= answer.total_revenue_high


def test_a_discount_lifts_units_as_it_did(view: StoreView) -> None:
    plain = forecast_demand(ForecastQuery(weeks=2), view)
    cut = forecast_demand(ForecastQuery(weeks=2, discount_percent=20), view)
    assert cut.promotion is not None
    assert cut.promotion.units_lift_percent == pytest.approx(100 * PROMOTED / (USUAL + 2.5) - 100, abs=2)
    assert cut.promotion.units_lift_low80 <= cut.promotion.units_lift_percent <= cut.promotion.units_lift_high80
    lift = 1 + cut.promotion.units_lift_percent / 100
    assert cut.total_units == pytest.approx(plain.total_units * lift, rel=0.01)
    assert cut.total_revenue == pytest.approx(plain.total_revenue * lift * 0.8, rel=0.01)


def test_a_rare_discount_is_not_made_up(view: StoreView) -> None:
    answer = forecast_demand(ForecastQuery(level="category", name="Coffee", weeks=2, discount_percent=20), view)
    assert answer.promotion is None
    assert any("product-weeks with a price cut, fewer than the 40" in warning for warning in answer.warnings)


def test_a_display_never_seen_is_not_made_up(view: StoreView) -> None:
    answer = forecast_demand(ForecastQuery(display=True, weeks=2), view)
    assert answer.promotion is None
    assert any("0 product-weeks with a display" in warning for warning in answer.warnings)


def test_a_deep_cut_is_said_to_be_extrapolated(view: StoreView) -> None:
    answer = forecast_demand(ForecastQuery(discount_percent=60, weeks=2), view)
    assert any("extrapolated" in note for note in answer.notes)


def test_a_product_is_found_by_name_or_id(view: StoreView) -> None:
    by_name = forecast_demand(ForecastQuery(level="product", name="product p03", weeks=1), view)
    by_id = forecast_demand(ForecastQuery(level="product", name="p03", weeks=1), view)
    assert by_name.name == by_id.name == "Product p03"
    assert by_name.weeks == by_id.weeks


def test_a_new_product_sells_as_its_neighbours_do(view: StoreView) -> None:
    answer = forecast_demand(ForecastQuery(level="product", name="p10", weeks=3), view)
    assert answer.model == "neighbours in category and price"
    assert any("as 3 products of its category near in price sell" in warning for warning in answer.warnings)
    week = answer.weeks[0]
    # Coffee is p01, p04 and p07, whose weeks bring 20 to 36 units a day; its own two weeks are no different.
    assert 7 * USUAL < week.units_low80 < week.units < week.units_high80 < 7 * (PROMOTED + 4)
    assert answer.total_units == pytest.approx(3 * week.units, abs=0.2)


def test_a_new_category_has_too_few_weeks(view: StoreView) -> None:
    with pytest.raises(ToolError, match="has 2 complete weeks of sales; expected at least 4"):
        forecast_demand(ForecastQuery(level="category", name="Tea"), view.at(OPENS + dt.timedelta(days=20)))


def test_stock_lasts_as_long_as_the_demand_lets_it(tmp_path: Path) -> None:
    counted = dt.datetime(2024, 12, 1)
    stock = pd.DataFrame({"product_id": ["p00", "p00", "p03"], "at": counted, "units": [999.0, 300.0, 100.0]})
    stock.loc[0, "at"] = counted - dt.timedelta(days=7)
    shop = _store(tmp_path / "stocked", {Table.STOCK: stock}).at(AS_OF)
    tea = forecast_demand(ForecastQuery(level="category", name="Tea", weeks=4), shop)
    one = forecast_demand(ForecastQuery(level="product", name="p00", weeks=4), shop)
    assert tea.stock is not None
    assert one.stock is not None
    assert (tea.stock.units, tea.stock.products, one.stock.units) == (400.0, 2, 300.0)
    assert one.stock.weeks == pytest.approx(300 / one.weeks[0].units, rel=0.1)
    assert one.stock.weeks_low80 <= one.stock.weeks <= one.stock.weeks_high80


def test_a_shop_without_counts_has_no_cover(view: StoreView) -> None:
    answer = forecast_demand(ForecastQuery(weeks=1), view)
    assert answer.stock is None
    assert answer.events == ()


def test_competitors_prices_are_named(tmp_path: Path) -> None:
    """Every fourth week, shifted by product, a competitor sells at 1.6 instead of 2; sales here do not depend on it."""
    mondays = pd.date_range("2024-01-08", periods=47, freq="W-MON")
    rows = [
        (f"p{number:02d}", monday, monday, 1.6 if (week + number) % 4 == 0 else 2.0)
        for number in range(10)
        for week, monday in enumerate(mondays)
    ]
    promotions = pd.DataFrame(rows, columns=["product_id", "starts_on", "ends_on", "competitor_price"])
    shop = _store(tmp_path / "rival", {Table.PROMOTIONS: promotions}).at(AS_OF)
    answer = forecast_demand(ForecastQuery(weeks=2, discount_percent=20), shop)
    assert any("competitors' prices are taken into account" in warning for warning in answer.warnings)


def test_regular_cuts_do_not_tell_what_comes_after(view: StoreView) -> None:
    answer = forecast_demand(ForecastQuery(weeks=2, discount_percent=20), view)
    assert answer.promotion is not None
    assert answer.promotion.after == ()
    assert any("what is missing after a cut cannot be told" in note for note in answer.notes)


def test_parts_add_up_to_the_whole(view: StoreView) -> None:
    total = forecast_demand(ForecastQuery(weeks=4), view)
    parts = [forecast_demand(ForecastQuery(level="category", name=name, weeks=4), view) for name in CATEGORIES]
    department = forecast_demand(ForecastQuery(level="department", name="Food", weeks=4), view)
    tea = [forecast_demand(ForecastQuery(level="product", name=f"p{n:02d}", weeks=4), view) for n in (0, 3, 6, 9)]
    for week in range(4):
        assert sum(part.weeks[week].units for part in parts) == pytest.approx(total.weeks[week].units, abs=0.3)
        assert department.weeks[week].units == pytest.approx(total.weeks[week].units, abs=0.1)
        assert sum(one.weeks[week].units for one in tea) == pytest.approx(parts[0].weeks[week].units, abs=0.3)
    assert sum(part.total_revenue for part in parts) == pytest.approx(total.total_revenue, rel=1e-4)


def test_too_early_a_day_has_too_few_weeks(view: StoreView) -> None:
    with pytest.raises(ToolError, match="has 0 complete weeks"):
        forecast_demand(ForecastQuery(), view.at(OPENS + dt.timedelta(days=1)))


@pytest.mark.parametrize("weeks", [1, 26])
def test_short_history_is_said(view: StoreView, weeks: int) -> None:
    answer = forecast_demand(ForecastQuery(weeks=weeks), view.at(dt.date(2024, 2, 20)))
    assert answer.history_weeks == 6
    assert len(answer.weeks) == weeks
    assert any("only 6 complete weeks" in warning for warning in answer.warnings)
    assert any("extrapolated" in warning for warning in answer.warnings) == (weeks == 26)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (ForecastQuery(level="category"), "has no name"),
        (ForecastQuery(level="category", name="unicorns"), "category 'unicorns'"),
        (ForecastQuery(level="product", name="unicorns"), "product 'unicorns'"),
    ],
)
def test_wrong_calls_say_what_to_do(view: StoreView, query: ForecastQuery, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        forecast_demand(query, view)


def test_the_same_question_has_the_same_answer(view: StoreView) -> None:
    query = ForecastQuery(level="category", name="Cake", discount_percent=10)
    assert forecast_demand(query, view) == forecast_demand(query, view.at(AS_OF))
