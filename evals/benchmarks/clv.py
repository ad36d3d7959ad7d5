"""Lifetime value: CDNOW's published numbers and held-out weeks, coverage, speed, and the demo's profile."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import importlib.util
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.cdnow import CUT, PUBLISHED, WEEKS, Halves, read_halves, simulate_histories
from evals.benchmarks.measure import Benchmark, Finding, Measured
from evals.datasets import dataset
from evals.intervals import wilson
from tools.customers.value import INTERVAL_PERCENT, CustomerValues, estimate_values
from tools.customers.value_backtest import backtest_values
from tools.errors import InputError
from tools.estimators.lifetime_value import Histories, PurchaseModel, fit_purchases
from tools.profile_customers import ProfileQuery, profile_customers
from tools.progress import say
from tools.warehouse.store import open_store

Array = NDArray[np.float64]
Hits = NDArray[np.bool_]

EXAMPLE = (Histories(np.array([2.0]), np.array([30.43]), np.array([38.86])), 1.226)
"""The paper's worked customer, and the purchases expected of them in 39 weeks."""

RESAMPLES = 2_000
GROUP = 100
"""Customers of similar expected value whose mean spend is one trial of coverage: a segment's size."""

CENT = 1e-2
"""Money below which two amounts are the same: the simulated ones are rounded to single precision."""

COVERAGE_SLACK = 0.05
"""How far below its nominal level a measured coverage may lie."""

MOST_FIT_SECONDS, MOST_PROFILE_SECONDS = 10.0, 3.0
ORACLE: Final = "lifetimes"
"""The fastest Python library that reproduces the published numbers (version 0.11.3)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--customers", type=int, default=100_000, metavar="N", help="customers of the timed fit")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="timed runs, of which the median counts")
    parser.add_argument("--store", default="demo", metavar="S", help="store whose profile is timed (default demo)")


def run(args: argparse.Namespace) -> Measured:
    """Fetch CDNOW and measure."""
    return measure(dataset("cdnow"), args.customers, args.runs, args.store)


def measure(folder: Path, customers: int, runs: int, store: str) -> Measured:
    """Fit and predict CDNOW, check coverage, and time the fit and the profile."""
    halves = read_halves(folder)
    say(f"CDNOW: {len(halves.purchases):,} customers")
    model = fit_purchases(halves.past)
    bare = estimate_values(halves.summary, seed=0, weeks=WEEKS)
    values = estimate_values(halves.summary, seed=0, weeks=WEEKS, backtest=backtest_values(halves.days, CUT))
    found = [
        *_published(model),
        *_holdout(halves, model),
        *_coverage(halves, values, bare),
        *_speed(customers, runs),
        *_profile(store, runs),
    ]
    return Measured(
        name="clv",
        protocol=(
            f"CDNOW 1/10 sample, {len(halves.purchases):,} customers: BG/NBD and Gamma-Gamma on weeks 1-39, predicting "
            f"weeks 40-78; errors with 95 % bootstrap intervals over customers ({RESAMPLES:,} resamples)."
        ),
        columns=("what", "ours", "beside it", "bar"),
        rows=tuple(finding.row for finding in found),
        notes=(
            "Published: P. Fader, B. Hardie, K. L. Lee, Counting your customers the easy way, Marketing Science 24(2), "
            "2005, Table 2 and the worked example.",
            "Naive rate: purchases so far by weeks observed. Hiatus: the naive rate for those who bought within the "
            "95th percentile of the gaps, nothing for the others. Mean: everybody like the average customer.",
            f"The data came with the package {ORACLE} (MIT); its owner gave no licence, so it is read and not kept.",
        ),
        holds=all(finding.holds is not False for finding in found),
    )


def _published(model: PurchaseModel) -> list[Finding]:
    """Compare the fit with the paper, to the digits that it prints."""
    findings = []
    for name, field, digits in (
        ("r", "rate", 3),
        ("alpha", "scale", 3),
        ("a", "a", 3),
        ("b", "b", 3),
        ("log-likelihood", "log_likelihood", 1),
    ):
        ours, theirs = getattr(model, field), getattr(PUBLISHED, field)
        told = f"{ours:.{digits + 2}f}"
        findings.append(Finding((name, told, f"published {theirs}", "same digits"), round(ours, digits) == theirs))
    past, published = EXAMPLE
    expected = float(model.expected_purchases(past, WEEKS)[0])
    row = ("E[Y(39) given 2, 30.43, 38.86]", f"{expected:.4f}", f"published {published}", "same digits")
    return [*findings, Finding(row, round(expected, 3) == published)]


def predictions(halves: Halves, model: PurchaseModel) -> dict[str, Array]:
    """Return each method's predicted purchases of the second half, by its name."""
    past = halves.past
    naive = past.repeats / past.age * WEEKS
    lately = past.age - past.recency <= np.quantile(halves.gaps, 0.95)
    return {
        "BG/NBD": model.expected_purchases(past, WEEKS),
        "naive rate": naive,
        "hiatus": np.where(lately, naive, 0.0),
        "mean": np.full(len(naive), past.repeats.sum() / past.age.sum() * WEEKS),
    }


