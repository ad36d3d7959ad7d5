"""The demand benchmark on made-up categories."""

from __future__ import annotations

import numpy as np
import pytest

from evals.benchmarks.demand import MEAN, OURS, Tried, coverage, measure, scores
from tools.estimators.demand.coherent import Tree
from tools.estimators.demand.hierarchy import summing_matrix


def test_a_tiny_run() -> None:
    units = np.random.default_rng(0).poisson(50.0, (6, 26)).astype(float)
    labels = [["all"] * 6, ["a", "a", "a", "b", "b", "b"], list("uvwxyz")]
    rows, summing = summing_matrix(labels)
    level = np.array([number for number, _ in rows], dtype=np.intp)
    every = summing @ units
    measured = measure(Tree(every, np.zeros_like(every), summing, level, level.astype(np.int64)), 22)
    assert measured.protocol.startswith("6 categories with sales in each of the first 22 weeks; from each of 4 weeks")
    names = [row[0] for row in measured.rows]
    assert names[0] == OURS
    assert MEAN in names


def test_scores_and_coverage_are_what_they_say() -> None:
    came = np.array([[10.0, 20.0], [30.0, np.nan]])
    said = {OURS: np.array([[11.0, 22.0], [27.0, 5.0]])}
    reach = {0.8: np.array([[1.0, 1.0], [4.0, 4.0]])}
    tried = [Tried(said, came, np.array([2.0, 3.0]), reach)]
    wape, low, high, mase = scores(tried, np.arange(2), OURS)
    assert wape == pytest.approx((1 + 2 + 3) / (10 + 20 + 30))
    assert low <= wape <= high
    assert mase == pytest.approx((1 / 2 + 2 / 2 + 3 / 3) / 3)
    assert coverage(tried, np.arange(2), 0.8) == pytest.approx(2 / 3)
