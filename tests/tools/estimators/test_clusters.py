"""k-means on rows whose clusters are plain to see."""

from __future__ import annotations

import numpy as np

from tools.estimators.clusters import k_means


def test_three_clouds() -> None:
    rng = np.random.default_rng(0)
    clouds = [rng.normal(centre, 0.1, size=(20, 2)) for centre in ((0, 0), (5, 5), (9, 0))]
    labels = k_means(np.vstack(clouds), 3)
    assert [len(set(labels[start : start + 20])) for start in (0, 20, 40)] == [1, 1, 1]
    assert len(set(labels)) == 3


def test_equal_rows_make_one_cluster() -> None:
    assert set(k_means(np.ones((6, 2)), 3)) == {0}
