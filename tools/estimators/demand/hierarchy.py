"""Forecasts that add up: from forecasts of every level to those of the lowest, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RIDGE: Final = 1e-10
"""Of the mean diagonal: parts that no row tells apart share equally."""
LEAST_VARIANCE: Final = 1e-6
"""Share of the mean variance below which no forecast is believed."""


def summing_matrix(levels: Sequence[Sequence[str]]) -> tuple[tuple[tuple[int, str], ...], Array]:
    """Return the rows of a hierarchy, each with its level's number and its label, and what each sums.

    Args:
        levels: For each level the label of every lowest series.

    >>> rows, matrix = summing_matrix([["all", "all"], ["tea", "cake"]])
    >>> rows, matrix.tolist()
    (((0, 'all'), (1, 'cake'), (1, 'tea')), [[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    """
    rows = tuple((number, label) for number, labels in enumerate(levels) for label in sorted(set(labels)))
    matrix = np.array([[float(below == label) for below in levels[number]] for number, label in rows])
    return rows, matrix


def lowest_from_all(summing: Array, variances: Array) -> Array:
    """Return the matrix that takes forecasts of all rows to the lowest series' by weighted least squares.

    Each row counts by one over its variance (S. Wickramasuriya, G. Athanasopoulos, R. Hyndman,
    Optimal forecast reconciliation for hierarchical and grouped time series through trace minimization, JASA 114, 2019:
    the WLS variant).

    Args:
        summing: Rows × lowest series.
        variances: Of each row, or what it is proportional to.
    """
    floor = LEAST_VARIANCE * max(float(np.nanmean(variances)), 1.0)
    weights = 1 / np.maximum(np.nan_to_num(variances, nan=floor), floor)
    weighted = summing.T * weights
    normal = weighted @ summing
    normal += np.eye(len(normal)) * RIDGE * np.trace(normal) / len(normal)
    return np.asarray(np.linalg.solve(normal, weighted))


def add_up(lowest: Array, summing: Array) -> Array:
    """Return the forecasts of all rows from those of the lowest series, none of them negative."""
    return np.asarray(summing @ np.maximum(lowest, 0.0))


def shared_out(parts: Array, whole: Array) -> Array:
    """Return the parts scaled so that they add up to the whole in each column; equally where all parts are 0.

    Forecast proportions: G. Athanasopoulos, R. Ahmed, R. Hyndman, Hierarchical forecasts for Australian domestic
    tourism, International Journal of Forecasting 25, 2009.

    >>> shared_out(np.array([[1.0, 0.0], [3.0, 0.0]]), np.array([8.0, 2.0])).tolist()
    [[2.0, 1.0], [6.0, 1.0]]
    """
    total = parts.sum(axis=0)
    shares = np.where(total > 0, parts / np.where(total > 0, total, 1.0), 1 / len(parts))
    return np.asarray(shares * whole)
