"""Fairness: rates by hand, the rule on planted differences, and inputs about which little can be said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import ibis
import pandas as pd
import pytest

from tests import busy
from tests.small_shops import make_shop, orders
from tools.catalog import run_tool
from tools.check_fairness import FOUR_FIFTHS, FairnessAnswer
from tools.customers.attributes import SMALL, attribute_groups, find_attribute
from tools.customers.segments import find_segment
from tools.errors import ToolError
from tools.features import customer_features
from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView
from tools.warehouse.writer import ShopFacts, replacing, write_meta, write_tables


def fairness(view: StoreView, segment: str = "top", attribute: str = "age") -> FairnessAnswer:
    answer = run_tool("check_fairness", {"segment": segment, "attribute": attribute}, view)
    assert isinstance(answer, FairnessAnswer)
    return answer


def with_attributes(path: Path, **columns: Sequence[object]) -> StoreView:
    """Write the busy store with these attributes, one value a customer, and return it after a year."""
    tables = busy.frames(with_ad_spend=False)
    tables[Table.CUSTOMERS] = tables[Table.CUSTOMERS].assign(**columns)
    engine = connect()
    with replacing(path) as folder:
        write_tables(engine, {name: canonical(name, ibis.memtable(table)) for name, table in tables.items()}, folder)
        write_meta(engine, folder, path.name, ShopFacts(shop_name="Busy", source="made"), pd.Timestamp("2024-01-01"))
    return Store(path).at(busy.AS_OF)


NUMBERS = range(busy.CUSTOMERS)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    """Give the busy store, in which low numbers order most: `age` goes with the number, `income` does not."""
    return with_attributes(
        tmp_path_factory.mktemp("fair") / "shop",
        age=["18-34" if number < 100 else "35+" for number in NUMBERS],
        income=["low" if number % 2 else "high" for number in NUMBERS],
        rare=["a" if number < 3 else "b" if number < 7 else "c" if number < 150 else None for number in NUMBERS],
        points=[float(number) for number in NUMBERS],
        birth_year=[1970 + number % 20 for number in NUMBERS],
    )


def test_rates_are_those_counted_by_hand(view: StoreView) -> None:
    answer = fairness(view)
    top = {int(name[1:]) for name in find_segment(view, "top").customer_ids}
    for row in answer.groups:
        members = [number for number in NUMBERS if (number < 100) == (row.group == "18-34")]
        assert row.customers == len(members)
        assert row.selected == len(top & set(members))
        assert row.selection_percent == pytest.approx(100 * row.selected / row.customers, abs=0.01)
        assert row.selection_low_percent <= row.selection_percent <= row.selection_high_percent
    assert answer.selected == len(top)
    assert answer.known == busy.CUSTOMERS


def test_a_planted_difference_is_found_with_its_ratio(view: StoreView) -> None:
    answer = fairness(view)
    assert answer.verdict == "disparity"
    (found,) = answer.findings
    assert (found.group, found.against) == ("35+", "18-34")
    assert found.ratio < FOUR_FIFTHS
    assert found.ratio_low <= found.ratio <= found.ratio_high
    assert found.p_value <= 0.05
    assert "below four fifths" in answer.warnings[0]


def test_groups_that_are_selected_alike_are_not_found(view: StoreView) -> None:
    answer = fairness(view, attribute="income")
    assert answer.verdict == "no_disparity"
    assert answer.findings == ()


def test_a_reference_of_its_own_has_ratio_one(view: StoreView) -> None:
    rows = {row.group: row for row in fairness(view).groups}
    assert (rows["18-34"].ratio, rows["18-34"].ratio_low, rows["18-34"].ratio_high) == (1.0, 1.0, 1.0)


def test_keen_groups_are_expected_to_respond_more(view: StoreView) -> None:
    """The 100 lowest numbers convert at five times the rate of the others."""
    answer = fairness(view, segment="everybody")
    rows = {row.group: row for row in answer.groups}
    keen, other = rows["18-34"], rows["35+"]
    assert keen.response_percent is not None
    assert other.response_percent is not None
    assert keen.response_percent > other.response_percent
    assert keen.response_ratio == 1.0
    assert other.response_ratio_low <= other.response_ratio <= other.response_ratio_high  # type: ignore[operator]
    assert answer.verdict == "no_disparity"


def test_small_groups_are_put_together_and_the_unknown_counted(view: StoreView) -> None:
    answer = fairness(view, attribute="rare")
    assert [row.group for row in answer.groups] == ["c", SMALL]
    assert answer.groups[1].customers == 7
    assert not answer.groups[1].judged
    assert (answer.known, answer.unknown) == (150, 150)
    assert answer.verdict == "cannot_tell"
    assert any("rare is known of 150 of 300 customers" in warning for warning in answer.warnings)


def test_numbers_become_ranges_and_years_of_birth_ages(view: StoreView) -> None:
    assert len(fairness(view, attribute="points").groups) == 4
    assert [row.group for row in fairness(view, attribute="birth_year").groups] == ["30-39", "40-49", "50-59"]


def test_words_for_an_attribute_are_understood(view: StoreView) -> None:
    assert find_attribute(view, "Age").name == "age"
    assert find_attribute(view, "incom").name == "income"
    with pytest.raises(ToolError, match=r"attribute 'shoe size' is not known.*try .*age"):
        fairness(view, attribute="shoe size")


def test_one_value_is_nothing_to_compare(tiny_view: StoreView) -> None:
    answer = fairness(tiny_view, segment="everybody")
    assert answer.verdict == "cannot_tell"
    assert any("age has one value, 35-44" in warning for warning in answer.warnings)


def test_a_segment_of_three_people_is_not_broken_down(tmp_path: Path) -> None:
    shop = make_shop(tmp_path / "few", orders(3, [10, 40, 80]))
    answer = fairness(shop, segment="everybody")
    assert answer.groups == ()
    assert answer.unknown_selection_percent is None
    assert answer.verdict == "cannot_tell"
    assert any("3 customers; fewer than 5" in warning for warning in answer.warnings)


def test_a_shop_without_campaigns_says_why_no_response_is_told(tmp_path: Path) -> None:
    answer = fairness(make_shop(tmp_path / "plain", orders(50, [10, 40])), segment="everybody")
    assert all(row.response_percent is None for row in answer.groups)
    assert "exposures" in answer.note


def test_a_store_without_attributes_says_so(busy_view: StoreView) -> None:
    with pytest.raises(ToolError, match="have no attributes; expected a column such as age"):
        fairness(busy_view)


def test_the_same_call_gives_the_same_answer(view: StoreView) -> None:
    assert fairness(view) == fairness(view)


def test_groups_keep_the_order_of_customers(view: StoreView) -> None:
    names = list(customer_features(view).index)
    assert list(attribute_groups(view, "age", names).index) == names
