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
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.errors import InputError
from tools.estimators.media.fitting import SATURATING, one_step_errors
from tools.estimators.media.posterior import Weeks

Array = NDArray[np.float64]

FILE: Final = "insurance.pkl.compress"
NEEDED: Final = frozenset(
    {
        ("pandas.core.frame", "DataFrame"),
        ("pandas.core.internals.managers", "BlockManager"),
        ("pandas._libs.internals", "_unpickle_block"),
        ("pandas.core.indexes.base", "_new_Index"),
        ("pandas.core.indexes.base", "Index"),
        ("pandas.core.indexes.range", "RangeIndex"),
        ("numpy.core.numeric", "_frombuffer"),
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy", "dtype"),
        ("numpy", "ndarray"),
        ("builtins", "slice"),
    }
)
"""What a table of numbers is made of; a pickle that names anything else is refused before it can run."""


@dataclass(frozen=True)
class Spend:
    """Months in order: advertising and quotes."""

    spend: Array
    quotes: Array


class TableUnpickler(pickle.Unpickler):
    """Reads a pickled table of pandas, and nothing but tables."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        """Return what a pickle names, if tables need it.

        Raises:
            InputError: They do not.
        """
        if (module_name, global_name) not in NEEDED:
            raise InputError(f"pickle names {module_name}.{global_name}; expected a table of numbers; it was not read")
        return super().find_class(module_name, global_name)


def read_spend(folder: Path) -> Spend:
    """Read the months; the package has them as a pickle, whose bytes were checked and of which only a table is read."""
    with warnings.catch_warnings(), lzma.open(folder / FILE) as file:
        warnings.simplefilter("ignore", DeprecationWarning)  # written by an older numpy
        frame: pd.DataFrame = TableUnpickler(file).load()
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
