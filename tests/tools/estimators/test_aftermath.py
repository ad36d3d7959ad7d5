"""The dip after a price cut is found where it was put in, and not made up where it was not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tools.estimators.aftermath import WEEKS, fit_aftermath
from tools.estimators.price_response import Response, fit_response

ELASTICITY, AFTER = -2.0, 0.5
COLUMNS = [Response.PRODUCT, Response.WEEK, Response.UNITS, Response.CUT, Response.DISPLAY]


def _history(after: float, every: int | None = None) -> pd.DataFrame:
    """Make 40 products over 60 weeks; a cut lifts units, and the week after it loses some of them."""
    rng = np.random.default_rng(0)
    rows = []
    for product in range(40):
        cut = np.where(rng.random(60) < 0.25, 0.2, 0.0)
        if every:
            cut = np.where((np.arange(60) + product) % every == 0, 0.2, 0.0)
        price = np.log1p(-cut)
        before = np.concatenate([[0.0], price[:-1]])
        log_units = 4 + product / 20 + ELASTICITY * price + after * before + rng.normal(0, 0.05, 60)
        weeks = pd.date_range("2024-01-01", periods=60, freq="W-MON")
        rows += [
            (product, week, np.exp(units), share, 0.0) for week, units, share in zip(weeks, log_units, cut, strict=True)
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_the_dip_is_found_in_the_week_it_was_put() -> None:
    aftermath = fit_aftermath(_history(AFTER))
    assert aftermath is not None
    weeks = aftermath.after(0.2, lasting=2)
    assert weeks[0].change == pytest.approx(0.8**AFTER - 1, abs=0.02)
    assert weeks[0].low < weeks[0].change < weeks[0].high < 0
    assert [abs(week.change) < 0.02 for week in weeks[1:]] == [True] * (WEEKS - 1)


def test_the_share_pulled_forward_is_what_is_missing_of_the_extra() -> None:
    aftermath = fit_aftermath(_history(AFTER))
    assert aftermath is not None
    share, low, high = aftermath.pulled_forward(0.2, lasting=1)
    assert share == pytest.approx((1 - 0.8**AFTER) / (0.8**ELASTICITY - 1), abs=0.05)
    assert low < share < high


def test_no_dip_is_made_up() -> None:
    aftermath = fit_aftermath(_history(0.0))
    assert aftermath is not None
    assert abs(aftermath.after(0.2, lasting=2)[0].change) < 0.02


def test_cuts_as_regular_as_the_weeks_looked_at_tell_nothing() -> None:
    assert fit_aftermath(_history(AFTER, every=WEEKS + 1)) is None
    assert fit_aftermath(_history(AFTER).head(0)) is None


def test_a_competitors_cut_takes_units_away() -> None:
    rng = np.random.default_rng(1)
    frame = _history(0.0)
    rival = np.log(rng.choice([1.0, 0.8], p=[0.7, 0.3], size=len(frame)))
    frame[Response.UNITS] *= np.exp(0.6 * rival)
    with_rival = fit_response(frame.assign(**{Response.RIVAL: rival}))
    effect = with_rival.rival_effect(0.1)
    assert effect is not None
    assert effect[0] == pytest.approx(0.9**0.6 - 1, abs=0.01)
    assert effect[1] < effect[0] < effect[2]
    assert fit_response(frame).rival_effect(0.1) is None
    assert with_rival.lift(0.2, display=False)[0] == pytest.approx(0.8**ELASTICITY - 1, abs=0.03)
