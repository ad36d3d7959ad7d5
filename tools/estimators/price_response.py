"""How units moved with price cuts and displays: log-linear regression within products and weeks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Below this many product-weeks with a cut (or a display), the history does not support an estimate.
MIN_PROMOTED: Final = 40
# A cut of 5 % or a display in 5 % of the shops counts as promoted.
PROMOTED: Final = 0.05
# z of a two-sided 80 % interval.
Z80: Final = 1.2816


class Response:
    """Columns of the frame that `fit_response` takes."""

    PRODUCT: Final = "product_id"
    WEEK: Final = "week"
    UNITS: Final = "units"
    CUT: Final = "cut"
    DISPLAY: Final = "display"


@dataclass(frozen=True)
class PriceResponse:
    """Estimated effects on log units.

    Attributes:
        effects: Of log price and of display share.
        covariance: Of the two, clustered by product.
        rows: Product-weeks used.
        cut_rows: Of them, with a price cut of at least 5 %.
        display_rows: Of them, with a display in at least 5 % of the shops.
        deepest: 95th percentile of the cuts seen.
        usual_display: 90th percentile of the display shares seen where displayed.
    """

    effects: NDArray[np.float64]
    covariance: NDArray[np.float64]
    rows: int
    cut_rows: int
    display_rows: int
    deepest: float
    usual_display: float

    def lift(self, cut: float, display: bool) -> tuple[float, float, float]:
        """Return the change of units as a share (0.2 is +20 %), with the ends of its 80 % interval."""
        change = np.array([math.log1p(-cut), self.usual_display if display else 0.0])
        middle = float(change @ self.effects)
        spread = Z80 * math.sqrt(max(float(change @ self.covariance @ change), 0.0))
        return math.expm1(middle), math.expm1(middle - spread), math.expm1(middle + spread)


def fit_response(frame: pd.DataFrame) -> PriceResponse:
    """Regress log units on log(1 - cut) and display share, with effects of each product and each week taken out.

    An association, not an experiment: shops cut prices when they expect demand. Weeks without a sale are not seen.

    Args:
        frame: One row per product and week with a sale; columns of `Response`.
    """
    y = np.log(frame[Response.UNITS].to_numpy(np.float64))
    x = np.column_stack([np.log1p(-frame[Response.CUT].clip(upper=0.95)), frame[Response.DISPLAY]])
    products = pd.factorize(frame[Response.PRODUCT])[0]
    weeks = pd.factorize(frame[Response.WEEK])[0]
    within = _within(np.column_stack([y, x]), products, weeks)
    y, x = within[:, 0], within[:, 1:]
    bread = np.linalg.pinv(x.T @ x)
    effects = bread @ x.T @ y
    scores = pd.DataFrame(x * (y - x @ effects)[:, None]).groupby(products).sum().to_numpy()
    displayed = frame[Response.DISPLAY][frame[Response.DISPLAY] >= PROMOTED]
    return PriceResponse(
        effects=effects,
        covariance=bread @ scores.T @ scores @ bread,
        rows=len(frame),
        cut_rows=int((frame[Response.CUT] >= PROMOTED).sum()),
        display_rows=len(displayed),
        deepest=float(frame[Response.CUT].quantile(0.95)) if len(frame) else 0.0,
        usual_display=float(displayed.quantile(0.9)) if len(displayed) else 0.0,
    )


def _within(values: NDArray[np.float64], *groups: NDArray[np.int64], rounds: int = 20) -> NDArray[np.float64]:
    """Take out the means of each grouping in turn until none is left (alternating projections)."""
    for _ in range(rounds):
        for group in groups:
            counts = np.bincount(group)
            means = np.column_stack([np.bincount(group, column) / counts for column in values.T])
            values = values - means[group]
    return values
