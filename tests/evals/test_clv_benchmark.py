"""The lifetime value benchmark on a tiny file of CDNOW's form, drawn from the published parameters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evals.benchmarks.catalog import BENCHMARKS, benchmark_named
from evals.benchmarks.cdnow import CUT, FILE, PUBLISHED, WEEKS, Halves, read_halves, simulate_histories
from evals.benchmarks.clv import measure, predictions
from tools.estimators.lifetime_value import fit_purchases

# Three customers: one comes back in both halves (twice on one day), one in the first, one never.
LINES = """\
 00004 0001 19970101  2   29.33
 00004 0001 19970118  2   29.73
 00004 0001 19970118  1   10.00
 00004 0001 19971212  2   26.48
 00021 0002 19970201  3   63.34
 00021 0002 19970930  1    5.00
 00050 0003 19970301  1    6.79
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with 300 drawn customers, whose second half is drawn as noise."""
    past, rng = simulate_histories(300, seed=3), np.random.default_rng(0)
    rows = []
    for number in range(300):
        first = CUT - pd.Timedelta(weeks=float(past.age[number]))
        inside = np.sort(rng.uniform(0, past.recency[number], max(int(past.repeats[number]) - 1, 0)))
        moments = [0.0, *inside, *([past.recency[number]] if past.repeats[number] else [])]
        later = [past.age[number] + week for week in rng.uniform(1, WEEKS, rng.poisson(past.repeats[number] / 2))]
        for moment in (*moments, *later):
            day = (first + pd.Timedelta(weeks=float(moment))).strftime("%Y%m%d")
            rows.append(f" {number:05d} {number:04d} {day}  1 {rng.gamma(6.0, 6.0):8.2f}")
    (tmp_path / FILE).write_text("\n".join(rows) + "\n")
    return tmp_path


def test_halves_by_hand(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(LINES)
    halves = read_halves(tmp_path)
    assert halves.past.repeats.tolist() == [1.0, 1.0, 0.0]
    assert halves.past.recency.tolist() == pytest.approx([17 / 7, 241 / 7, 0.0])
    assert halves.past.age.tolist() == pytest.approx([272 / 7, 241 / 7, 213 / 7])
    assert halves.purchases.tolist() == [1.0, 0.0, 0.0]
    assert halves.spend.tolist() == [26.48, 0.0, 0.0]
    assert halves.gaps.tolist() == pytest.approx([17 / 7, 241 / 7])


def test_naive_rate_and_hiatus_by_hand() -> None:
    """One purchase in ten weeks, the last two or eight weeks ago; nineteen of twenty gaps are within five weeks."""
    summary = pd.DataFrame({"repeats": [1.0, 1.0], "recency": [8.0, 2.0], "age": [10.0, 10.0]})
    halves = Halves(summary, np.zeros(2), np.zeros(2), np.full(20, 5.0), pd.DataFrame())
    made = predictions(halves, PUBLISHED)
    assert made["naive rate"].tolist() == pytest.approx([WEEKS / 10, WEEKS / 10])
    assert made["hiatus"].tolist() == pytest.approx([WEEKS / 10, 0.0])
    assert made["mean"].tolist() == pytest.approx([WEEKS / 10, WEEKS / 10])


def test_simulated_customers_have_the_parameters_that_drew_them() -> None:
    model = fit_purchases(simulate_histories(30_000, seed=2))
    assert model.rate == pytest.approx(PUBLISHED.rate, rel=0.1)
    assert model.scale == pytest.approx(PUBLISHED.scale, rel=0.15)


def test_it_measures_and_does_not_pass_on_other_data(folder: Path) -> None:
    measured = measure(folder, customers=200, runs=1, store="no such store")
    told = {row[0]: row for row in measured.rows}
    assert {"r", "alpha", "a", "b", "log-likelihood"} <= told.keys()
    assert told["E[Y(39) given 2, 30.43, 38.86]"][2] == "published 1.226"
    assert any("RMSE" in name for name in told)
    assert sum("coverage of the 80% interval" in name for name in told) == 3
    assert "not measured" in told["profile of store no such store"][2]
    assert not measured.holds, "the parameters of other customers are not the published ones"


def test_it_is_listed() -> None:
    assert "clv" in BENCHMARKS
    assert benchmark_named("clv").name == "clv"
