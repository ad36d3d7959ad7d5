"""The price response finds effects that were put in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tools.estimators.price_response import Response, fit_response

ELASTICITY, DISPLAY = -2.0, 0.8


def _history() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = []
    for product in range(30):
        for week in range(40):
            cut = rng.choice([0.0, 0.1, 0.3], p=[0.6, 0.2, 0.2])
            shown = rng.choice([0.0, 0.5], p=[0.8, 0.2])
            log_units = 3 + product / 10 + np.sin(week) + ELASTICITY * np.log1p(-cut) + DISPLAY * shown
            rows.append((product, week, np.exp(log_units + rng.normal(0, 0.1)), cut, shown))
    columns = [Response.PRODUCT, Response.WEEK, Response.UNITS, Response.CUT, Response.DISPLAY]
    return pd.DataFrame(rows, columns=columns)


def test_effects_are_recovered() -> None:
    response = fit_response(_history())
    assert response.effects == pytest.approx([ELASTICITY, DISPLAY], abs=0.05)
    assert response.rows == 30 * 40
    assert (response.deepest, response.usual_display) == (0.3, 0.5)


def test_lift_is_the_exponential_of_the_effects() -> None:
    lift, low, high = fit_response(_history()).lift(0.2, display=True)
    assert lift == pytest.approx(0.8**ELASTICITY * np.exp(DISPLAY * 0.5) - 1, rel=0.05)
    assert low < lift < high


def test_no_promotion_no_lift() -> None:
    assert fit_response(_history()).lift(0.0, display=False) == (0.0, 0.0, 0.0)


def test_no_history() -> None:
    response = fit_response(_history().head(0))
    assert (response.rows, response.cut_rows, response.display_rows) == (0, 0, 0)
