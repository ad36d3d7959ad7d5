"""The effect of contact: a real trial, simulated customers with known effects, and data without any effect."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.measure import Benchmark, Finding, Measured
from evals.benchmarks.microfinance import OUTCOMES, Households, read_households
from evals.datasets import dataset
from evals.intervals import wilson
from evals.simulator import Simulated, simulate_customers
from tools.estimators.qini import LEVEL, QINI_DEFINITION, Verdict, judge, qini
from tools.estimators.uplift import BEST, LEARNERS, Learner, Trial, estimate_effects
from tools.progress import say

Array = NDArray[np.float64]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--customers", type=int, default=4_000, metavar="N", help="customers of a simulated trial")
    parser.add_argument("--trials", type=int, default=20, metavar="N", help="simulated trials of each kind")
    parser.add_argument(
        "--permutations", type=int, default=100, metavar="N", help="data sets without effect, each kind"
    )


def run(args: argparse.Namespace) -> Measured:
    """Fetch the trial and measure."""
    return measure(dataset("microfinance"), args.customers, args.trials, args.permutations)


def measure(folder: Path, customers: int, trials: int, permutations: int) -> Measured:
    """Estimate effects on all three kinds of data."""
    households = read_households(folder)
    found = [
        *_real(households),
        *_known(customers, trials, randomised=True),
        *_known(customers, trials, randomised=False),
        _false_alarms("simulated customers without effect", _shuffled_customers(customers), permutations),
        _false_alarms("microfinance, areas drawn anew", _shuffled_areas(households), permutations),
    ]
    return Measured(
        name="uplift",
        protocol=(
            f"T-, X- and DR-learner on boosted trees, effects of each fifth predicted by models of the others. "
            f"Microfinance trial: {len(households.treated):,} households in {len(np.unique(households.areas))} areas, "
            f"intervals and tests by area. Simulated: {trials} trials of {customers:,} customers, half contacted by "
            f"lot or by a propensity to be learned. {QINI_DEFINITION} Intervals 95 %, Qini's by bootstrap over areas "
            "or customers."
        ),
        columns=("what", "ours", "beside it", "bar"),
        rows=tuple(finding.row for finding in found),
        notes=(
            "Published: 26.7 % of households in treated areas borrowed from a microfinance lender at the first "
            "endline, 18.3 % in the others (Banerjee et al. 2015); ours is unweighted, the paper weights households.",
            "PEHE: root mean square of estimated minus true effect over customers; the constant baseline gives "
            "everybody the estimated average.",
            f"An effect is claimed when the average differs from zero or the ranking beats random, each at "
            f"{LEVEL / 2:g}, so that {LEVEL:.0%} of data sets without effect get a claim.",
            "The trial came with the package causeinfer (BSD); the data are the authors', read and not kept.",
        ),
        holds=all(finding.holds is not False for finding in found),
    )


def _judged(trial: Trial, learner: Learner) -> Verdict:
    return judge(estimate_effects(trial, learner), trial.clusters)


def _real(households: Households) -> list[Finding]:
    """Return average effect and Qini on the microfinance trial; a bar only where the paper reports a clear effect."""
    findings = []
    for outcome, words in OUTCOMES.items():
        trial = households.trial(outcome)
        plain = trial.outcome[trial.treated > 0].mean() - trial.outcome[trial.treated <= 0].mean()
        say(f"microfinance: {words}")
        for learner in LEARNERS:
            verdict = _judged(trial, learner)
            row = (
                f"microfinance, {words}, {learner}-learner",
                f"average {_told(verdict.average, verdict.low, verdict.high)}, "
                f"Qini {_told(verdict.qini, verdict.qini_low, verdict.qini_high)}",
                f"plain difference {plain:.4f}; p {verdict.average_p:.3f} and {verdict.qini_p:.3f}; "
                f"effect {'known' if verdict.known else 'not known'}",
                "effect known" if outcome == "anymfi_1" else "-",
            )
            findings.append(Finding(row, verdict.known if outcome == "anymfi_1" else None))
    return findings


def _known(customers: int, trials: int, *, randomised: bool) -> list[Finding]:
    """Return errors against the truth, and how often the interval of the average holds it."""
    drawn = [simulate_customers(customers, seed, randomised=randomised) for seed in range(trials)]
    how = "contacted by lot" if randomised else "contact by propensity, learned"
    findings = []
    for learner in LEARNERS:
        say(f"simulated, {how}: {learner}-learner")
        findings += _against_truth(drawn, learner, how)
    return findings


def _against_truth(drawn: list[Simulated], learner: Learner, how: str) -> list[Finding]:
    ours, constant, gain, best, inside = [], [], [], [], []
    for number, simulated in enumerate(drawn):
        effects = estimate_effects(simulated.trial, learner, seed=number)
        verdict, later = judge(effects, simulated.trial.clusters), effects.part > 0
        ours.append(_root_mean_square(effects.effect - simulated.effect))
        constant.append(_root_mean_square(verdict.average - simulated.effect))
        gain.append(qini(effects.later_rank[later], simulated.effect[later]))
        best.append(qini(simulated.effect, simulated.effect))
        inside.append(verdict.low <= simulated.effect.mean() <= verdict.high)
    better = np.array(constant) - np.array(ours)
    low, high = wilson(sum(inside), len(inside))
    what = f"simulated, {how}, {learner}-learner"
    return [
        Finding(
            (
                f"{what}: PEHE",
                _spread(np.array(ours)),
                f"constant {_spread(np.array(constant))}, difference {_spread(better)}",
                "below the constant",
            ),
            bool(np.percentile(_means(better), 2.5) > 0),
        ),
        Finding(
            (f"{what}: Qini by true effects", _spread(np.array(gain)), f"perfect ranking {np.mean(best):.4f}", "-")
        ),
        Finding(
            (
                f"{what}: interval of the average holds the truth",
                f"{sum(inside)}/{len(inside)} ({low:.0%}-{high:.0%})",
                "nominal 95 %",
                "not below beyond chance",
            ),
            high >= 0.95,  # noqa: PLR2004
        ),
    ]


def _false_alarms(what: str, data: Callable[[int], Iterator[Trial]], permutations: int) -> Finding:
    """Return how often an effect is claimed where there is none."""
    verdicts = []
    for number, trial in enumerate(data(permutations)):
        if number % 25 == 0:
            say(f"{what}: {number} of {permutations}")
        verdicts.append(_judged(trial, BEST))
    claimed = sum(verdict.known for verdict in verdicts)
    average, ranking = (sum(getattr(v, name) < LEVEL for v in verdicts) for name in ("average_p", "qini_p"))
    low, high = wilson(claimed, len(verdicts))
    row = (
        f"{what}: effect claimed",
        f"{claimed}/{len(verdicts)} = {claimed / len(verdicts):.0%} ({low:.1%}-{high:.1%})",
        f"nominal {LEVEL:.0%}; alone at {LEVEL:.0%}: average {average}, ranking {ranking}",
        "nominal or below, but for chance",
    )
    return Finding(row, low <= LEVEL)


def _shuffled_customers(customers: int) -> Callable[[int], Iterator[Trial]]:
    def draw(count: int) -> Iterator[Trial]:
        trial = simulate_customers(customers, seed=0).trial
        rng = np.random.default_rng(0)
        for _ in range(count):
            yield dataclasses.replace(trial, treated=rng.permutation(trial.treated))

    return draw


def _shuffled_areas(households: Households) -> Callable[[int], Iterator[Trial]]:
    def draw(count: int) -> Iterator[Trial]:
        rng = np.random.default_rng(0)
        for _ in range(count):
            yield households.trial("anymfi_1", households.permuted(rng))

    return draw


def _root_mean_square(error: Array) -> float:
    return float(np.sqrt((error**2).mean()))


def _means(values: Array) -> Array:
    """Return means of resampled trials."""
    rng = np.random.default_rng(0)
    means: Array = values[rng.integers(len(values), size=(2_000, len(values)))].mean(axis=1)
    return means


def _spread(values: Array) -> str:
    low, high = np.percentile(_means(values), [2.5, 97.5])
    return _told(float(values.mean()), float(low), float(high))


def _told(value: float, low: float, high: float) -> str:
    return f"{value:.4f} ({low:.4f} to {high:.4f})"


BENCHMARK = Benchmark(
    "uplift", "effect of contact: microfinance trial, simulated customers, data without effect", run, add_arguments
)
