"""The sequence model learns an order of weeks that counts cannot show, and repeats."""

from __future__ import annotations

import numpy as np

from tools.estimators.calibration import area_under_curve
from tools.estimators.sequence import fit_sequences


def test_it_sees_when_and_not_only_how_often() -> None:
    """Everybody bought in one week; those who did lately buy again."""
    rng = np.random.default_rng(0)
    week = rng.integers(0, 12, 1500)
    sequences = np.zeros((1500, 12, 1), dtype=np.float32)
    sequences[np.arange(1500), week, 0] = 1.0
    steady = np.full((1500, 2), np.nan)
    steady[:, 0] = 1.0
    bought = (week >= 6).astype(float)
    model = fit_sequences(sequences[:1000], steady[:1000], bought[:1000])
    predicted = model.predict(sequences[1000:], steady[1000:])
    assert area_under_curve(predicted, bought[1000:]) > 0.9
    again = fit_sequences(sequences[:1000], steady[:1000], bought[:1000])
    assert (again.predict(sequences[1000:], steady[1000:]) == predicted).all()
