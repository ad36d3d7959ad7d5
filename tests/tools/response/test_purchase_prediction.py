"""Who buys soon: known rates are found, models are compared on weeks they did not see, little data says so."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.small_shops import make_shop, orders
from tools.catalog import customer_rows
from tools.customers.days import Day
from tools.errors import ToolError
from tools.response.purchase_history import FEATURES, SEQUENCE_WEEKS, cut_at
from tools.response.purchase_prediction import BOOSTED, RECENCY, learn_from, predict_buying
from tools.warehouse.view import StoreView


def test_frequent_customers_are_more_likely(busy_view: StoreView) -> None:
    """Customer n orders every 4 + n / 10 days."""
    buying = predict_buying(busy_view, weeks=1)
    will_buy = buying.table["will_buy"]
    assert will_buy.between(0, 1).all()
    assert will_buy.iloc[:60].mean() > will_buy.iloc[-60:].mean() + 0.2
    assert [trial.name for trial in buying.trials] == [BOOSTED, RECENCY]
    assert buying.chosen == BOOSTED
    assert "expected calibration error" in buying.comparison
    assert sum(bin_.rows for bin_ in buying.bins) == buying.customers


def test_rows_have_reasons_and_a_category(busy_view: StoreView) -> None:
    rows = customer_rows("predict_response", {"segment": "everybody", "channel": "email"}, busy_view)
    assert list(rows.columns) == ["customer_id", "will_buy_percent", "reasons", "next_category"]
    assert rows["customer_id"].is_unique
    assert rows["will_buy_percent"].between(0, 100).all()
    assert rows["next_category"].notna().all()
    assert rows["reasons"].str.match(r"(for|against): |$").all()


def test_the_plan_does_not_load_torch(busy_view: StoreView) -> None:
    predict_buying(busy_view, weeks=1)
    assert "tools.estimators.sequence" not in sys.modules or "tests.tools.estimators.test_sequence" in sys.modules


@pytest.mark.parametrize("made", [[("c1", 10, 20.0)], orders(50, [100])], ids=["one customer", "one order each"])
def test_too_little_history_says_so(tmp_path: Path, made: list[tuple[str, int, float]]) -> None:
    with pytest.raises(ToolError, match="too few customers or weeks"):
        predict_buying(make_shop(tmp_path / "shop", made))


def days_of(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[Day.CUSTOMER_ID, Day.ON, Day.SPEND])
    frame[Day.ON] = pd.to_datetime(frame[Day.ON])
    return frame.assign(orders=1, discount=0.0)


def test_a_cut_knows_nothing_of_later() -> None:
    rows = [("a", "2024-01-01", 10.0), ("a", "2024-02-05", 30.0), ("b", "2024-01-29", 5.0)]
    day, end = pd.Timestamp("2024-02-05"), pd.Timestamp("2024-02-19")
    cut = cut_at(days_of(rows), day, 1, end)
    assert cut.customer_ids.tolist() == ["a", "b"]
    assert cut.bought is not None
    assert cut.bought.tolist() == [1.0, 0.0]
    known = pd.DataFrame(cut.features, columns=list(FEATURES))
    assert known["recency_days"].tolist() == [35.0, 7.0]
    assert known["visits"].tolist() == [1.0, 1.0]
    assert known["basket"].tolist() == [10.0, 5.0]
    weeks = np.argmax(cut.sequences[:, :, 0], axis=1)
    assert weeks.tolist() == [SEQUENCE_WEEKS - 5, SEQUENCE_WEEKS - 1]
    without = cut_at(days_of([row for row in rows if row[1] < "2024-02-05"]), day, 1, end)
    assert (np.nan_to_num(cut.features) == np.nan_to_num(without.features)).all()
    assert cut_at(days_of(rows), day, 3, end).bought is None


def test_nothing_after_the_day_is_learned(busy_view: StoreView) -> None:
    assert learn_from(days_of([("a", "2024-01-01", 1.0)]), pd.Timestamp("2024-03-01"), 4) is None
