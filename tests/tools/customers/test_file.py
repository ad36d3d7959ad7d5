"""Results per customer: what a row holds, what it never holds, and how it is written."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from agent.cli import main
from tests.small_shops import make_shop
from tools.catalog import TOOLS, customer_rows
from tools.customers.file import write_customers
from tools.customers.segments import find_segment
from tools.customers.value import alive_probabilities, customer_values
from tools.errors import InputError, ToolError
from tools.features import customer_features
from tools.profile_customers import ProfileQuery, profile_customers
from tools.spreadsheet import FORMULA_STARTS
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

STANDING = ["customer_id", "stage", "tier", "rfm", "cluster", "interest", "recency_days", "orders", "spend"]
ESTIMATES = ["p_alive", "expected_purchase_days", "clv", "clv_low", "clv_high", "next_purchase_days"]


def test_one_row_a_customer_that_agrees_with_the_segments(busy_view: StoreView) -> None:
    rows = customer_rows("profile_customers", {"by": "value"}, busy_view)
    assert list(rows.columns) == STANDING + ESTIMATES
    assert list(rows[Column.CUSTOMER_ID]) == list(customer_features(busy_view).index)
    assert not rows.isna().any().any()
    answer = profile_customers(ProfileQuery(by="value"), busy_view)
    for segment in answer.segments:
        mine = rows[rows["tier"] == segment.name]
        assert len(mine) == segment.customers
        assert mine["clv"].mean() == pytest.approx(segment.clv, abs=0.02)
        assert 100 * (1 - mine["p_alive"].mean()) == pytest.approx(segment.churn_percent, abs=0.06)
    assert (rows["clv_low"] <= rows["clv_high"]).all()


def test_rows_are_those_asked_for(busy_view: StoreView) -> None:
    for words in ("top", "cluster_1"):
        rows = customer_rows("profile_customers", {"by": "value", "segment": words}, busy_view)
        assert list(rows[Column.CUSTOMER_ID]) == list(find_segment(busy_view, words).customer_ids)
    assert len(customer_rows("profile_customers", {"by": "value", "category": "Tea"}, busy_view)) == 100


def test_no_attribute_of_the_customers_table_is_in_a_row(tiny_view: StoreView) -> None:
    attributes = set(tiny_view.table("customers").columns) - {Column.CUSTOMER_ID}
    assert attributes
    for tool in TOOLS:
        if tool.per_customer and tool.name == "profile_customers":
            rows = customer_rows(tool.name, {"by": "value"}, tiny_view)
            assert not attributes & set(rows.columns)
            assert rows["clv"].isna().all(), "too few customers for an estimate"


def test_a_tool_that_tells_nothing_per_customer_says_who_does(busy_view: StoreView) -> None:
    with pytest.raises(ToolError, match="'calendar' tells nothing per customer; expected one of .*profile_customers"):
        customer_rows("calendar", {"starts_on": "2023-12-01", "ends_on": "2023-12-31"}, busy_view)


def test_alive_probabilities_are_one_less_churn(busy_view: StoreView, tiny_view: StoreView) -> None:
    alive, values = alive_probabilities(busy_view), customer_values(busy_view)
    assert values is not None
    assert (alive.name, list(alive.index)) == ("p_alive", list(customer_features(busy_view).index))
    assert alive.between(0, 1).all()
    assert (alive + values.table["churn"]).to_numpy() == pytest.approx(1.0)
    with pytest.raises(ToolError, match="cannot be estimated: .*bought on two days"):
        alive_probabilities(tiny_view)


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_csv_cells_are_no_formulas(tmp_path: Path, start: str) -> None:
    rows = pd.DataFrame(
        {"customer_id": [f"{start}cmd|'/c calc'!A0", "c2"], "interest": ["=1+1", None], "clv": [-1.5, 2.0]}
    )
    write_customers(rows, tmp_path / "c.csv")
    found = pd.read_csv(tmp_path / "c.csv")
    assert found["customer_id"][0].startswith(f"'{start}"[:2])
    assert found["interest"][0] == "'=1+1"
    assert list(found["clv"]) == [-1.5, 2.0]


def test_parquet_holds_the_rows_as_they_are(tmp_path: Path) -> None:
    rows = pd.DataFrame({"customer_id": ["=c1"], "clv": [1.25]})
    write_customers(rows, tmp_path / "c.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "c.parquet"), rows)
    assert [file.name for file in tmp_path.iterdir()] == ["c.parquet"]


@pytest.mark.parametrize("name", ["c.xlsx", "missing/c.csv"])
def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="--customers"):
        write_customers(pd.DataFrame({"customer_id": ["c1"]}), tmp_path / name)


def test_command_writes_answer_and_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = [(f"c{number:02d}", day, 10.0) for number in range(12) for day in (number, number + 30)]
    view = make_shop(tmp_path / "shop", made)
    arguments = ["tool", "profile_customers", "--args", '{"by": "value"}', "--store", str(view.store.path)]
    assert main([*arguments, "--customers", str(tmp_path / "c.csv")]) == 0
    said = capsys.readouterr()
    assert '"by": "value"' in said.out
    assert "12 customers written" in said.err
    assert len(pd.read_csv(tmp_path / "c.csv")) == 12
    assert main([*arguments, "--customers", str(tmp_path / "c.txt")]) == 2
