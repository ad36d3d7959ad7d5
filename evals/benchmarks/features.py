"""The profile features of a large shop: Ibis expressions against hand-written DuckDB SQL, growth, memory, and Spark."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
import pandas as pd

from evals.benchmarks.feature_run import KEY, SPARK_MEMORY
from evals.benchmarks.feature_shop import LINES_A_CUSTOMER, make_shop
from evals.benchmarks.measure import Benchmark, Measured
from tools.progress import say

# The bars of issue 3: time against hand-written SQL, memory in MB, growth against that of the lines.
MOST_RATIO: Final = 1.3
MOST_MEGABYTES: Final = 4000
STEP: Final = 10
"""How many times fewer lines the small shop has."""
TOLERANCE: Final = 1e-9
"""Relative, of numbers with fractions; whole numbers, times and labels must be equal."""


@dataclass(frozen=True)
class Run:
    """What one process took: wall seconds, processor seconds, peak memory."""

    seconds: float
    processor: float
    megabytes: float


@dataclass(frozen=True)
class Timed:
    """The runs of one way at one size."""

    way: str
    lines: int
    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """Return the median of wall seconds."""
        return median(run.seconds for run in self.runs)

    @property
    def megabytes(self) -> float:
        """Return the largest peak."""
        return max(run.megabytes for run in self.runs)

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the row of the table."""
        if self.way == "spark":
            return (self.way, f"{self.lines:,}", f"{self.seconds:.1f} s", "not measured", f"{SPARK_MEMORY} for Java")
        times = [run.seconds for run in self.runs]
        processor = median(run.processor for run in self.runs)
        told = f"{self.seconds:.1f} s ({min(times):.1f}–{max(times):.1f})"
        return (self.way, f"{self.lines:,}", told, f"{processor:.1f} s", f"{self.megabytes:,.0f} MB")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--lines", type=int, default=10_000_000, metavar="N", help="order lines (default 10,000,000)")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="runs of each way, alternating (default 3)")
    parser.add_argument("--spark", action="store_true", help="compute them on Spark too, and compare")


def run(args: argparse.Namespace) -> Measured:
    """Make the shops in a temporary folder, time each way in processes of their own, compare every column."""
    with tempfile.TemporaryDirectory(prefix="features-") as name:
        folder = Path(name)
        small = _timed(folder / "small", args.lines // STEP, args.repeats)
        large = _timed(folder / "large", args.lines, args.repeats)
        worst = compare(*(pd.read_parquet(folder / "large" / f"{way}.parquet") for way in ("ibis", "sql")))
        timed, notes = (*small, *large), []
        if args.spark:
            timed = (*timed, _once("spark", folder / "large", args.lines))
            there = compare(*(pd.read_parquet(folder / "large" / f"{way}.parquet") for way in ("ibis", "spark")))
            notes = [f"Spark against DuckDB: whole numbers, times and labels equal, others within {there:.1g}."]
    return _told(args.lines, timed, worst, notes)


def _told(lines: int, timed: tuple[Timed, ...], worst: float, notes: list[str]) -> Measured:
    found = {(each.way, each.lines): each for each in timed}
    ibis, sql, before = found["ibis", lines], found["sql", lines], found["ibis", lines // STEP]
    ratios = [a.seconds / b.seconds for a, b in zip(ibis.runs, sql.runs, strict=True)]
    growth = ibis.seconds / before.seconds
    return Measured(
        name="features",
        protocol=(
            f"All profile features of {lines // LINES_A_CUSTOMER:,} made-up customers with {lines:,} order lines, from "
            "Parquet to a Parquet file: the Ibis expressions of the product, and SQL written by hand for DuckDB, each "
            f"in processes of its own, alternating, {len(ibis.runs)} times; median (range). Peak is the largest of all."
        ),
        columns=("way", "order lines", "wall time", "processor time", "peak memory"),
        rows=tuple(each.cells for each in timed),
        notes=(
            f"Ibis over hand-written SQL: {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f}) in pairs of runs; "
            f"bar {MOST_RATIO}.",
            f"Growth with {STEP} times the lines: {growth:.1f} times the time; bar {STEP}.",
            f"Peak memory: bar {MOST_MEGABYTES:,} MB.",
            f"Both give the same columns: whole numbers, times and labels equal, others within {worst:.1g} (relative).",
            *notes,
        ),
        holds=median(ratios) <= MOST_RATIO and growth <= STEP and ibis.megabytes < MOST_MEGABYTES,
    )


def _timed(folder: Path, lines: int, repeats: int) -> tuple[Timed, ...]:
    folder.mkdir()
    say(f"features: making a shop of {lines:,} order lines")
    make_shop(lines, folder)
    runs: dict[str, list[Run]] = {"ibis": [], "sql": []}
    for turn in range(repeats):
        for way, done in runs.items():
            done.append(_measure(way, folder))
            say(f"features: {lines:,} lines, {way}, run {turn + 1} of {repeats}: {done[-1].seconds:.1f} s")
    return tuple(Timed(way, lines, tuple(done)) for way, done in runs.items())


def _once(way: str, folder: Path, lines: int) -> Timed:
    say(f"features: {lines:,} lines, {way}")
    return Timed(way, lines, (_measure(way, folder),))


def _measure(way: str, folder: Path) -> Run:
    command = [sys.executable, "-m", "evals.benchmarks.feature_run", way, str(folder), str(folder / f"{way}.parquet")]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own module
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def compare(one: pd.DataFrame, other: pd.DataFrame) -> float:
    """Return the largest relative difference of any number; all else must be equal.

    Raises:
        ValueError: A column, a row, a whole number, a time, a label or a null differs; that is a bug, not a result.

    >>> compare(pd.DataFrame({"customer_id": ["a"], "x": [1.0]}), pd.DataFrame({"x": [1.0], "customer_id": ["a"]}))
    0.0
    """
    one, other = (frame.set_index(KEY).sort_index() for frame in (one, other))
    if set(one) != set(other) or not one.index.equals(other.index):
        raise ValueError("the two ways give other columns or customers")
    return max(_differ(one[name], other[name]) for name in one)


def _differ(one: pd.Series, other: pd.Series) -> float:
    if not one.isna().equals(other.isna()):
        raise ValueError(f"feature {one.name} is null for others")
    one, other = one.dropna(), other.dropna()
    if one.dtype.kind != "f":
        if not (one == other).all():
            raise ValueError(f"feature {one.name} differs")
        return 0.0
    worst = float((np.abs(one - other) / np.maximum(np.abs(one), np.finfo(float).tiny)).max()) if len(one) else 0.0
    if worst > TOLERANCE:
        raise ValueError(f"feature {one.name} differs by {worst:.1g}")
    return worst


BENCHMARK = Benchmark("features", "profile features of a large shop, against hand-written SQL", run, add_arguments)
