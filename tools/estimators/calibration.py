"""Whether predicted probabilities happen as often as they say, and how to mend them where they do not.

Sources: J. Platt, Probabilistic outputs for support vector machines (1999); B. Zadrozny and C. Elkan, Transforming
classifier scores into accurate multiclass probability estimates (KDD 2002) for isotonic regression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import rankdata
from sklearn.isotonic import IsotonicRegression

from tools.estimators.response import fit_response

Array = NDArray[np.float64]

LEAST_ISOTONIC: Final = 1_000
"""Outcomes of the rarer kind from which isotonic regression is used: fewer overfit (Niculescu-Mizil, Caruana 2005)."""

LEAST_PLATT: Final = 10
"""Outcomes of the rarer kind below which a prediction is left as it is."""

BINS: Final = 10
EDGE: Final = 1e-4
"""Probabilities are kept this far from 0 and 1: nothing here is certain."""


@dataclass(frozen=True)
class Calibration:
    """A monotone map from a model's probability to one that holds.

    Attributes:
        points: Probabilities of the model, ascending.
        values: What they stand for; straight lines between.
        method: Its name.
    """

    points: Array
    values: Array
    method: str

    def apply(self, predicted: Array) -> Array:
        """Return calibrated probabilities."""
        return np.clip(np.interp(predicted, self.points, self.values), EDGE, 1 - EDGE)


@dataclass(frozen=True)
class Bin:
    """Rows of like prediction: the mean prediction, how often it happened, how many rows."""

    predicted: float
    happened: float
    rows: int


def fit_calibration(predicted: Array, outcome: Array) -> Calibration:
    """Fit isotonic regression, or Platt's curve where outcomes are few, on predictions of rows not learned from."""
    rarer = min(outcome.sum(), len(outcome) - outcome.sum())
    if rarer < LEAST_PLATT:
        return Calibration(np.array([0.0, 1.0]), np.array([0.0, 1.0]), "none")
    if rarer >= LEAST_ISOTONIC:
        fitted = IsotonicRegression(y_min=0.0, y_max=1.0).fit(predicted, outcome)
        return Calibration(np.asarray(fitted.X_thresholds_, float), np.asarray(fitted.y_thresholds_, float), "isotonic")
    grid = np.linspace(EDGE, 1 - EDGE, 500)
    odds = logit(np.clip(predicted, EDGE, 1 - EDGE))[:, None]
    model = fit_response(odds, outcome, np.zeros(len(outcome), dtype=np.intp), ridge=EDGE)
    slope = model.coefficients[1] / model.scale[0]
    if slope <= 0:
        return Calibration(np.array([0.0, 1.0]), np.full(2, outcome.mean()), "mean")
    start = model.coefficients[0] - slope * model.centre[0]
    return Calibration(grid, expit(start + slope * logit(grid)), "Platt")


def reliability(predicted: Array, outcome: Array, bins: int = BINS) -> tuple[Bin, ...]:
    """Return bins of equally many rows, by rising prediction.

    >>> reliability(np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]), bins=2)
    (Bin(predicted=0.15, happened=0.0, rows=2), Bin(predicted=0.85, happened=1.0, rows=2))
    """
    order = np.argsort(predicted, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return tuple(
        Bin(round(float(predicted[part].mean()), 6), round(float(outcome[part].mean()), 6), len(part)) for part in parts
    )


def calibration_error(predicted: Array, outcome: Array, bins: int = BINS) -> float:
    """Return the expected calibration error: the mean distance of prediction and frequency over the bins' rows.

    >>> round(calibration_error(np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]), bins=2), 4)
    0.15
    """
    found = reliability(predicted, outcome, bins)
    return sum(bin_.rows * abs(bin_.predicted - bin_.happened) for bin_ in found) / len(predicted)


def error_by_chance(predicted: Array, seed: int = 0, draws: int = 200) -> float:
    """Return the calibration error that a perfect model would show on as many rows."""
    rng = np.random.default_rng(seed)
    found = [calibration_error(predicted, (rng.random(len(predicted)) < predicted).astype(float)) for _ in range(draws)]
    return float(np.mean(found))


def area_under_curve(ranking: Array, outcome: Array) -> float:
    """Return the probability that a responder is ranked above another; ties count half; .5 where all are alike.

    >>> area_under_curve(np.array([0.9, 0.8, 0.3, 0.3]), np.array([1.0, 0.0, 1.0, 0.0]))
    0.625
    """
    hits = float(outcome.sum())
    others = len(outcome) - hits
    if hits == 0 or others == 0:
        return 0.5
    ranks = rankdata(ranking)
    return float((ranks[outcome > 0].sum() - hits * (hits + 1) / 2) / (hits * others))


def lift(ranking: Array, outcome: Array, share: float = 0.1) -> float:
    """Return how many times more often the top share responded than all; ties count in proportion.

    >>> lift(np.array([0.9, 0.8, 0.2, 0.1]), np.array([1.0, 0.0, 1.0, 0.0]), share=0.25)
    2.0
    """
    wanted = max(1, round(share * len(ranking)))
    edge = np.sort(ranking)[-wanted]
    above, at = ranking > edge, ranking == edge
    hits = outcome[above].sum() + outcome[at].mean() * (wanted - above.sum())
    return float(hits / wanted / outcome.mean()) if outcome.any() else 1.0


def log_loss(predicted: Array, outcome: Array) -> float:
    """Return the mean negative log-likelihood.

    >>> round(log_loss(np.array([0.5, 0.5]), np.array([1.0, 0.0])), 4)
    0.6931
    """
    sure = np.clip(predicted, EDGE, 1 - EDGE)
    return float(-(outcome * np.log(sure) + (1 - outcome) * np.log(1 - sure)).mean())
