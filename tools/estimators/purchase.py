"""Who buys within some weeks: boosted trees on features, calibrated on customers they did not see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from tools.estimators.boosting import Boosted, Growth, fit_boosted
from tools.estimators.calibration import Calibration, fit_calibration

Array = NDArray[np.float64]
Sequences = NDArray[np.float32]

PARTS: Final = 3
"""Parts of the customers: each is predicted by a model of the others, for the calibration."""

GROWTH: Final = Growth(trees=120, leaves=8, rate=0.05, leaf_rows=40, ridge=5.0)


class Fitted(Protocol):
    """A model of either kind."""

    def predict(self, features: Array, sequences: Sequences) -> Array:
        """Return the probability of each row."""


@dataclass(frozen=True)
class Learning:
    """Rows to learn from: features, sequences, what came of it, and the customer of each row as a number."""

    features: Array
    sequences: Sequences
    bought: Array
    customers: NDArray[np.intp]

    def part(self, rows: NDArray[np.bool_]) -> Learning:
        """Return some of the rows."""
        return Learning(self.features[rows], self.sequences[rows], self.bought[rows], self.customers[rows])


class Fit(Protocol):
    """Fits a model on rows."""

    def __call__(self, learning: Learning) -> Fitted:
        """Return the model."""


@dataclass(frozen=True)
class BoostedBuying:
    """Boosted trees on the features."""

    trees: Boosted

    def predict(self, features: Array, sequences: Sequences) -> Array:
        """Return the probability of each row."""
        return self.trees.predict(features)


@dataclass(frozen=True)
class Calibrated:
    """A model and the map that makes its probabilities hold."""

    model: Fitted
    calibration: Calibration

    def predict(self, features: Array, sequences: Sequences) -> Array:
        """Return the calibrated probability of each row."""
        return self.calibration.apply(self.model.predict(features, sequences))


def fit_boosted_buying(learning: Learning) -> BoostedBuying:
    """Fit boosted trees."""
    return BoostedBuying(fit_boosted(learning.features, learning.bought, "binary", growth=GROWTH))


def fit_calibrated(learning: Learning, fit: Fit) -> Calibrated:
    """Fit a model on all rows, and its calibration on rows whose customers a model did not see."""
    part = learning.customers % PARTS
    held = np.zeros(len(learning.bought))
    for number in range(PARTS):
        rows = part == number
        if rows.any():
            model = fit(learning.part(~rows))
            held[rows] = model.predict(learning.features[rows], learning.sequences[rows])
    return Calibrated(fit(learning), fit_calibration(held, learning.bought))
