"""Experiments: designs that hold what they promise, and honest refusals."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tools.catalog import customer_rows, run_tool
from tools.design_experiment import ExperimentQuery, design_experiment
from tools.errors import ToolError
from tools.estimators.looks import FINAL_ALPHA
from tools.estimators.power import rate_power
from tools.experiments.design import POWER_WANTED
from tools.warehouse.view import StoreView


def test_groups_add_up_and_power_is_as_told(busy_view: StoreView) -> None:
    answer = design_experiment(ExperimentQuery(segment="everybody", metric="purchase", weeks=4), busy_view)
    assert answer.treatment_customers + answer.holdout_customers == answer.customers == 300
    assert answer.baseline_percent is not None
    base = answer.baseline_percent / 100
    power = rate_power(base, 0.1 * base, answer.treatment_customers, answer.holdout_customers, FINAL_ALPHA)
    assert answer.power_percent == pytest.approx(100 * power, abs=0.2)
    assert answer.can_conclude == (power >= POWER_WANTED)


def test_smallest_holdout_that_concludes(busy_view: StoreView) -> None:
    loose = design_experiment(
        ExperimentQuery(segment="everybody", metric="revenue", minimum_effect_percent=100), busy_view
    )
    assert loose.can_conclude
    assert loose.holdout_customers == 60  # 30 and 45 are too few to compare money
    assert loose.baseline_percent is None
    assert loose.baseline_value is not None


def test_says_when_it_cannot_conclude(busy_view: StoreView) -> None:
    query = ExperimentQuery(segment="everybody", metric="revenue", minimum_effect_percent=1)
    answer = design_experiment(query, busy_view)
    assert not answer.can_conclude
    assert answer.advice.startswith("Cannot conclude on 1 %")
    assert answer.detectable_effect_percent is not None
    assert answer.detectable_effect_percent > 1
    assert answer.needed_per_arm is not None
    assert answer.needed_per_arm > answer.customers
    assert answer.holdout_percent <= 20  # withholding more would cost more than a test without conclusion tells


def test_too_few_for_money_are_told_so(busy_view: StoreView) -> None:
    answer = design_experiment(ExperimentQuery(segment="top", metric="revenue", weeks=4), busy_view)
    assert answer.detectable_effect_percent is None
    assert "from 50 customers in each group" in answer.advice


def test_past_spend_is_told_and_raises_the_power(busy_view: StoreView) -> None:
    query = ExperimentQuery(segment="everybody", metric="revenue", weeks=8, minimum_effect_percent=10)
    answer = design_experiment(query, busy_view)
    assert answer.variance_reduction_percent is not None
    assert answer.variance_reduction_percent > 20  # customers differ in pace, and the pace lasts
    assert answer.power_unadjusted_percent is not None
    assert answer.power_unadjusted_percent < answer.power_percent


def test_traffic_tells_how_long_it_takes_to_assign_on_arrival(busy_view: StoreView) -> None:
    loose = ExperimentQuery(segment="everybody", metric="purchase", weeks=1, minimum_effect_percent=60)
    answer = design_experiment(loose, busy_view)
    assert 0 < answer.weekly_customers < answer.customers
    assert answer.needed_per_arm is not None
    assert (answer.weeks_by_traffic == 1) == (2 * answer.needed_per_arm <= answer.weekly_customers)
    strict = loose.model_copy(update={"minimum_effect_percent": 1.0})
    assert design_experiment(strict, busy_view).weeks_by_traffic is None


def test_customers_are_assigned_as_designed_and_again_the_same(busy_view: StoreView) -> None:
    arguments = {"segment": "everybody", "metric": "purchase", "weeks": 4}
    answer = design_experiment(ExperimentQuery.model_validate(arguments), busy_view)
    rows = customer_rows("design_experiment", arguments, busy_view)
    assert list(rows.columns) == ["customer_id", "stratum", "arm"]
    assert (rows["arm"] == "holdout").sum() == answer.holdout_customers
    assert rows["customer_id"].is_unique
    shares = (rows["arm"] == "holdout").groupby(rows["stratum"]).mean()
    sizes = rows.groupby("stratum").size()
    assert ((shares - answer.holdout_percent / 100).abs() <= 1 / sizes + 5e-4).all()
    assert rows.equals(customer_rows("design_experiment", arguments, busy_view))


def test_contact_metrics_compare_two_versions(busy_view: StoreView) -> None:
    answer = design_experiment(
        ExperimentQuery.model_validate({"segment": "everybody", "metric": "Click-through rate"}), busy_view
    )
    assert answer.metric == "click"
    assert answer.holdout_percent == 50.0
    assert any("two versions" in warning for warning in answer.warnings)
    assert any("record no click" in warning for warning in answer.warnings)


def test_tiny_shop_cannot_conclude(tiny_view: StoreView) -> None:
    answer = design_experiment(ExperimentQuery(segment="loyal", metric="conversion"), tiny_view)
    assert not answer.can_conclude
    assert "all 9 customers" in answer.method


def test_history_too_short(busy_view: StoreView) -> None:
    with pytest.raises(ToolError, match="try weeks 48"):
        design_experiment(ExperimentQuery(segment="everybody", metric="purchase", weeks=50), busy_view)


def test_unknown_metric_lists_the_known(tiny_view: StoreView) -> None:
    with pytest.raises(ValidationError):
        ExperimentQuery.model_validate({"segment": "loyal", "metric": "happiness"})
    with pytest.raises(ToolError, match="'redemption'"):
        run_tool("design_experiment", {"segment": "loyal", "metric": "happiness"}, tiny_view)
