"""What every method is given: series as rows of one array, in groups of equal length, with nothing missing in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
# Rows that are worked on at once: bounds the memory of a grid search, whatever the size of the panel.
CHUNK: Final = 512
# Smaller is rounding, larger is no amount of anything: within, squares and ratios stay finite.
SMALLEST: Final = 1e-12
LARGEST: Final = 1e60


def clean(series: Sequence[float] | Values) -> Values:
    """Return a series as floats; what is missing, infinite or beyond all bounds is filled from its neighbours.

    >>> clean([1.0, float("nan"), 3.0, float("inf")]).tolist()
    [1.0, 2.0, 3.0, 3.0]
    """
    values = np.array(series, dtype=np.float64).ravel()
    values[np.abs(values) < SMALLEST] = 0.0
    known = np.abs(values) <= LARGEST
    if known.all():
        return values
    if not known.any():
        return values[:0]
    places = np.arange(len(values))
    return np.interp(places, places[known], values[known])


def chunks(lengths: Sequence[int]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield a length and the places of at most `CHUNK` series of it, until every series had its turn.

    >>> [(length, rows.tolist()) for length, rows in chunks([3, 5, 3])]
    [(3, [0, 2]), (5, [1])]
    """
    found = np.asarray(lengths, dtype=np.int64)
    for length in np.unique(found):
        rows = np.flatnonzero(found == length)
        for start in range(0, len(rows), CHUNK):
            yield int(length), rows[start : start + CHUNK]
