"""The fairness benchmark in small, on drawn customers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evals.benchmarks.catalog import benchmark_named
from evals.benchmarks.fairness import RATIOS, measure


def test_chance_is_seldom_found_and_a_planted_disparity_mostly() -> None:
    rng = np.random.default_rng(0)
    names = [f"c{number}" for number in range(900)]
    ages = pd.Series(rng.choice(["18-34", "35-54", "55+"], 900), index=names).where(rng.random(900) < 0.9)
    measured = measure({"age": ages}, pd.Series(rng.random(900) < 0.2, index=names), "drawn", permutations=40)
    told = {row[0]: row[1] for row in measured.rows}
    assert len(told) == 1 + len(RATIOS)
    assert int(told["age permuted, drawn"].split("/")[0]) <= 6
    assert int(told["age, largest group at 0.5 times the rate"].split("/")[0]) >= 32
    assert measured.holds


def test_it_is_listed() -> None:
    assert benchmark_named("fairness").name == "fairness"
