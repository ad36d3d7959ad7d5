"""Experiments: false alarms under every way of reading, stated power, what past spend takes off, sample ratios."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Final

import numpy as np

from evals.benchmarks.experiments.alarms import Alarms, Tally, count_alarms
from evals.benchmarks.experiments.powers import Power, money_powers, rate_powers, ratio_alarms, ratio_false_alarm
from evals.benchmarks.experiments.shop_days import TEST_DAYS, ShopDays, shop_days
from evals.benchmarks.measure import Benchmark, Finding, Measured
from evals.intervals import wilson
from tools.estimators.looks import ALPHA
from tools.estimators.money_power import PastSpend
from tools.experiments.reading import SAMPLE_RATIO_ALPHA
from tools.progress import say
from tools.warehouse.store import open_store

CUSTOMERS: Final = 2400
HOLDOUT: Final = 0.2
MOST_GAP: Final = 2.0
"""Bar: stated and simulated power within two points."""

RATE_DESIGNS: Final = ((0.10, 1920, 480, 0.4), (0.10, 4000, 4000, 0.2), (0.30, 900, 300, 0.25), (0.05, 5000, 1250, 0.4))
MONEY_DESIGNS: Final = ((1920, 480, 0.10), (1200, 1200, 0.10), (2160, 240, 0.15), (320, 80, 0.30))
WINDOW_STEP: Final = 7
"""Days between the windows on which past spend is measured."""

LOST: Final = (0.05, 0.10, 0.20)
"""Shares of the treated that are lost on the way."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--store", default="demo", metavar="S", help="store whose orders are drawn (default demo)")
    parser.add_argument("--experiments", type=int, default=2000, metavar="N", help="experiments of nothing")
    parser.add_argument("--tries", type=int, default=4000, metavar="N", help="draws of each design")


def run(args: argparse.Namespace) -> Measured:
    """Read the store's orders and measure."""
    store = open_store(args.store)
    view = store.at(store.meta.last_at.date() + dt.timedelta(days=1))
    return measure(shop_days(view), args.experiments, args.tries)


def measure(shop: ShopDays, experiments: int, tries: int, customers: int = CUSTOMERS) -> Measured:
    """Count alarms, powers and mismatches."""
    say(f"{shop.customers} customers, {experiments} experiments of nothing on {TEST_DAYS} days")
    tally = count_alarms(shop, experiments, customers, HOLDOUT, seed=0)
    say(f"power: {tries} draws of each design")
    powers = [*rate_powers(RATE_DESIGNS, tries, 1), *money_powers(shop, MONEY_DESIGNS, tries, 2, adjusted=True)]
    powers += money_powers(shop, MONEY_DESIGNS[:2], tries, 3, adjusted=False)
    findings = [
        *_alarms(tally),
        *(_power(one) for one in powers),
        *_past_spend(shop, tally),
        *_ratios(customers, tries),
    ]
    return Measured(
        name="experiments",
        protocol=(
            f"{experiments} experiments in which nothing was done: {customers} customers drawn with replacement from "
            f"{shop.customers}, {TEST_DAYS} days from a drawn day of a real shop's year, {HOLDOUT:.0%} left alone by "
            "the product's own assignment, read by the product's own functions. 95 % Wilson intervals. Power: "
            f"{tries} draws of each design."
        ),
        columns=("what", "measured", "stated or nominal", "bar"),
        rows=tuple(one.row for one in findings),
        notes=(
            "Daily: 0.5 % is spent over the 27 days before the end, 4.5 % at the end (Haybittle 1971; Peto et al. "
            "1976), so an alarm on any day counts once against 5 %.",
            "Naive: the same data read at 5 % every day, as a dashboard invites to; shown, no bar.",
            "Purchases alarm less often than 5 %: the arms are alike in past spend, which Newcombe's interval does not "
            "use.",
            "Power of money: everybody treated spends that share more; an arm lost on the way is lost at random.",
        ),
        holds=all(one.holds is not False for one in findings),
    )


def _alarms(tally: Tally) -> list[Finding]:
    found = []
    for name, alarms in (("purchase", tally.purchase), ("money", tally.money)):
        found += _ways(name, alarms, tally.experiments)
    return found


def _ways(name: str, alarms: Alarms, of: int) -> list[Finding]:
    ways = (("read once at the end", alarms.once, True), ("read daily, as the product does", alarms.daily, True))
    rows = [
        Finding((f"false alarms, {name}, {how}", _share(hits, of), f"{ALPHA:.0%}", _bar(barred)), _nominal(hits, of))
        for how, hits, barred in ways
    ]
    naive = (f"false alarms, {name}, read daily at 5 %", _share(alarms.naive, of), f"{ALPHA:.0%}", "-")
    return [*rows, Finding(naive)]


def _bar(barred: bool) -> str:
    return "not above" if barred else "-"


def _nominal(hits: int, of: int) -> bool:
    """Tell whether alarms are nominal: even the lower end of the interval is not above the level."""
    return wilson(hits, of)[0] <= ALPHA


def _power(one: Power) -> Finding:
    row = (
        f"power, {one.what}",
        _share(one.found, one.tries),
        f"{one.stated:.1%} ({one.gap:+.1f} points)",
        f"within {MOST_GAP:g} points",
    )
    return Finding(row, abs(one.gap) <= MOST_GAP)


def _past_spend(shop: ShopDays, tally: Tally) -> list[Finding]:
    shares = [
        PastSpend(shop.spend[:, start : start + TEST_DAYS].sum(axis=1), shop.before(start)).reduction
        for start in shop.starts[::WINDOW_STEP]
    ]
    told = f"{np.median(shares):.1%} ({min(shares):.1%}-{max(shares):.1%} over {len(shares)} windows)"
    return [
        Finding(("variance of money that past spend explains (CUPED)", told, "-", "-")),
        Finding(("variance of estimates it takes off, arms stratified already", f"{tally.reduction:.1%}", "-", "-")),
    ]


def _ratios(customers: int, tries: int) -> list[Finding]:
    others = round(customers * HOLDOUT)
    treated = customers - others
    false = ratio_false_alarm(treated, others)
    nominal = f"{SAMPLE_RATIO_ALPHA:.1%}"
    found = [
        Finding(
            ("sample-ratio alarms, nothing lost (exact)", f"{false:.3%}", nominal, f"{nominal}, rounded"),
            round(false, 3) <= SAMPLE_RATIO_ALPHA,
        )
    ]
    for lost in LOST:
        hits = ratio_alarms(treated, others, lost, tries, 5)
        found.append(Finding((f"sample-ratio alarms, {lost:.0%} of the treated lost", _share(hits, tries), "-", "-")))
    return found


def _share(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits:,}/{of:,} = {hits / of:.2%} ({low:.2%}-{high:.2%})"


BENCHMARK = Benchmark("experiments", "false alarms, stated power and sample ratios of experiments", run, add_arguments)