def _holdout(halves: Halves, model: PurchaseModel) -> list[Finding]:
    """Return the errors of each method, and whether the model's are below the naive rate's beyond chance."""
    rng = np.random.default_rng(0)
    people = rng.integers(len(halves.purchases), size=(RESAMPLES, len(halves.purchases)))
    errors = {name: made - halves.purchases for name, made in predictions(halves, model).items()}
    findings = []
    for measure_name, of, back in (("MAE", np.abs, _same), ("RMSE", np.square, np.sqrt)):
        sizes = {name: of(error) for name, error in errors.items()}
        spread = {name: back(size[people].mean(axis=1)) for name, size in sizes.items()}
        others = ", ".join(f"{name} {_told(back(sizes[name].mean()), spread[name])}" for name in list(sizes)[1:])
        better = np.percentile(spread["BG/NBD"] - spread["naive rate"], 97.5) < 0
        told = _told(back(sizes["BG/NBD"].mean()), spread["BG/NBD"])
        row = (f"weeks 40-78, purchases, {measure_name}", told, others, "below the naive rate")
        findings.append(Finding(row, bool(better)))
    expected, true = float(predictions(halves, model)["BG/NBD"].sum()), float(halves.purchases.sum())
    findings.append(Finding(("weeks 40-78, purchases in all", f"{expected:,.0f}", f"true {true:,.0f}", "-")))
    return findings


def _same(values: Any) -> Any:
    return values


def _told(value: float, spread: Array) -> str:
    low, high = np.percentile(spread, [2.5, 97.5])
    return f"{value:.3f} ({low:.3f}-{high:.3f})"


def _coverage(halves: Halves, values: CustomerValues, bare: CustomerValues) -> list[Finding]:
    """Return how often the interval of spend holds what was spent; `bare` are the models alone, without back-tests."""
    came_back = halves.past.repeats > 0
    everybody = np.full(len(came_back), True)
    low, high = values.interval(everybody)
    told = f"{float(values.table['clv'].mean()):.2f} ({low:.2f}-{high:.2f})"
    ours, alone = _inside(halves, values), _inside(halves, bare)
    return [
        _covered("a customer's spend", ours, alone),
        _covered("a customer's spend, of those who had come back", ours[came_back], alone[came_back]),
        _covered(f"mean spend of {GROUP} like customers", _groups_inside(halves, values), _groups_inside(halves, bare)),
        Finding(("weeks 40-78, mean spend of all", told, f"true {halves.spend.mean():.2f}", "-")),
    ]


def _inside(halves: Halves, values: CustomerValues) -> Hits:
    low, high = values.intervals()
    inside: Hits = (low - CENT <= halves.spend) & (halves.spend <= high + CENT)
    return inside


def _groups_inside(halves: Halves, values: CustomerValues) -> Hits:
    """Return for each group of customers of like expected value whether its interval holds its mean spend."""
    order = np.argsort(-values.table["clv"].to_numpy(float), kind="stable")
    hits = []
    for start in range(0, len(order) - GROUP + 1, GROUP):
        chosen = np.zeros(len(order), dtype=bool)
        chosen[order[start : start + GROUP]] = True
        low, high = values.interval(chosen)
        hits.append(low <= halves.spend[chosen].mean() <= high)
    return np.array(hits, dtype=bool)


