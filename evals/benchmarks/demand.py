"""Demand of the demo shop's categories: rolling forecasts against simple ones, and what intervals hold."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.measure import Benchmark, Measured
from tools.demand.shop_outlook import nearest_in_size, shop_rows, shop_tree
from tools.demand.shop_weeks import shop_weeks
from tools.errors import InputError
from tools.estimators.demand.choice import scales_of
from tools.estimators.demand.coherent import SEASON, Tree, forecast_tree, pool_forecasts
from tools.estimators.demand.recurrent import forecast_recurrent
from tools.estimators.demand.short import forecast_short, learnable
from tools.estimators.forecasting.pool import COMBINATION, NAIVE
from tools.progress import say
from tools.warehouse.store import open_store

Array = NDArray[np.float64]

LEARN: Final = 39
STEPS: Final = 8
NOMINAL: Final = (0.80, 0.95)
TOLERANCE: Final = 0.03
"""How far measured coverage may be from nominal."""
RESAMPLES: Final = 1_000
CATEGORY: Final = 2
OURS: Final = "forecast_demand"
MEAN: Final = "mean of the last 8 weeks"
LAST: Final = "the last week again"
ALONE: Final = "trees over all series, alone"
POOL: Final = "statistical combination, alone"
NETWORK: Final = "recurrent network over all series, alone"


@dataclass(frozen=True)
class Tried:
    """One origin.

    Attributes:
        said: Method to rows × steps.
        came: Rows × steps that came.
        scales: Of each row: the mean absolute change from week to week before.
        reach: Nominal coverage to rows × steps: the half-widths of our intervals.
    """

    said: Mapping[str, Array]
    came: Array
    scales: Array
    reach: Mapping[float, Array]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--store", default="demo", help="store to measure on; %(default)s")
    parser.add_argument("--learn", type=int, default=LEARN, help="weeks of the first origin; %(default)s")


def run(args: argparse.Namespace) -> Measured:
    """Measure on a store's complete weeks."""
    store = open_store(args.store)
    shop = shop_weeks(store.at(store.meta.last_at.date() + dt.timedelta(days=1)))
    if shop is None or len(shop.weeks) <= args.learn:
        raise InputError(f"store {args.store!r} has too few weeks; expected more than {args.learn}; try --store demo")
    rows, summing = shop_rows(shop)
    return measure(shop_tree(shop, rows, summing), args.learn)


def measure(tree: Tree, learn: int) -> Measured:
    """Forecast from each week on, up to eight weeks ahead, and compare with what came."""
    weeks = tree.units.shape[1]
    tried = []
    for origin in range(learn, weeks):
        tried.append(try_origin(tree, origin))
        say(f"origin {origin} of {weeks - 1}")
    kept = np.flatnonzero((tree.level == CATEGORY) & (tree.units[:, :learn] > 0).all(axis=1))
    methods = [name for name in (OURS, POOL, ALONE, NETWORK, MEAN, LAST) if all(name in each.said for each in tried)]
    errors = {name: scores(tried, kept, name) for name in methods}
    held = {level: coverage(tried, kept, level) for level in NOMINAL}
    rows = [_row(name, *errors[name]) for name in methods]
    rows += [(f"held of the {level:.0%} intervals, categories", f"{held[level]:.1%}", "", "") for level in NOMINAL]
    for name, number in (("departments", 1), ("total", 0)):
        share = [coverage(tried, np.flatnonzero(tree.level == number), level) for level in NOMINAL]
        rows.append(
            (f"held of the 80 % and 95 % intervals, {name}", " and ".join(f"{each:.1%}" for each in share), "", "")
        )
    best = all(errors[OURS][place] < errors[name][place] for name in (MEAN, LAST) for place in (0, 3))
    return Measured(
        name="demand",
        protocol=(
            f"{len(kept)} categories with sales in each of the first {learn} weeks; from each of {len(tried)} weeks "
            f"on, up to {STEPS} weeks ahead, of {weeks}. WAPE: absolute errors by units, all summed, with the 95 % "
            "interval of a bootstrap over series; MASE: mean absolute error by the mean absolute weekly change."
        ),
        columns=("method", "WAPE", "95 % interval", "MASE"),
        rows=tuple(rows),
        notes=_notes(weeks),
        holds=best and all(abs(held[level] - level) <= TOLERANCE for level in NOMINAL),
    )


