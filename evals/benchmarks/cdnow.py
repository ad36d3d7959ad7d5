"""The CDNOW sample: customers who first bought in early 1997, their purchases of 78 weeks, cut in two halves.

The paper's protocol: purchases up to 30 September 1997 (week 39) are learned from, those of the 39 weeks after are held
out; purchases on one day are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.customers.days import Day, purchase_summary
from tools.estimators.lifetime_value import Histories, PurchaseModel

Array = NDArray[np.float64]

FILE: Final = "CDNOW_sample.txt"
CUT: Final = pd.Timestamp("1997-09-30")
"""Last day learned from."""

WEEKS: Final = 39.0
"""Weeks held out."""

PUBLISHED: Final = PurchaseModel(0.243, 4.414, 0.793, 2.426, -9582.4)
"""Fader, Hardie and Lee (2005), Table 2."""

COHORT_WEEKS: Final = 12
"""Weeks over which the sample's customers bought first."""

MOST_PURCHASES: Final = 5_000
"""End of a simulated customer's purchases, far beyond any that the parameters make."""


@dataclass(frozen=True)
class Halves:
    """What was bought before and after the cut, by customer.

    Attributes:
        summary: What `purchase_summary` says of the first half.
        purchases: Purchase days of the second half.
        spend: Money of the second half.
        gaps: Weeks between purchases in the first half.
        days: Purchase days of the first half.
    """

    summary: pd.DataFrame
    purchases: Array
    spend: Array
    gaps: Array
    days: pd.DataFrame

    @property
    def past(self) -> Histories:
        """Return the first half as histories in weeks."""
        return Histories(*(self.summary[name].to_numpy(float) for name in ("repeats", "recency", "age")))


def read_halves(folder: Path) -> Halves:
    """Read the sample: customer, customer in the sample, day, number of CDs and dollars, in columns of spaces."""
    names = [Day.CUSTOMER_ID, "sample", Day.ON, "units", Day.SPEND]
    lines = pd.read_csv(folder / FILE, sep=r"\s+", header=None, names=names, dtype={Day.CUSTOMER_ID: str})
    lines[Day.ON] = pd.to_datetime(lines[Day.ON], format="%Y%m%d")
    days = lines.groupby([Day.CUSTOMER_ID, Day.ON], as_index=False)[Day.SPEND].sum()
    first, second = days[days[Day.ON] <= CUT], days[days[Day.ON] > CUT]
    summary = purchase_summary(first, CUT)
    later = second.groupby(Day.CUSTOMER_ID)[Day.SPEND].agg(["size", "sum"]).reindex(summary.index, fill_value=0)
    gaps = first.groupby(Day.CUSTOMER_ID)[Day.ON].diff().dropna() / pd.Timedelta(weeks=1)
    return Halves(summary, later["size"].to_numpy(float), later["sum"].to_numpy(float), gaps.to_numpy(float), first)


def simulate_histories(customers: int, seed: int, model: PurchaseModel = PUBLISHED) -> Histories:
    """Draw customers like CDNOW's, in weeks and whole days; rates are gamma, dropouts after a purchase beta."""
    rng = np.random.default_rng(seed)
    age = WEEKS - rng.integers(0, COHORT_WEEKS * 7, customers) / 7
    rate, dropout = rng.gamma(model.rate, 1 / model.scale, customers), rng.beta(model.a, model.b, customers)
    now, repeats, recency = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    buying = np.arange(customers)
    for _ in range(MOST_PURCHASES):
        now[buying] += rng.exponential(1 / np.maximum(rate[buying], 1e-300))
        buying = buying[now[buying] <= age[buying]]
        if not len(buying):
            break
        repeats[buying] += 1
        recency[buying] = now[buying]
        buying = buying[rng.random(len(buying)) >= dropout[buying]]
    return Histories(repeats, np.where(repeats > 0, np.ceil(recency * 7) / 7, 0.0).clip(max=age), age)
