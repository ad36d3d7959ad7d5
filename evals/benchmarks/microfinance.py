"""The microfinance trial of Hyderabad: 104 areas, half of which got a lender, and how the households fared.

A. Banerjee, E. Duflo, R. Glennerster, C. Kinnan, The miracle of microfinance? Evidence from a randomized evaluation,
American Economic Journal: Applied Economics 7(1), 2015. Areas, not households, were drawn: they are independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.uplift import Trial

Array = NDArray[np.float64]

FILE: Final = "2013-0533_data_endlines1and2.dta"

AREA_TRAITS: Final = (
    "area_pop_base", "area_debt_total_base", "area_business_total_base", "area_exp_pc_mean_base",
    "area_literate_head_base", "area_literate_base",
)  # fmt: skip
"""Of the area, before the lender came."""

HOUSEHOLD_TRAITS: Final = (
    "old_biz", "any_old_biz", "adults_1", "children_1", "male_head_1", "head_age_1", "head_noeduc_1", "women1845_1",
    "anychild1318_1", "spouse_literate_1", "ownland_hyderabad_1", "ownland_village_1",
)  # fmt: skip
"""Businesses from before the lender; the others were asked at the first endline, but a lender hardly changes them."""

OUTCOMES: Final = {
    "anymfi_1": "borrows from any microfinance lender",
    "any_new_biz_1": "started a business in the last year",
    "biz_index_all_1": "index of business outcomes",
}
"""First endline: 15 to 18 months after the lender came."""

CHANCE: Final = 0.5
"""One area of each pair was drawn."""


@dataclass(frozen=True)
class Households:
    """The households of the first endline: features, whether their area was treated, outcomes, number of the area."""

    features: Array
    treated: Array
    outcomes: pd.DataFrame
    areas: NDArray[np.intp]

    def trial(self, outcome: str, treated: Array | None = None) -> Trial:
        """Return the trial of one outcome, where that is known; `treated` stands in for the real treatment."""
        known = self.outcomes[outcome].notna().to_numpy()
        arm = self.treated if treated is None else treated
        return Trial(
            self.features[known],
            arm[known],
            self.outcomes[outcome].to_numpy(float)[known],
            np.full(int(known.sum()), CHANCE),
            self.areas[known],
        )

    def permuted(self, rng: np.random.Generator) -> Array:
        """Return the treatment as if other areas had been drawn: real outcomes, and no effect."""
        areas, first, of = np.unique(self.areas, return_index=True, return_inverse=True)
        drawn: Array = rng.permutation(self.treated[first])[of]
        return drawn


def read_households(folder: Path) -> Households:
    """Read the trial's file."""
    frame = pd.read_stata(folder / FILE)
    features = np.column_stack([_numbers(frame[name]) for name in (*AREA_TRAITS, *HOUSEHOLD_TRAITS)])
    outcomes = pd.DataFrame({name: _numbers(frame[name]) for name in OUTCOMES})
    treated = (frame["treatment"].astype(str) == "Treatment").to_numpy(float)
    return Households(features, treated, outcomes, pd.factorize(frame["areaid"])[0])


def _numbers(column: pd.Series) -> Array:
    """Return a column as numbers, Yes and No as 1 and 0, NaN where unknown."""
    if isinstance(column.dtype, pd.CategoricalDtype) or column.dtype == object:
        column = column.astype(object).map({"Yes": 1.0, "No": 0.0})
    numbers: Array = column.to_numpy(float)
    return numbers
