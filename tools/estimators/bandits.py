"""Bandit policies: the chance with which each arm is tried on each row, from what is known of the arms.

Sources: Li, Chu, Langford and Schapire (2010), "A Contextual-Bandit Approach to Personalized News Article
Recommendation" (LinUCB); Agrawal and Goyal (2013), "Thompson Sampling for Contextual Bandits with Linear Payoffs".
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.estimators.arms import ArmModel

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

DRAWS: Final = 400
"""Draws that chances of being best are counted over; a chance of one half is then known to about 2.5 points."""

WIDTH: Final = 1.0
"""Deviations by which LinUCB is optimistic (alpha in Li et al. 2010, who found values near 1 good)."""

MOST_CELLS: Final = 8_000_000
"""Rows times draws held at once."""


def thompson_shares(model: ArmModel, traits: Array, allowed: Flags, rng: np.random.Generator) -> Array:
    """Return the chance that each arm is the best for each row, shape (n, arms); zero where not allowed.

    Args:
        model: Fitted arms.
        traits: One row each.
        allowed: Which arms may be chosen; at least one.
        rng: For the draws from the posterior.
    """
    arms = np.flatnonzero(allowed)
    factors = np.linalg.cholesky(model.covariances[arms])
    normal = rng.standard_normal((len(arms), DRAWS, model.means.shape[1]))
    drawn = model.means[arms][:, None, :] + normal @ factors.transpose(0, 2, 1)
    shares = np.zeros((len(traits), len(allowed)))
    step = max(1, MOST_CELLS // DRAWS)
    for first in range(0, len(traits), step):
        shares[first : first + step, arms] = _best_counts(model.design(traits[first : first + step]), drawn) / DRAWS
    return shares


def _best_counts(design: Array, drawn: Array) -> Array:
    """Return how many draws each arm wins for each row; the shared part is the same for all and left out."""
    best = np.full((len(design), drawn.shape[1]), -np.inf)
    winner = np.zeros(best.shape, dtype=np.intp)
    for arm, coefficients in enumerate(drawn):
        score = design @ coefficients.T
        ahead = score > best
        best[ahead], winner[ahead] = score[ahead], arm
    flat = winner + np.arange(len(design))[:, None] * len(drawn)
    return np.bincount(flat.ravel(), minlength=len(design) * len(drawn)).reshape(len(design), -1).astype(float)


def linucb_shares(model: ArmModel, traits: Array, allowed: Flags, width: float = WIDTH) -> Array:
    """Return 1 for the arm with the highest upper confidence bound of each row, ties shared, shape (n, arms)."""
    design = model.design(traits)
    variance = np.einsum("ni,kij,nj->nk", design, model.covariances, design, optimize=True)
    bound = np.where(allowed, design @ model.means.T + width * np.sqrt(variance), -np.inf)
    best = bound >= bound.max(axis=1, keepdims=True) - 1e-12
    shares: Array = best / best.sum(axis=1, keepdims=True)
    return shares


def even_shares(rows: int, allowed: Flags) -> Array:
    """Return the same chance for every allowed arm.

    >>> even_shares(1, np.array([True, False, True])).tolist()
    [[0.5, 0.0, 0.5]]
    """
    return np.tile(allowed / allowed.sum(), (rows, 1))


def explore(shares: Array, allowed: Flags, exploration: float) -> Array:
    """Give a part of every row's chance evenly to all allowed arms, so that each can be evaluated later.

    >>> explore(np.array([[1.0, 0.0]]), np.array([True, True]), 0.1).round(3).tolist()
    [[0.95, 0.05]]
    """
    return (1 - exploration) * shares + exploration * even_shares(len(shares), allowed)


def draw_arms(shares: Array, uniforms: Array) -> NDArray[np.intp]:
    """Return the arm of each row whose part of the cumulated chances a number in [0, 1) falls into.

    >>> draw_arms(np.array([[0.2, 0.8, 0.0], [0.2, 0.8, 0.0]]), np.array([0.1, 0.999])).tolist()
    [0, 1]
    """
    chosen = (uniforms[:, None] >= np.cumsum(shares, axis=1)).sum(axis=1)
    # Rounding may leave the cumulated chances a little below the number: take the last arm that has any.
    last = shares.shape[1] - 1 - np.argmax(shares[:, ::-1] > 0, axis=1)
    return np.asarray(np.minimum(chosen, last), dtype=np.intp)
