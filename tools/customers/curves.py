"""How value is spread over customers, and how the chance of still buying falls with silence: for charts."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import pandas as pd
from pydantic import Field

from tools.frozen import Frozen

BINS = 10
"""Most bins of equal width; the last, open one comes on top."""

SILENCES: Final = (0, 7, 14, 28, 56, 84, 112, 168, 252, 364)
"""Days since the last order from which each point of the alive curve counts: weeks, then months."""


class ValueBin(Frozen):
    """Customers whose expected value lies in one range."""

    low: float = Field(description="Least value, included.")
    high: float | None = Field(description="Value from which the next bin counts; none for the last.")
    customers: int = Field(ge=0, description="Customers in the bin.")


class AlivePoint(Frozen):
    """Customers who have been silent for about as long."""

    days: int = Field(ge=0, description="Fewest days since the last order.")
    until: int | None = Field(description="Days from which the next point counts; none for the last.")
    customers: int = Field(ge=1, description="Customers silent for so long.")
    alive_percent: float = Field(description="Mean probability that they still buy, in percent.")


def value_bins(values: pd.Series) -> tuple[ValueBin, ...]:
    """Count customers by value in bins of equal, round width up to the 95th percentile, and in one above.

    >>> [(bin.low, bin.high, bin.customers) for bin in value_bins(pd.Series([1.0, 2.0, 11.0, 19.0]))][:2]
    [(0.0, 2.0, 1), (2.0, 4.0, 1)]
    """
    top = float(values.quantile(0.95)) if len(values) else 0.0
    if top <= 0:
        return ()
    width = _round_width(top / BINS)
    edges = [place * width for place in range(math.ceil(top / width - 1e-9) + 1)]
    counts = np.histogram(values.clip(lower=0.0), bins=[*edges, np.inf])[0]
    highs = [round(edge, 6) for edge in edges[1:]]
    return tuple(
        ValueBin(low=round(low, 6), high=high, customers=int(count))
        for low, high, count in zip(edges, [*highs, None], counts, strict=True)
    )


def _round_width(least: float) -> float:
    """Return the least of 1, 2, 5, 10, … times a power of ten that is not below `least`.

    >>> _round_width(31.0), _round_width(0.2), _round_width(0.05)
    (50.0, 0.2, 0.05)
    """
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


def alive_curve(recency_days: pd.Series, alive: pd.Series) -> tuple[AlivePoint, ...]:
    """Return the mean probability of still buying by days since the last order; silences that nobody has are left out.

    >>> days, alive = pd.Series([1, 3, 30]), pd.Series([0.9, 0.7, 0.2])
    >>> [(point.days, point.until, point.customers, point.alive_percent) for point in alive_curve(days, alive)]
    [(0, 7, 2, 80.0), (28, 56, 1, 20.0)]
    """
    found = []
    for low, high in zip(SILENCES, [*SILENCES[1:], None], strict=True):
        inside = (recency_days >= low) & (recency_days < (math.inf if high is None else high))
        if inside.any():
            percent = round(100 * float(alive[inside].mean()), 1)
            found.append(AlivePoint(days=low, until=high, customers=int(inside.sum()), alive_percent=percent))
    return tuple(found)
