"""Experiments: designs that hold what they promise, and honest refusals."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tools.catalog import run_tool
from tools.design_experiment import POWER_WANTED, ExperimentQuery, design_experiment
from tools.errors import ToolError
from tools.estimators.power import rate_power
from tools.warehouse.view import StoreView


def test_groups_add_up_and_power_is_as_told(busy_view: StoreView) -> None:
    answer = design_experiment(ExperimentQuery(segment="everybody", metric="purchase", weeks=4), busy_view)
    assert answer.treatment_customers + answer.holdout_customers == answer.customers == 300
    assert answer.baseline_percent is not None
    base = answer.baseline_percent / 100
    power = rate_power(base, 0.1 * base, answer.treatment_customers, answer.holdout_customers, answer.alpha)
    assert answer.power_percent == pytest.approx(100 * power, abs=0.2)
    assert answer.can_conclude == (power >= POWER_WANTED)


def test_smallest_holdout_that_concludes(busy_view: StoreView) -> None:
    loose = design_experiment(
        ExperimentQuery(segment="everybody", metric="revenue", minimum_effect_percent=100), busy_view
    )
    assert loose.can_conclude
    assert loose.holdout_percent == 10.0
    assert loose.baseline_percent is None
    assert loose.baseline_value is not None


def test_says_when_it_cannot_conclude(busy_view: StoreView) -> None:
    answer = design_experiment(ExperimentQuery(segment="top", metric="revenue", minimum_effect_percent=1), busy_view)
    assert not answer.can_conclude
    assert answer.advice.startswith("Cannot conclude on 1 %")
    assert answer.detectable_effect_percent is not None
    assert answer.detectable_effect_percent > 1
    assert answer.needed_per_arm is not None
    assert answer.needed_per_arm > answer.customers
    assert answer.holdout_percent <= 20  # withholding more would cost more than a test without conclusion tells


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
