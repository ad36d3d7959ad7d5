"""Response and churn on a store: later coupon campaigns ranked from earlier ones, and who buys no more."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evals.benchmarks.measure import Benchmark, Finding, Measured
from tools.customers.days import customer_days
from tools.customers.value import alive_probabilities
from tools.errors import InputError
from tools.estimators.calibration import area_under_curve, calibration_error, error_by_chance, lift
from tools.response.history import response_history
from tools.response.purchase_history import cut_at
from tools.response.purchase_prediction import BOOSTED as TREES
from tools.response.purchase_prediction import RECENCY, SEQUENCE, fit_models, learn_from
from tools.response.segments import exposures_through
from tools.response.validation import BOOSTED, LOGISTIC, RULE, Validation, losses, validate_response
from tools.warehouse.columns import Column
from tools.warehouse.store import Store, open_store

Array = NDArray[np.float64]
Measure = Callable[[Array, Array], float]

RESAMPLES: Final = 500
LEARN_WEEKS: Final = 39
"""Weeks learned from; the rest is the test, as the demo's data are usually split."""

ALIVE: Final = "1 - P(alive), BG/NBD"
LEAST_KIND: Final = 100
"""Exposures of a kind of campaign that get a row of their own."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--store", default="demo", metavar="S", help="store with campaigns (default demo)")
    parser.add_argument("--weeks", type=int, default=LEARN_WEEKS, metavar="N", help="weeks learned from for churn")


def run(args: argparse.Namespace) -> Measured:
    """Open the store and measure."""
    return measure(open_store(args.store), args.weeks)


def measure(store: Store, learn_weeks: int) -> Measured:
    """Rank campaigns and churn.

    Raises:
        InputError: The store has no later campaign that can be predicted from earlier ones.
    """
    last = store.meta.last_at.date() + dt.timedelta(days=1)
    history = response_history(store.at(last))
    channel = "" if history is None else str(history.frame[Column.CHANNEL].value_counts().index[0])
    found = None if history is None else validate_response(exposures_through(history, channel)[0], boosted=True)
    if found is None:
        raise InputError(f"store {store.meta.name!r} has no campaign to predict; expected four that ended; try demo")
    churn, households, churned, test = _churn(store, learn_weeks, last)
    findings = [*_campaigns(found), *churn]
    return Measured(
        name="response",
        protocol=(
            f"Store {store.meta.name}: {len(found.responded):,} exposures of {found.count} campaigns, each predicted "
            f"from the campaigns that had ended before it, {found.responded.mean():.1%} responded. Churn: "
            f"{households:,} households with an order in weeks 1-{learn_weeks}, of whom {churned} bought nothing in "
            f"the {test} days after; learned on the first part alone. 95 % bootstrap intervals over households "
            f"({RESAMPLES} resamples), differences on the same resamples."
        ),
        columns=("what", "ours", "beside it", "bar"),
        rows=tuple(finding.row for finding in findings),
        notes=(
            "AUC: probability that a responder is ranked above another, ties half, all campaigns together. Lift at "
            "10 %: response rate of the best-ranked tenth over that of all.",
            "Recency and frequency: rank of orders in 13 weeks minus rank of days since the last, within the campaign.",
            "Expected calibration error: ten bins of equally many, mean distance of prediction and frequency; by "
            "chance = of a perfect model on as many rows.",
        ),
        holds=all(finding.holds is not False for finding in findings),
    )


def _campaigns(found: Validation) -> list[Finding]:
    findings = []
    groups = _groups(found.customers)
    for name, of in (("AUC", area_under_curve), ("lift at 10 %", lift)):
        findings += _compared(f"campaigns, {name}", found.predicted, LOGISTIC, RULE, found.responded, groups, of)
    own, loss = found.predicted[LOGISTIC], losses(found)
    findings.append(_calibrated("campaigns, expected calibration error", own, found.responded))
    findings.append(
        Finding(("campaigns, log loss", f"{loss[LOGISTIC]:.4f}", f"{BOOSTED} {loss[BOOSTED]:.4f}: not used", "-"))
    )
    for kind in sorted(set(found.kinds)):
        rows = found.kinds == kind
        if rows.sum() >= LEAST_KIND and 0 < found.responded[rows].sum() < rows.sum():
            parts = {name: predicted[rows] for name, predicted in found.predicted.items()}
            what = f"campaigns of kind {kind} ({int(rows.sum())} exposures, {found.responded[rows].mean():.1%}), AUC"
            responded, own_groups = found.responded[rows], _groups(found.customers[rows])
            compared = _compared(what, parts, LOGISTIC, RULE, responded, own_groups, area_under_curve)
            findings += [Finding(finding.row[:3] + ("-",)) for finding in compared[:1]]
    return findings


def _churn(store: Store, learn_weeks: int, last: dt.date) -> tuple[list[Finding], int, int, int]:
    """Return findings, households, how many churned, and the days of the test."""
    first = store.meta.first_at.date()
    cut = first + dt.timedelta(weeks=learn_weeks)
    test = (last - cut).days
    weeks, view = test // 7, store.at(cut)
    learning = learn_from(customer_days(view), pd.Timestamp(cut), weeks)
    truth = cut_at(customer_days(store.at(last)), pd.Timestamp(cut), weeks, pd.Timestamp(last))
    if learning is None or truth.bought is None:
        return [Finding(("churn", "-", "too little history", "-"))], len(truth.customer_ids), 0, test
    churned = 1 - truth.bought
    ranked = {
        f"{name}": 1 - model.predict(truth.features, truth.sequences) for name, model in fit_models(learning).items()
    }
    ranked[ALIVE] = 1 - alive_probabilities(view).reindex(truth.customer_ids).to_numpy(float)
    ranked[RECENCY] = truth.features[:, 0]
    groups = np.arange(len(churned))
    findings = _compared("churn, AUC", ranked, TREES, RECENCY, churned, groups, area_under_curve)
    for name in (SEQUENCE, ALIVE):
        if name in ranked:
            compared = _compared("churn, AUC", ranked, name, RECENCY, churned, groups, area_under_curve)
            findings += [Finding(finding.row[:3] + ("-",)) for finding in compared]
    for name in (TREES, SEQUENCE):
        if name in ranked:
            findings.append(_calibrated(f"churn, expected calibration error, {name}", ranked[name], churned))
    return findings, len(churned), int(churned.sum()), weeks * 7


def _compared(
    what: str,
    ranked: Mapping[str, Array],
    ours: str,
    rule: str,
    outcome: Array,
    groups: NDArray[np.intp],
    of: Measure,
) -> list[Finding]:
    """Compare a ranking with the rule's on the same resamples; the bar is a difference beyond chance."""
    drawn = {name: _resampled(values, outcome, groups, of) for name, values in ranked.items()}
    difference = drawn[ours] - drawn[rule]
    others = [name for name in ranked if name not in {ours, rule}]
    beside = ", ".join(f"{name} {_told(of(ranked[name], outcome), drawn[name])}" for name in (rule, *others))
    apart = _told(of(ranked[ours], outcome) - of(ranked[rule], outcome), difference)
    row = (f"{what}: {ours}", _told(of(ranked[ours], outcome), drawn[ours]), beside, "above the rule")
    return [
        Finding(row),
        Finding((f"{what}: {ours} minus {rule}", apart, "-", "above 0"), bool(np.percentile(difference, 2.5) > 0)),
    ]


def _resampled(ranking: Array, outcome: Array, groups: NDArray[np.intp], of: Measure) -> Array:
    """Return the measure on resampled households; the same draws for every ranking."""
    rng = np.random.default_rng(0)
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(groups.max() + 2))
    found = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        drawn = rng.integers(groups.max() + 1, size=groups.max() + 1)
        sizes = starts[drawn + 1] - starts[drawn]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        rows = order[np.repeat(starts[drawn], sizes) + within]
        found[number] = of(ranking[rows], outcome[rows])
    return found


def _groups(customers: NDArray[np.object_]) -> NDArray[np.intp]:
    return np.asarray(pd.factorize(customers)[0], dtype=np.intp)


def _calibrated(what: str, predicted: Array, outcome: Array) -> Finding:
    error, chance = calibration_error(predicted, outcome), error_by_chance(predicted)
    return Finding((what, f"{error:.4f} (n {len(outcome):,})", f"{chance:.4f} by chance alone", "-"))


def _told(value: float, drawn: Array) -> str:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


BENCHMARK = Benchmark(
    "response", "response to later campaigns, and churn, against recency and frequency", run, add_arguments
)
