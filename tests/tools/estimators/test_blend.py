"""Blending: scales do not matter, what helps is taken, what does not is left."""

from __future__ import annotations

import numpy as np
import pytest

from tools.estimators.blend import blended, choose_weights, mean_gain, ranked_hits, standardised


def _shop(seed: int) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    taste = rng.normal(size=(300, 60))
    chosen = taste > np.quantile(taste, 0.9, axis=1, keepdims=True)
    scores = {
        "one": 5 * (taste + rng.normal(size=taste.shape)) + 100,
        "other": taste + rng.normal(size=taste.shape),
        "noise": rng.normal(size=taste.shape),
    }
    ready = {name: score.astype(np.float32) for name, score in scores.items()}
    return ready, chosen, np.zeros(taste.shape, dtype=bool)


def test_two_half_blind_models_are_better_together_and_noise_is_left_out() -> None:
    scores, chosen, excluded = _shop(0)
    weights = choose_weights(scores, chosen, excluded)
    assert weights["one"] > 0 < weights["other"]
    assert weights["noise"] == 0
    later, truth, _ = _shop(1)
    both = mean_gain(blended(later, weights), truth)
    assert both > max(mean_gain(later["one"], truth), mean_gain(later["other"], truth))


def test_what_is_excluded_is_never_ranked() -> None:
    scores, chosen, _ = _shop(0)
    weights = choose_weights(scores, chosen, chosen)
    assert set(weights) == set(scores)


def test_a_scale_changes_nothing() -> None:
    scores, _, _ = _shop(0)
    assert standardised(7 * scores["one"] + 3) == pytest.approx(standardised(scores["one"]), abs=1e-3)


def test_hits_are_in_order_of_rank() -> None:
    scores = np.array([[1, 9, 5, 7], [4, 3, 2, 1], [1, 2, 3, 4]], dtype=np.float32)
    chosen = np.array([[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 1]], dtype=bool)
    hits, counts = ranked_hits(scores, chosen, 3)
    assert hits.tolist() == [[True, False, True], [True, False, False]]
    assert counts.tolist() == [2, 1]
    first = (1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert mean_gain(scores, chosen, 3) == pytest.approx((first + 1) / 2)
