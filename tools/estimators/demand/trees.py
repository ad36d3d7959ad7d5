"""Boosted trees for demand: trained on the error that will be judged, in percent or in units.

Source: G. Ke et al., LightGBM (NIPS 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import lightgbm
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Loss = Literal["percentage", "weighted median", "median"]

# Log points over which the kink of the absolute error is rounded, and the curvature that keeps steps small there.
ROUNDING: Final = 0.1
LEAST_CURVATURE: Final = 0.1
# Forecasts are not pushed beyond e^1.5 times the truth in one step, nor weights beyond 5 to 1.
MOST_EXCESS: Final = 1.5
MOST_WEIGHT: Final = 5.0
BINS: Final = 63
BINNED_ROWS: Final = 20_000
START: Final = -0.1
"""Where the percentage error starts from: its best forecasts lie below the mean."""


@dataclass(frozen=True)
class Size:
    """How trees are grown.

    Attributes:
        trees: How many.
        leaves: Of a tree at most.
        rate: Learning rate.
        leaf_rows: Rows of a leaf at least.
        columns: Share of the features that a tree sees.
        rows: Share of the rows that a tree sees.
    """

    trees: int = 350
    leaves: int = 12
    rate: float = 0.06
    leaf_rows: int = 100
    columns: float = 0.4
    rows: float = 0.8


@dataclass(frozen=True)
class Trees:
    """Fitted trees and what their sum starts from."""

    booster: lightgbm.Booster
    start: float
    threads: int

    def predict(self, features: Array | NDArray[np.float32]) -> Array:
        """Return one value a row, in the target's unit."""
        found = np.asarray(self.booster.predict(features, num_threads=self.threads), float)
        return found + self.start


def percentage_step(excess: Array) -> tuple[Array, Array]:
    """Return slope and curvature of |e^excess - 1|: the absolute percentage error of e^excess times the truth.

    The kink at zero is rounded. A forecast twice the truth costs 100 %, one of half of it 50 %: so the slope.
    """
    ratio = np.exp(np.clip(excess, -5.0, MOST_EXCESS))
    return ratio * np.tanh(excess / ROUNDING), ratio + LEAST_CURVATURE


def _percentage(predicted: Array, data: lightgbm.Dataset) -> tuple[Array, Array]:
    return percentage_step(predicted - np.asarray(data.get_label(), float))


def fit_trees(
    features: Array | NDArray[np.float32],
    target: Array,
    losses: Sequence[Loss],
    *,
    categories: Sequence[int] = (),
    size: Size | None = None,
    seed: int = 0,
    threads: int = 1,
) -> tuple[Trees, ...]:
    """Fit one model a loss to a target in log points, relative to each row's level; features are binned once.

    Args:
        features: One row each, NaN where unknown.
        target: Log of what was sold by the level.
        losses: "percentage" for the mean absolute percentage error; "weighted median" for the same by another road: the
            median under weights of one by what was sold; "median" for the absolute error.
        categories: Columns that hold names, as numbers.
        size: How trees are grown.
        seed: Of the rows and columns that each tree of the first model sees; each further model adds 1.
        threads: Of the library.
    """
    size = size or Size()
    names = list(categories)
    settings = {**_settings(size, threads), "max_bin": BINS, "cat_smooth": 50}
    data = lightgbm.Dataset(features, target, categorical_feature=names, params=settings, free_raw_data=False)
    return tuple(
        _fitted(data, target, loss, settings | {"seed": seed + turn}, size) for turn, loss in enumerate(losses)
    )


def _settings(size: Size, threads: int) -> dict[str, Any]:
    return {
        "num_leaves": size.leaves,
        "learning_rate": size.rate,
        "min_data_in_leaf": size.leaf_rows,
        "feature_fraction": size.columns,
        "bagging_fraction": size.rows,
        "bagging_freq": 1,
        "bin_construct_sample_cnt": BINNED_ROWS,
        "num_threads": threads,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }


def _fitted(data: lightgbm.Dataset, target: Array, loss: Loss, settings: dict[str, Any], size: Size) -> Trees:
    start = START if loss == "percentage" else 0.0
    weight = np.clip(np.exp(-target), 1 / MOST_WEIGHT, MOST_WEIGHT) if loss == "weighted median" else None
    data.set_weight(weight)
    data.set_init_score(np.full(len(target), start) if start else None)
    objective = _percentage if loss == "percentage" else "regression_l1"
    booster = lightgbm.train(settings | {"objective": objective}, data, num_boost_round=size.trees)
    return Trees(booster, start, settings["num_threads"])
