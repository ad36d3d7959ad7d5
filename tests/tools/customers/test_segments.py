"""What words mean as a segment."""

from __future__ import annotations

import datetime as dt

import pytest

from tools.customers.segments import ALSO_CALLED, EVERYBODY, STAGES, TIERS, best_selling, find_segment
from tools.errors import ToolError
from tools.features import customer_features
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView


def members(view: StoreView, words: str) -> list[str]:
    return list(find_segment(view, words).customer_ids)


def test_stages_and_tiers_each_part_the_customers(tiny_view: StoreView) -> None:
    for names in (STAGES, TIERS):
        found = [customer for name in names for customer in members(tiny_view, name)]
        assert sorted(found) == list(customer_features(tiny_view).index)


@pytest.mark.parametrize("words", ["lapsed", "Lapsed shoppers", "LAPSED", "lapsed_customers", "lasped", "churned"])
def test_lapsed_in_many_words(tiny_view: StoreView, words: str) -> None:
    segment = find_segment(tiny_view, words)
    assert (segment.name, list(segment.customer_ids)) == ("lapsed", ["c08", "c09"])
    assert "more than 60 days" in segment.definition


def test_what_was_taken_is_said(tiny_view: StoreView) -> None:
    assert find_segment(tiny_view, "At-Risk").took is None
    assert find_segment(tiny_view, "VIPs").took == "took 'VIPs' as 'champions' (meaning)"


def test_an_rfm_cell_is_the_customers_with_these_scores(tiny_view: StoreView) -> None:
    row = customer_features(tiny_view).loc["c01"]
    assert "c01" in members(tiny_view, f"rfm_{row['r']}{row['f']}{row['m']}")


def test_an_empty_rfm_cell_names_cells_that_are_not(tiny_view: StoreView) -> None:
    with pytest.raises(ToolError, match=r"segment 'rfm_151' has nobody in it; .*try rfm_\d{3}"):
        find_segment(tiny_view, "rfm_151")


def test_an_interest_is_a_category_bought_again_and_above_the_average(tiny_view: StoreView) -> None:
    # c02 spent 48 of 68 dollars on coffee, less than the shop's share of 502 in 647
    segment = find_segment(tiny_view, "coffees")
    assert segment.name == "Coffee"
    assert list(segment.customer_ids) == ["c01", "c06", "c08"]
    assert segment.took == "took 'coffees' as 'Coffee' (plural)"


def test_a_department_is_an_interest_too(tiny_view: StoreView) -> None:
    assert members(tiny_view, "bakery") == ["c04", "c10"]


def test_everybody(tiny_view: StoreView) -> None:
    assert (
        members(tiny_view, EVERYBODY) == members(tiny_view, "all customers") == list(customer_features(tiny_view).index)
    )


def test_an_unknown_segment_names_the_nearest(tiny_view: StoreView) -> None:
    with pytest.raises(ToolError, match="segment 'martians' is not known to this store; expected a lifecycle stage"):
        find_segment(tiny_view, "martians")


def test_other_names_lead_to_real_ones() -> None:
    assert set(ALSO_CALLED.values()) <= {*STAGES, *TIERS, EVERYBODY}


def test_best_selling_labels_come_first(tiny_view: StoreView) -> None:
    assert best_selling(tiny_view, "category")[0] == "Coffee"


@pytest.mark.demo
def test_every_stage_of_the_demo_is_peopled(demo_store: Store) -> None:
    sizes = customer_features(demo_store.at(dt.date(2017, 11, 1)))["stage"].value_counts()
    assert set(sizes.index) == set(STAGES)
    assert 100 <= sizes["lapsed"] <= 400
