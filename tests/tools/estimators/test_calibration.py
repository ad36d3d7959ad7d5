"""Calibration mends what is off, leaves what it cannot know, and is measured with what chance alone would show."""

from __future__ import annotations

import numpy as np
import pytest

from tools.estimators.calibration import (
    area_under_curve,
    calibration_error,
    error_by_chance,
    fit_calibration,
    lift,
    reliability,
)


@pytest.mark.parametrize(("rows", "method"), [(400, "Platt"), (8000, "isotonic")])
def test_overconfident_predictions_are_mended(rows: int, method: str) -> None:
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.2, 0.6, rows)
    outcome = (rng.random(rows) < truth).astype(float)
    overconfident = truth**2 / (truth**2 + (1 - truth) ** 2)
    calibration = fit_calibration(overconfident, outcome)
    assert calibration.method == method
    assert np.abs(calibration.apply(overconfident) - truth).mean() < np.abs(overconfident - truth).mean() / 2
    assert (np.diff(calibration.apply(np.linspace(0, 1, 50))) >= 0).all()


def test_a_handful_of_outcomes_changes_nothing() -> None:
    predicted = np.linspace(0.1, 0.9, 50)
    assert fit_calibration(predicted, np.zeros(50)).apply(predicted) == pytest.approx(predicted)


def test_a_model_that_ranks_the_wrong_way_gets_the_mean() -> None:
    predicted = np.linspace(0.01, 0.99, 200)
    calibration = fit_calibration(predicted, (predicted < 0.25).astype(float))
    assert calibration.method == "mean"
    assert calibration.apply(predicted) == pytest.approx(np.full(200, 0.25), abs=0.01)


def test_a_perfect_model_shows_the_error_of_chance() -> None:
    rng = np.random.default_rng(0)
    predicted = rng.uniform(0, 1, 2000)
    found = calibration_error(predicted, (rng.random(2000) < predicted).astype(float))
    assert found == pytest.approx(error_by_chance(predicted), rel=0.6)
    assert sum(bin_.rows for bin_ in reliability(predicted, np.ones(2000))) == 2000


def test_everybody_alike_ranks_nobody() -> None:
    same, outcome = np.full(10, 0.3), np.tile([0.0, 1.0], 5)
    assert area_under_curve(same, outcome) == 0.5
    assert lift(same, outcome) == pytest.approx(1.0)
    assert area_under_curve(same, np.zeros(10)) == 0.5
    assert lift(same, np.zeros(10)) == 1.0