def try_origin(tree: Tree, origin: int) -> Tried:
    """Forecast from one origin by every method."""
    units = tree.units[:, :origin]
    known = Tree(units, tree.cut[:, :origin], tree.summing, tree.level, tree.group)
    ours = forecast_tree(known, STEPS)
    pool = pool_forecasts(units, STEPS)
    said = {OURS: ours.middle, POOL: pool[COMBINATION], MEAN: pool["recent mean"], LAST: pool[NAIVE]}
    if learnable(units):
        said[ALONE] = forecast_short(units, known.cut, tree.group, STEPS)
    network = forecast_recurrent(units, STEPS)
    if network is not None:
        said[NETWORK] = network
    came = np.full_like(ours.middle, np.nan)
    ahead = tree.units[:, origin : origin + STEPS]
    came[:, : ahead.shape[1]] = ahead
    reach = {level: np.zeros_like(ours.middle) for level in NOMINAL}
    for row in range(len(units)):
        alike = np.flatnonzero((tree.level == tree.level[row]) | ((tree.level[row] == 0) & (tree.level == 1)))
        like = nearest_in_size(units, alike, row)
        for level in NOMINAL:
            reach[level][row] = ours.half_widths(like, level) * ours.spreads[row]
    return Tried(said, came, scales_of(units), reach)


def scores(tried: Sequence[Tried], rows: NDArray[np.intp], name: str) -> tuple[float, float, float, float]:
    """Return WAPE, the ends of its bootstrap interval, and MASE."""
    errors = np.stack([np.abs(each.came - each.said[name])[rows] for each in tried])
    came = np.stack([each.came[rows] for each in tried])
    scaled = errors / np.stack([each.scales[rows] for each in tried])[:, :, None]
    wrong, sold = np.nansum(errors, axis=(0, 2)), np.nansum(came, axis=(0, 2))
    draws = np.random.default_rng(0).integers(0, len(rows), (RESAMPLES, len(rows)))
    low, high = np.quantile(wrong[draws].sum(axis=1) / sold[draws].sum(axis=1), [0.025, 0.975])
    return float(wrong.sum() / sold.sum()), float(low), float(high), float(np.nanmean(scaled))


def coverage(tried: Sequence[Tried], rows: NDArray[np.intp], level: float) -> float:
    """Return the share of what came that lay inside our intervals."""
    hits, known = 0, 0
    for each in tried:
        seen = ~np.isnan(each.came[rows])
        hits += int((np.abs(each.came - each.said[OURS])[rows] <= each.reach[level][rows])[seen].sum())
        known += int(seen.sum())
    return hits / max(known, 1)


def _row(name: str, wape: float, low: float, high: float, mase: float) -> tuple[str, str, str, str]:
    return name, f"{wape:.1%}", f"{low:.1%}-{high:.1%}", f"{mase:.3f}"


def _notes(weeks: int) -> tuple[str, ...]:
    seasonal = (
        f"Seasonal naive is not defined: {weeks} weeks hold no week of a year before.",
        "Forecasts overlap and share weeks, Thanksgiving and Christmas among them, that no earlier week resembles: the "
        "interval over series does not show that.",
        "The rule that stays with the combination, and which past errors make the intervals, were settled on these "
        "same weeks: another shop's coverage may differ.",
    )
    return seasonal if weeks < 2 * SEASON else seasonal[1:]


BENCHMARK = Benchmark("demand", "weekly units of the demo's categories, and what intervals hold", run, add_arguments)
