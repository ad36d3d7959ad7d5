"""Clusters on rows whose truth is known: plain clouds, no structure, too few rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from tools.estimators.clusters import COUNTS, LEAST_ROWS, cluster_rows, standardise


def clouds(centres: list[tuple[float, float]], each: int = 60, spread: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    rows = np.vstack([rng.normal(centre, spread, size=(each, 2)) for centre in centres])
    return standardise(rows), np.repeat(np.arange(len(centres)), each)


@pytest.mark.parametrize("centres", [[(0, 0), (5, 5), (9, 0)], [(0, 0), (5, 5), (9, 0), (0, 9), (9, 9)]])
def test_plain_clouds_are_found_and_stable(centres: list[tuple[float, float]]) -> None:
    rows, truth = clouds(centres)
    found = cluster_rows(rows, 0)
    assert found is not None
    assert found.clusters == len(centres)
    assert adjusted_rand_score(truth, found.labels) == 1.0
    assert found.stability_low <= found.stability == pytest.approx(1.0)


def test_long_clouds_are_the_mixtures() -> None:
    """Three parallel lines: k-means cuts them across, a mixture with full covariances does not."""
    rng = np.random.default_rng(1)
    lines = [np.column_stack([rng.normal(0, 10, 150), rng.normal(y, 0.3, 150)]) for y in (0.0, 4.0, 8.0)]
    found = cluster_rows(standardise(np.vstack(lines)), 0)
    assert found is not None
    assert found.method == "Gaussian mixture"
    assert adjusted_rand_score(np.repeat(np.arange(3), 150), found.labels) > 0.95


def test_one_cloud_has_no_stable_clusters() -> None:
    rows = np.random.default_rng(2).normal(size=(300, 4))
    found = cluster_rows(rows, 0)
    assert found is not None
    assert found.stability < 0.6
    assert found.silhouette < 0.25


def test_every_number_was_tried_by_both_methods() -> None:
    found = cluster_rows(clouds([(0, 0), (5, 5), (9, 0)])[0], 0)
    assert found is not None
    assert [attempt.clusters for attempt in found.attempts] == [*COUNTS, *COUNTS]


def test_the_same_seed_gives_the_same_clusters() -> None:
    rows = np.random.default_rng(3).normal(size=(200, 3))
    one, two = cluster_rows(rows, 5), cluster_rows(rows, 5)
    assert one is not None
    assert two is not None
    assert (one.labels == two.labels).all()
    assert one.stability == two.stability


@pytest.mark.parametrize(
    "rows",
    [np.ones((6, 2)), np.empty((50, 0)), np.repeat([[0.0], [1.0]], 50, axis=0), np.arange(LEAST_ROWS - 1.0)[:, None]],
    ids=["few", "no columns", "two values", "one too few"],
)
def test_rows_that_cannot_be_clustered(rows: np.ndarray) -> None:
    assert cluster_rows(rows, 0) is None