def _covered(what: str, ours: Hits, alone: Hits) -> Finding:
    """Tell a coverage with its Wilson interval; the bar is not missed where chance may be why."""
    hits, of = int(ours.sum()), len(ours)
    if not of:
        return Finding((f"coverage: {what}", "-", "too few customers", "-"))
    low, high = wilson(hits, of)
    nominal = INTERVAL_PERCENT / 100
    row = (
        f"coverage of the {nominal:.0%} interval: {what}",
        f"{hits}/{of} = {hits / of:.0%} ({low:.0%}-{high:.0%})",
        f"models alone {int(alone.sum())}/{of} = {alone.mean():.0%}",
        f"not below {nominal - COVERAGE_SLACK:.0%} beyond chance",
    )
    return Finding(row, high >= nominal - COVERAGE_SLACK)


def _speed(customers: int, runs: int) -> list[Finding]:
    """Time the fit of many customers, and the oracle's on the same customers in the same run where it is installed.

    Processor time of one thread, which other work on the machine disturbs least.
    """
    past = simulate_histories(customers, seed=1)
    fits: dict[str, Callable[[], tuple[float, ...]]] = {"ours": lambda: _parameters(fit_purchases(past))}
    if importlib.util.find_spec(ORACLE):
        fits[ORACLE] = lambda: _oracle_parameters(past)
    seconds: dict[str, list[float]] = {name: [] for name in fits}
    found: dict[str, tuple[float, ...]] = {}
    for number in range(runs):
        say(f"fit of {customers:,} customers, run {number + 1} of {runs}")
        for name, fit in fits.items():
            started = time.process_time()
            found[name] = fit()
            seconds[name].append(time.process_time() - started)
    ours = statistics.median(seconds["ours"])
    what = f"fit of {customers:,} simulated customers, one thread, processor time, median of {runs}"
    if ORACLE not in fits:
        beside = f"{ORACLE} is not installed: no ratio"
    else:
        theirs = statistics.median(seconds[ORACLE])
        apart = max(abs(a - b) for a, b in zip(found["ours"], found[ORACLE], strict=True))
        beside = f"{ORACLE} {theirs:.2f} s, ratio {theirs / ours:.1f}; parameters differ by {apart:.4f} at most"
    row = (
        what,
        f"{ours:.3f} s ({min(seconds['ours']):.3f}-{max(seconds['ours']):.3f})",
        beside,
        f"{MOST_FIT_SECONDS:g} s",
    )
    return [Finding(row, ours <= MOST_FIT_SECONDS)]


def _parameters(model: PurchaseModel) -> tuple[float, ...]:
    return model.rate, model.scale, model.a, model.b


def _oracle_parameters(past: Histories) -> tuple[float, ...]:
    """Fit with the other library; its parameters r, alpha, a, b."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitter: Any = importlib.import_module(ORACLE).BetaGeoFitter()
        fitter.fit(past.repeats, past.recency, past.age)
    return tuple(float(fitter.params_[name]) for name in ("r", "alpha", "a", "b"))


def _profile(store: str, runs: int) -> list[Finding]:
    """Time the profile of a store by cluster, whose parts are computed anew on each of some days."""
    try:
        opened = open_store(store)
    except InputError:
        return [Finding((f"profile of store {store}", "-", "the store is not there: not measured", "-"))]
    seconds, busy, customers = [], [], 0
    for back in range(1, runs + 1):
        view = opened.at(opened.meta.last_at.date() - dt.timedelta(days=back))
        started, used = time.perf_counter(), time.process_time()
        customers = profile_customers(ProfileQuery(by="cluster"), view).customers
        seconds.append(time.perf_counter() - started)
        busy.append(time.process_time() - used)
    told = f"{statistics.median(seconds):.2f} s ({min(seconds):.2f}-{max(seconds):.2f})"
    row = (
        f"profile of store {store} by cluster, nothing computed before",
        told,
        f"{customers:,} customers; processor time {statistics.median(busy):.2f} s",
        f"{MOST_PROFILE_SECONDS:g} s",
    )
    return [Finding(row, statistics.median(seconds) <= MOST_PROFILE_SECONDS)]


BENCHMARK = Benchmark("clv", "lifetime value: CDNOW, coverage, speed, the demo's profile", run, add_arguments)
