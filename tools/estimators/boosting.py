"""Gradient-boosted trees on small tables: one thread, few trees, the same result for the same seed.

Source: G. Ke et al., LightGBM (NIPS 2017). Contributions of features to a prediction are exact for trees (S. Lundberg
et al., From local explanations to global understanding with explainable AI for trees, Nature Machine Intelligence 2,
2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import lightgbm
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Objective = Literal["regression", "binary", "multiclass"]

LEAST_ROWS: Final = 40
"""Rows below which no tree is grown and the mean stands for everybody: two leaves of the least size."""

LEAST_LEAF: Final = 20
"""Rows of a leaf: the library's own default, fit for some thousand rows."""


@dataclass(frozen=True)
class Growth:
    """How a model is grown. The defaults are small: some thousand rows bear no more.

    Attributes:
        trees: How many.
        leaves: Of each tree at most.
        rate: Learning rate.
        leaf_rows: Rows of a leaf at least.
        ridge: Penalty on the leaves' values.
    """

    trees: int = 60
    leaves: int = 8
    rate: float = 0.05
    leaf_rows: int = LEAST_LEAF
    ridge: float = 5.0


@dataclass(frozen=True)
class Boosted:
    """A fitted model.

    Attributes:
        booster: The trees; None where there were too few rows or one outcome only.
        constant: What is predicted without trees: a mean, or the share of each class.
    """

    booster: lightgbm.Booster | None
    constant: Array

    def predict(self, features: Array) -> Array:
        """Return one prediction a row (a probability where the outcome is yes or no; one column a class of several)."""
        if self.booster is None or not len(features):
            same = np.repeat(self.constant[None, :], len(features), axis=0)
            return same[:, 0] if len(self.constant) == 1 else same
        found: Array = np.asarray(self.booster.predict(features, num_threads=1), float)
        return found

    def contributions(self, features: Array) -> Array:
        """Return what each feature adds to each row's prediction (in log-odds for yes or no), and the base last."""
        if self.booster is None or not len(features):
            return np.zeros((len(features), features.shape[1] + 1))
        found: Array = np.asarray(self.booster.predict(features, pred_contrib=True, num_threads=1), float)
        return found


def fit_boosted(
    features: Array,
    target: Array,
    objective: Objective = "regression",
    *,
    seed: int = 0,
    growth: Growth | None = None,
    classes: int = 1,
) -> Boosted:
    """Fit boosted trees; with too few rows or one outcome only, the mean.

    Args:
        features: One row each, NaN where unknown.
        target: A number, 0 or 1, or the number of a class.
        objective: Which of these.
        seed: Of the library; nothing is drawn with these settings.
        growth: How the model is grown.
        classes: How many, for "multiclass".
    """
    growth = growth or Growth()
    if objective == "multiclass":
        constant = np.bincount(target.astype(int), minlength=classes) / max(1, len(target))
    else:
        constant = np.array([target.mean() if len(target) else 0.0])
    if len(target) < max(LEAST_ROWS, 2 * growth.leaf_rows) or np.ptp(target) == 0:
        return Boosted(None, constant)
    settings: dict[str, Any] = {
        "objective": objective,
        "num_leaves": growth.leaves,
        "learning_rate": growth.rate,
        "min_data_in_leaf": growth.leaf_rows,
        "lambda_l2": growth.ridge,
        "max_bin": 63,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed,
        "verbose": -1,
    }
    if objective == "multiclass":
        settings["num_class"] = classes
    booster = lightgbm.train(settings, lightgbm.Dataset(features, target), num_boost_round=growth.trees)
    return Boosted(booster, constant)
