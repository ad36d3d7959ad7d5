"""Read-outs: right where arms were drawn by lot, silent where they were not, and honest about what is missing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.tools.experiments.shops import DAYS, STARTS, names, shop
from tools.catalog import run_tool
from tools.errors import ToolError
from tools.estimators.lift import Counts, rate_lift
from tools.estimators.looks import EARLY_ALPHA, FINAL_ALPHA
from tools.read_results import ResultsAnswer, ResultsQuery, read_results
from tools.warehouse.view import StoreView

ENDS = (STARTS + pd.Timedelta(days=DAYS - 1)).date()


def read(view: StoreView, words: str = "k9") -> ResultsAnswer:
    return read_results(ResultsQuery(campaign_id=words), view)


def arms(treated: int, others: int, hits: int = 0, other_hits: int = 0) -> pd.DataFrame:
    """Return exposures: the first customers by an even scatter are treated, the first of each arm convert."""
    total = treated + others
    rank = np.random.default_rng(1).permutation(total)
    is_treated = rank < treated
    converted = np.where(is_treated, rank < hits, rank - treated < other_hits)
    frame = pd.DataFrame({"customer_id": names(total), "treatment": is_treated.astype(int), "converted": converted})
    return frame.assign(propensity=treated / total)


def test_rates_and_interval_are_newcombes_at_the_final_level(tmp_path: Path) -> None:
    answer = read(shop(tmp_path / "s", arms(200, 100, 80, 20)))
    expected = rate_lift([Counts(80, 200, 20, 100)], FINAL_ALPHA)
    assert expected is not None
    lift = next(one for one in answer.lifts if one.metric == "conversion")
    assert lift.difference == pytest.approx(100 * (80 / 200 - 20 / 100))
    assert lift.low == pytest.approx(100 * expected.low, abs=0.006)
    assert lift.high == pytest.approx(100 * expected.high, abs=0.006)
    assert answer.verdict == "better"
    assert answer.alpha == FINAL_ALPHA
    assert [(one.customers, one.converted) for one in answer.arms] == [(200, 80), (100, 20)]
    assert answer.caused is not None
    assert answer.caused.conversions == pytest.approx(200 * 0.2)
    assert answer.needed == ""


def test_money_is_compared_from_orders_where_results_have_none(tmp_path: Path) -> None:
    answer = read(shop(tmp_path / "s", arms(200, 100, 80, 20)))
    money = next(one for one in answer.lifts if one.metric == "revenue")
    assert answer.revenue_from == "orders in the campaign's time"
    assert not money.conclusive  # orders were drawn without regard to this campaign
    assert money.variance_reduction_percent is not None
    assert money.variance_reduction_percent > 20  # customers differ in pace, and the pace lasts
    assert answer.returned.cost == pytest.approx(200 * 0.003)
    assert answer.returned.roi_low_percent is not None
    assert answer.returned.roi_percent is not None
    assert answer.returned.roi_low_percent < answer.returned.roi_percent
    assert "margin" in answer.returned.roi_from


def test_an_early_look_is_strict_and_sees_nothing_later(tmp_path: Path) -> None:
    view = shop(tmp_path / "s", arms(200, 100).drop(columns="converted"))
    early = read(view.at(STARTS.date() + dt.timedelta(days=7)))
    assert not early.finished
    assert early.alpha == pytest.approx(EARLY_ALPHA / (DAYS - 1))
    assert early.counted_through == STARTS.date() + dt.timedelta(days=6)
    assert early.arms[0].converted <= read(view).arms[0].converted
    assert read(view).finished
    assert "still runs" in early.conclusion


def test_undated_conversions_are_not_known_before_the_end(tmp_path: Path) -> None:
    view = shop(tmp_path / "s", arms(200, 100, 80, 20))
    assert read(view.at(STARTS.date() + dt.timedelta(days=7))).conversion_from == "orders in the campaign's time"


def test_nobody_left_alone_tells_no_effect(tmp_path: Path) -> None:
    answer = read(shop(tmp_path / "s", arms(300, 0, 60)))
    assert answer.verdict == "no_control"
    assert answer.lifts == ()
    assert answer.caused is None
    assert answer.returned.roi_percent is None
    assert "60 of 300" in answer.conclusion
    assert "is no effect" in answer.conclusion
    assert "leave customers alone" in answer.needed


def test_lost_customers_stop_the_comparison(tmp_path: Path) -> None:
    lost = arms(200, 100, 80, 20).assign(propensity=0.5)
    answer = read(shop(tmp_path / "s", lost))
    assert answer.sample_ratio is not None
    assert answer.sample_ratio.mismatch
    assert answer.verdict == "not_comparable"
    assert answer.lifts == ()
    assert "sizes" in answer.conclusion


def test_arms_that_differed_before_are_not_compared(tmp_path: Path) -> None:
    """The customers with the lowest numbers order most often: contacting those is no lot."""
    chosen = pd.DataFrame({"customer_id": names(), "treatment": [int(place < 150) for place in range(300)]})
    answer = read(shop(tmp_path / "s", chosen))
    assert answer.verdict == "not_comparable"
    assert "before the campaign" in answer.conclusion


def test_nothing_converted_concludes_nothing(tmp_path: Path) -> None:
    answer = read(shop(tmp_path / "s", arms(200, 100)))
    assert answer.verdict == "cannot_conclude"
    assert answer.lifts[0].low < 0 < answer.lifts[0].high
    assert answer.lifts[0].relative_percent is None
    assert "no relative change" in answer.needed


def test_three_customers_conclude_nothing(tmp_path: Path) -> None:
    answer = read(shop(tmp_path / "s", arms(2, 1, 1, 0)))
    assert answer.verdict == "cannot_conclude"
    assert [one.metric for one in answer.lifts] == ["conversion"]
    assert any("money is not compared" in warning for warning in answer.warnings)


def test_all_money_in_one_customer_and_returns(tmp_path: Path) -> None:
    results = arms(200, 100, 12, 11).assign(revenue=0.0)
    results.loc[results["converted"], "revenue"] = 5.0
    results.loc[results.index[results["converted"]][0], "revenue"] = 1e6
    results.loc[results.index[results["converted"]][1], "revenue"] = -40.0  # sent back
    answer = read(shop(tmp_path / "s", results))
    assert answer.revenue_from == "the campaign's results"
    assert sum(one.revenue for one in answer.arms) == pytest.approx(1e6 - 40 + 5 * 21)
    money = [one for one in answer.lifts if one.metric == "revenue"]
    assert not any(one.conclusive for one in money)


def test_customers_in_both_arms_are_left_out_and_counted(tmp_path: Path) -> None:
    results = arms(200, 100, 80, 20)
    again = results.head(5).assign(treatment=1 - results["treatment"].head(5))
    answer = read(shop(tmp_path / "s", pd.concat([results, again], ignore_index=True)))
    assert sum(one.customers for one in answer.arms) == 295
    assert any("5 customers are recorded as contacted and as left alone" in told for told in answer.warnings)


def test_shares_that_differ_between_segments_are_read_apart(tmp_path: Path) -> None:
    """Half of one segment and nine tenths of the other are contacted; each has one rate, so nothing was caused."""
    rows = [(name, int(place % 2 == 0), place % 4 < 2, 0.5) for place, name in enumerate(names(200))]
    rows += [(name, int(place % 10 > 0), place < 2, 0.9) for place, name in enumerate(names()[200:])]
    frame = pd.DataFrame(rows, columns=["customer_id", "treatment", "converted", "propensity"])
    answer = read(shop(tmp_path / "s", frame))
    assert answer.sample_ratio is not None
    assert not answer.sample_ratio.mismatch
    assert answer.verdict == "cannot_conclude"
    assert abs(answer.lifts[0].difference) < 5.0


def test_names_are_read_and_numbers_in_them_must_agree(tmp_path: Path) -> None:
    view = shop(tmp_path / "s", arms(200, 100, 80, 20))
    answer = read(view, "the autumn mail")
    assert answer.campaign_id == "k9"
    assert answer.took
    with pytest.raises(ToolError, match="is not in this store"):
        read(view, "k99")
    with pytest.raises(ToolError, match="has no exposures"):
        read(view, "k0")


def test_without_exposures_the_table_is_named(tiny_view: StoreView) -> None:
    answer = run_tool("read_results", {"campaign_id": "Spring coupon"}, tiny_view)
    assert answer.model_dump()["verdict"] == "no_control"
