"""Forty months of a company's television advertising and the quotes it got: next month predicted from those before.

`insurance` of Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 3rd edition, section 10.6, whose
regression on this month's and last month's advertising is the one to beat.
"""

from __future__ import annotations

import lzma
import pickle
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.media.fitting import SATURATING, one_step_errors
from tools.estimators.media.posterior import Weeks

Array = NDArray[np.float64]

FILE: Final = "insurance.pkl.compress"


@dataclass(frozen=True)
class Spend:
    """Months in order: advertising and quotes."""

    spend: Array
    quotes: Array


def read_spend(folder: Path) -> Spend:
    """Read the months; the file is a pickle of pandas, whose bytes were checked when it was fetched."""
    with warnings.catch_warnings(), lzma.open(folder / FILE) as file:
        warnings.simplefilter("ignore", DeprecationWarning)  # written by an older numpy
        frame: pd.DataFrame = pickle.load(file)  # noqa: S301 - pinned by sha256
    return Spend(frame["TVadverts"].to_numpy(float), frame["Quotes"].to_numpy(float))


def curve_errors(data: Spend) -> Array:
    """Return errors of the product's curves with a base, the family chosen at each month by its past errors alone."""
    weeks = Weeks(data.spend, data.quotes, based=True)
    errors = np.array([one_step_errors(weeks, family) for family in SATURATING])
    before = np.cumsum(np.abs(errors), axis=1) - np.abs(errors)
    chosen: Array = errors[np.argmin(before, axis=0), np.arange(errors.shape[1])]
    return chosen


def lagged_errors(data: Spend, predicted: int, *, with_quotes: bool) -> Array:
    """Return errors of least squares on this and last month's advertising, or on last month's quotes as well."""
    columns = [np.ones(len(data.spend)), data.spend, np.roll(data.spend, 1)]
    columns += [np.roll(data.quotes, 1)] if with_quotes else []
    rows = np.column_stack(columns)
    errors = []
    for month in range(len(rows) - predicted, len(rows)):
        weights = np.linalg.lstsq(rows[1:month], data.quotes[1:month], rcond=None)[0]
        errors.append(data.quotes[month] - rows[month] @ weights)
    return np.array(errors)


def naive_errors(data: Spend, predicted: int) -> Array:
    """Return errors of predicting last month's quotes again."""
    errors: Array = np.diff(data.quotes)[-predicted:]
    return errors
