"""Fairness: how often chance alone is called a disparity, and how often a planted disparity is found."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Final

import numpy as np
import pandas as pd

from evals.benchmarks.measure import Benchmark, Measured
from evals.intervals import wilson
from tools.check_fairness import SIGNIFICANCE, count_groups, judge
from tools.customers.attributes import attribute_groups, comparable_attribute
from tools.customers.segments import find_segment
from tools.errors import InputError
from tools.features import customer_features
from tools.progress import say
from tools.warehouse.store import open_store

ATTRIBUTES: Final = ("age", "income", "marital_status", "household_size")
RATIOS: Final = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3)
"""Planted ratios: the largest group is selected at this many times the rate of the others."""

LEAST_POWER: Final = 0.8
"""Bar: a group selected at half the rate is found in four of five cases. The project's own."""

SELECTED: Final = 0.3
"""Share of the others that is selected where a disparity is planted."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--store", default="demo", metavar="S", help="store whose attributes are used (default demo)")
    parser.add_argument(
        "--segment", default="champions", metavar="NAME", help="segment that is kept (default champions)"
    )
    parser.add_argument("--permutations", type=int, default=200, metavar="N", help="data sets of each row")


def run(args: argparse.Namespace) -> Measured:
    """Read the store's attributes and measure."""
    store = open_store(args.store)
    view = store.at(store.meta.last_at.date() + dt.timedelta(days=1))
    names = list(customer_features(view).index)
    groups: dict[str, pd.Series[str]] = {
        name: attribute_groups(view, name, names) for name in ATTRIBUTES if comparable_attribute(view, [name]) == name
    }
    if not groups:
        raise InputError(f"store {args.store!r} has none of {', '.join(ATTRIBUTES)}; expected one; try --store demo")
    chosen = pd.Series(pd.Index(names).isin(find_segment(view, args.segment).customer_ids), index=names)
    return measure(groups, chosen, args.segment, args.permutations)


def measure(groups: dict[str, pd.Series[str]], chosen: pd.Series[bool], segment: str, permutations: int) -> Measured:
    """Judge permuted attributes, then planted disparities by the first attribute."""
    rows, holds = [], True
    for name, group in groups.items():
        say(f"{name}: {permutations} permutations")
        rng = np.random.default_rng(0)
        any_difference, findings = _permuted(group, chosen, permutations, rng)
        # Nominal, unless even the lower end of the interval lies above the level.
        held = (
            wilson(any_difference, permutations)[0] <= SIGNIFICANCE
            and wilson(findings, permutations)[0] <= SIGNIFICANCE
        )
        holds = holds and held
        rows.append(
            (f"{name} permuted, {segment}", _share(findings, permutations), _share(any_difference, permutations), "5%")
        )
    name, group = next(iter(groups.items()))
    for ratio in RATIOS:
        found = _planted(group, ratio, permutations)
        bar = f"at least {LEAST_POWER:.0%}" if ratio == 0.5 else "-"  # noqa: PLR2004 - the row that the bar is for
        holds = holds and (bar == "-" or found >= LEAST_POWER * permutations)
        rows.append((f"{name}, largest group at {ratio:g} times the rate", _share(found, permutations), "-", bar))
    return Measured(
        name="fairness",
        protocol=(
            f"{permutations} data sets a row, 95 % Wilson intervals. Permuted: the attribute shuffled among those of "
            f"whom it is known, segment {segment} kept. Planted: customers drawn at {SELECTED:.0%}, the largest group "
            f"at the ratio given; {int(group.notna().sum())} customers by {name}."
        ),
        columns=("data", "disparity found", "any pair significant", "bar"),
        rows=tuple(rows),
        notes=(
            "A disparity is found where a pair is significant at 5 % over all pairs and below four fifths: where "
            "groups are large, the four fifths make it rarer than 5 %.",
            "Planted: how often the largest group was found. At .8 and above that is chance beside the ratio.",
        ),
        holds=holds,
    )


def _permuted(
    group: pd.Series[str], chosen: pd.Series[bool], permutations: int, rng: np.random.Generator
) -> tuple[int, int]:
    """Return in how many permutations some pair was significant, and in how many a disparity was found."""
    known, kept = group.dropna(), chosen[group.notna()]
    significant = found = 0
    for turn in range(permutations):
        shuffled = pd.Series(rng.permutation(known.to_numpy(object)), index=known.index)
        counts = [count for count in count_groups(shuffled, kept) if count.judged]
        found += bool(judge(counts, seed=turn))
        significant += bool(judge(counts, seed=turn, threshold=1.0))
    return significant, found


def _planted(group: pd.Series[str], ratio: float, permutations: int) -> int:
    """Return in how many draws the disparity of the largest group was found."""
    known = group.dropna()
    largest = str(known.value_counts().index[0])
    rate = np.where(known == largest, SELECTED * ratio, SELECTED)
    found = 0
    for turn in range(permutations):
        chosen = pd.Series(np.random.default_rng(turn).random(len(known)) < rate, index=known.index)
        counts = [count for count in count_groups(known, chosen) if count.judged]
        found += largest in {one.group for one in judge(counts, seed=turn)}
    return found


def _share(hits: int, of: int) -> str:
    low, high = wilson(hits, of)
    return f"{hits}/{of} = {hits / of:.1%} ({low:.1%}-{high:.1%})"


BENCHMARK = Benchmark("fairness", "chance called a disparity, and planted disparities found", run, add_arguments)
