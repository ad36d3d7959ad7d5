"""Boosted trees: contributions add up, and too few rows give the mean."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logit

from tools.estimators.boosting import fit_boosted


def test_contributions_add_up_to_the_log_odds() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(500, 3))
    model = fit_boosted(features, (features[:, 0] > 0).astype(float), "binary")
    added = model.contributions(features[:20])
    assert added.sum(axis=1) == pytest.approx(logit(model.predict(features[:20])))
    assert np.abs(added[:, 0]).mean() > 10 * np.abs(added[:, 1]).mean()


def test_too_few_rows_give_the_mean() -> None:
    model = fit_boosted(np.zeros((5, 2)), np.array([0.0, 0.0, 0.0, 1.0, 1.0]), "binary")
    assert model.predict(np.zeros((3, 2))).tolist() == pytest.approx([0.4, 0.4, 0.4])
    assert not model.contributions(np.zeros((3, 2))).any()


def test_shares_of_classes_without_trees() -> None:
    model = fit_boosted(np.zeros((4, 1)), np.array([0.0, 0.0, 1.0, 2.0]), "multiclass", classes=4)
    assert model.predict(np.zeros((2, 1))).tolist() == [[0.5, 0.25, 0.25, 0.0]] * 2
