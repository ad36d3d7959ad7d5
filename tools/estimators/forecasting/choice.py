"""Which method for which series: its own past errors, drawn towards those of all series like it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.estimators.forecasting.arrays import Values
from tools.estimators.forecasting.origins import Learned
from tools.estimators.forecasting.pool import Tried

# How many origins of its own would weigh as much as all other series. Tried 0, 3, 10, 30, 100 and infinity on the
# training parts of M1 and M3: by its own three origins alone a series is given too lucky a method.
POOLED: Final = 30.0
# Losses this near to each other are ties; the earlier name is taken.
DIGITS: Final = 9


def relative_losses(learned: Learned, power: int) -> Values:
    """Return each method's mean absolute error, to a power, by the mean over methods; NaN if unknown.

    Returns:
        Origins × methods × series.
    """
    shown = np.isfinite(learned.errors)
    counts = shown.sum(axis=3)
    sums = np.where(shown, np.abs(learned.errors) ** power, 0).sum(axis=3)
    losses = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    usual = losses.mean(axis=1, keepdims=True)
    # Where no method ever erred there is nothing to tell them apart by.
    return np.asarray(np.divide(losses, usual, out=np.where(np.isnan(losses), np.nan, 1.0), where=usual > 0))


def choose(learned: Learned, tried: Tried, without: int | None = None) -> NDArray[np.int64]:
    """Return for each series the place of the method with the least loss, its own shrunken to that of all series.

    Args:
        learned: What the methods would have said.
        tried: How they are judged, and which is taken where no series has a past to compare.
        without: An origin that the choice is not to see.
    """
    losses = relative_losses(learned, tried.power)
    if without is not None:
        losses = np.delete(losses, without, axis=0)
    known = np.isfinite(losses)
    counts = known.sum(axis=(0, 2))
    if not counts.any():
        return np.full(learned.forecasts.shape[1], learned.names.index(tried.fallback))
    sums = np.where(known, losses, 0)
    everywhere = sums.sum(axis=(0, 2)) / np.maximum(counts, 1)
    scores = (sums.sum(axis=0) + POOLED * everywhere[:, None]) / (known.sum(axis=0) + POOLED)
    return np.asarray(np.round(scores, DIGITS).argmin(axis=0))
