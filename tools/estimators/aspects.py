"""What a clause speaks of: by the words that name an aspect, else by how near its vector is to examples.

The idea of naming categories by a few seeds, and of comparing by sentence vectors where no seed stands, follows
S. Tulkens and A. van Cranenburgh, Embarrassingly simple unsupervised aspect extraction (ACL 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

NEAR: Final = 0.4
"""Cosine to an aspect's nearest example from which a clause with no seed word speaks of it; from the dev sentences."""

AHEAD: Final = 0.04
"""How much nearer than to the next aspect it must be."""


def nearest_aspect(
    vectors: NDArray[np.float32], examples: Sequence[NDArray[np.float32]], near: float = NEAR, ahead: float = AHEAD
) -> NDArray[np.intp]:
    """Return for each clause the aspect that it is nearest to, or -1 where none is near or clearly nearest.

    Args:
        vectors: One unit vector a clause.
        examples: For each aspect, one unit vector an example.
        near: Least cosine.
        ahead: Least distance from the next best.

    >>> axes = np.eye(3, dtype=np.float32)
    >>> nearest_aspect(np.array([[1, 0, 0], [.7, .7, 0], [0, 0, 1]], dtype=np.float32), [axes[:1], axes[1:2]]).tolist()
    [0, -1, -1]
    """
    if not len(vectors):
        return np.empty(0, dtype=np.intp)
    closeness = np.stack([(vectors @ own.T).max(axis=1) for own in examples], axis=1)
    ordered = np.sort(closeness, axis=1)
    runner_up = ordered[:, -2] if len(examples) > 1 else np.full(len(vectors), -1.0, dtype=np.float32)
    sure = (ordered[:, -1] >= near) & (ordered[:, -1] - runner_up >= ahead)
    return np.where(sure, closeness.argmax(axis=1), -1).astype(np.intp)
