"""Orange juice: weekly demand with prices and promotions, by the protocol of TSPerf, beside its published board."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from evals.benchmarks.measure import Benchmark, Measured
from evals.datasets import dataset
from evals.rdata_file import read_rda
from tools.estimators.demand.boosted import FeatureCube, Plan, forecast_from
from tools.estimators.demand.panel import Panel
from tools.progress import say

Array = NDArray[np.float64]

FIRST_WEEK, LAST_WEEK = 40, 160
BRANDS: Final = 11
# Round k learns from weeks 40..135+2k and forecasts weeks 137+2k and 138+2k.
FIRST_CUT: Final = 135
ROUNDS: Final = 12
STEPS: Final = (2, 3)
# Where Dominick's weeks count from: week 1 began on Thursday 14 September 1989 (Kilts Center, Dominick's data manual).
WEEK_ONE: Final = dt.date(1989, 9, 14)
DEVELOPMENT: Final = "0-7"

BOARD: Final = {
    "naive": 109.67,
    "mean": 70.74,
    "ETS": 70.99,
    "AutoARIMA": 70.80,
    "RNN": 37.68,
    "DilatedCNN": 37.09,
    "LightGBM": 36.28,
}
"""MAPE over all 12 rounds, as published (microsoft/forecasting, TSPerf, OrangeJuice_Pt_3Weeks_Weekly)."""
TRAITS: Final = (
    "AGE60",
    "EDUC",
    "ETHNIC",
    "INCOME",
    "HHLARGE",
    "WORKWOM",
    "HVAL150",
    "SSTRDIST",
    "SSTRVOL",
    "CPDIST5",
    "CPWVOL5",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--rounds", metavar="A-B", default=DEVELOPMENT, help="rounds to run, of 0-11; %(default)s")
    parser.add_argument("--archive", metavar="DEB", type=Path, help="r-cran-bayesm as a file, instead of apt-get")
    parser.add_argument("--threads", metavar="N", type=int, default=2, help="threads of the trees; %(default)s")


def run(args: argparse.Namespace) -> Measured:
    """Forecast the rounds asked for and compare with the board."""
    first, last = (int(part) for part in (args.rounds.split("-") * 2)[:2])
    panel = read_panel(dataset("orange_juice", archive=args.archive) / "orangeJuice.rda")
    return measure(panel, range(first, last + 1), Plan(threads=args.threads))


def read_panel(path: Path) -> Panel:
    """Read the data set: the series are brands in stores, markets are the stores, items the brands."""
    tables = read_rda(path)["orangeJuice"]
    if not isinstance(tables, dict):
        raise ValueError("orangeJuice.rda holds no list")
    sales, stores = tables["yx"], tables["storedemo"].set_index("STORE")
    series = pd.MultiIndex.from_frame(sales[["store", "brand"]].drop_duplicates().sort_values(["store", "brand"]))
    row = series.get_indexer(pd.MultiIndex.from_frame(sales[["store", "brand"]]))
    period = (sales["week"] - FIRST_WEEK).astype(int).to_numpy()
    shelf = np.log(sales[[f"price{brand}" for brand in range(1, BRANDS + 1)]].to_numpy())

    def spread(values: Array) -> Array:
        wide = np.full((len(series), LAST_WEEK - FIRST_WEEK + 1), np.nan)
        wide[row, period] = values
        return wide

    weeks = np.arange(FIRST_WEEK, LAST_WEEK + 1)
    ids = series.to_frame(index=False).astype(int)
    names = [name for name in TRAITS if name in stores.columns]
    return Panel(
        units=spread(sales["logmove"].to_numpy()),
        price=spread(shelf[np.arange(len(sales)), sales["brand"].astype(int) - 1]),
        deal=spread(sales["deal"].to_numpy(float)),
        feature=spread(sales["feat"].to_numpy(float)),
        market=ids["store"].to_numpy(np.int64),
        item=ids["brand"].to_numpy(np.int64),
        season=_season(weeks),
        traits=stores.loc[ids["store"], names].to_numpy(float),
    )


def _season(weeks: NDArray[np.int64]) -> Array:
    """Return the week of the year; the data span little more than two years."""
    starts = [WEEK_ONE + dt.timedelta(weeks=int(week) - 1) for week in weeks]
    return np.array([[float(day.timetuple().tm_yday // 7)] for day in starts])


def measure(panel: Panel, rounds: Sequence[int], plan: Plan) -> Measured:
    """Forecast each round, knowing sales up to its cut, and prices and promotions of the weeks forecast."""
    cube = FeatureCube(panel, STEPS)
    rows, errors, naive = [], [], []
    for number in rounds:
        last = FIRST_CUT + 2 * number - FIRST_WEEK
        truth = panel.units[:, [last + step for step in STEPS]]
        before = _last_known(panel.units[:, : last + 1])[:, None]
        forecast = forecast_from(cube, last, plan)
        found = percentage_errors(np.where(np.isnan(forecast), before, forecast), truth)
        repeated = percentage_errors(before, truth)
        errors.append(found)
        naive.append(repeated)
        rows.append((f"round {number}", f"{found.mean():.2f}", f"{repeated.mean():.2f}", str(len(found))))
        say(f"round {number}: MAPE {found.mean():.2f}")
    ours, theirs = np.concatenate(errors), np.concatenate(naive)
    low, high = _interval(np.array([each.mean() for each in errors]))
    whole = list(rounds) == list(range(ROUNDS))
    rows.append(
        (
            f"**all {len(errors)} rounds**",
            f"**{ours.mean():.2f}** ({low:.1f}-{high:.1f})",
            f"{theirs.mean():.2f}",
            str(len(ours)),
        )
    )
    rows += [(f"{name}, published, 12 rounds", f"{value:.2f}", "", "") for name, value in BOARD.items()]
    return Measured(
        name="orange_juice",
        protocol=(
            f"Dominick's orange juice, {len(panel.units)} series (11 brands in 83 stores): round k learns from weeks "
            "40 to 135+2k and forecasts weeks 137+2k and 138+2k, with known prices, deals and features (TSPerf). "
            "MAPE of units over all series and weeks with sales; interval of the mean over rounds (Student)."
        ),
        columns=("round", "MAPE, %", "repeating the last week, %", "forecasts"),
        rows=tuple(rows),
        notes=() if whole else ("rounds left out: the published numbers are of all 12, so compare with --rounds 0-11",),
        holds=bool(ours.mean() < min(BOARD.values())),
    )


def percentage_errors(forecast: Array, truth: Array) -> Array:
    """Return the absolute errors in percent of the truth, both given as logs, where the truth is known.

    >>> percentage_errors(np.log([[2.0, 1.0]]), np.log([[1.0, 2.0]])).round(6).tolist()
    [100.0, 50.0]
    """
    error: Array = 100 * np.abs(np.expm1(np.broadcast_to(forecast, truth.shape) - truth))
    return error[~np.isnan(truth)]


def _last_known(units: Array) -> Array:
    """Return the last known value of each series."""
    latest = units.shape[1] - 1 - np.argmax(~np.isnan(units[:, ::-1]), axis=1)
    return np.asarray(units[np.arange(len(units)), latest])


def _interval(means: Array) -> tuple[float, float]:
    if len(means) < 2:  # noqa: PLR2004 - no spread of one
        return float(means.mean()), float(means.mean())
    from_mean = float(stats.t.ppf(0.975, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means)))
    return float(means.mean()) - from_mean, float(means.mean()) + from_mean


BENCHMARK = Benchmark(
    "orange_juice", "weekly demand with prices and promotions, beside TSPerf's board", run, add_arguments
)
