"""A sequence that always goes round is learned; the same seed gives the same scores."""

from __future__ import annotations

import numpy as np

from tools.estimators.sasrec import fit_sasrec


def test_what_comes_next_is_learned() -> None:
    rounds = [np.array([(start + step) % 5 for step in range(12)], dtype=np.int64) for start in range(5)] * 20
    model = fit_sasrec(rounds, 5, epochs=25)
    scores = model.scores([np.array([0, 1, 2], dtype=np.int64), np.array([3], dtype=np.int64)])
    assert scores.shape == (2, 5)
    assert scores.argmax(axis=1).tolist() == [3, 4]


def test_the_same_seed_gives_the_same_scores() -> None:
    sequences = [np.array([0, 1, 2], dtype=np.int64), np.array([2, 1], dtype=np.int64), np.array([1], dtype=np.int64)]
    one, other = (fit_sasrec(sequences, 3, epochs=2, seed=1).scores(sequences) for _ in range(2))
    assert np.array_equal(one, other)
