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
RIVAL_PLACE: Final = 2
# Log points by which a competitor's price must be off its product's mean to count as moved.
MOVED: Final = 0.02
# z of a two-sided 80 % interval.
Z80: Final = 1.2816


class Response:
    """Columns of the frame that `fit_response` takes."""

    PRODUCT: Final = "product_id"
    WEEK: Final = "week"
    UNITS: Final = "units"
    CUT: Final = "cut"
    DISPLAY: Final = "display"
    RIVAL: Final = "rival"
    """Log of competitors' price; NaN where unknown. The column may be missing."""


@dataclass(frozen=True)
class PriceResponse:
    """Estimated effects on log units.

    Attributes:
        effects: Of log price, of display share and, where competitors' prices were seen to move, of their log.
        covariance: Of these, clustered by product.
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

    def rival_effect(self, cut: float) -> tuple[float, float, float] | None:
        """Return the change of units as a share where competitors cut prices, with its 80 % interval, if known."""
        if len(self.effects) < RIVAL_PLACE + 1:
            return None
        change = math.log1p(-cut)
        middle = change * float(self.effects[RIVAL_PLACE])
        spread = Z80 * abs(change) * math.sqrt(max(float(self.covariance[RIVAL_PLACE, RIVAL_PLACE]), 0.0))
        return math.expm1(middle), math.expm1(middle - spread), math.expm1(middle + spread)

    def lift(self, cut: float, display: bool) -> tuple[float, float, float]:
        """Return the change of units as a share (0.2 is +20 %), with the ends of its 80 % interval."""
        change = np.zeros(len(self.effects))
        change[:2] = math.log1p(-cut), self.usual_display if display else 0.0
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
    rival = rival_prices(frame)
    x = np.column_stack([log_price(frame), frame[Response.DISPLAY], *([] if rival is None else [rival])])
    effects, covariance, _ = regressed(frame, y, x)
    displayed = frame[Response.DISPLAY][frame[Response.DISPLAY] >= PROMOTED]
    return PriceResponse(
        effects=effects,
        covariance=covariance,
        rows=len(frame),
        cut_rows=int((frame[Response.CUT] >= PROMOTED).sum()),
        display_rows=len(displayed),
        deepest=float(frame[Response.CUT].quantile(0.95)) if len(frame) else 0.0,
        usual_display=float(displayed.quantile(0.9)) if len(displayed) else 0.0,
    )


def rival_prices(frame: pd.DataFrame) -> NDArray[np.float64] | None:
    """Return the log of competitors' prices, filled with each product's mean; None where they were not seen to move."""
    if Response.RIVAL not in frame or frame.empty:
        return None
    rival = frame[Response.RIVAL].astype(float)
    filled = rival.fillna(rival.groupby(frame[Response.PRODUCT]).transform("mean")).fillna(0.0)
    moved = (filled - filled.groupby(frame[Response.PRODUCT]).transform("mean")).abs() > MOVED
    return filled.to_numpy(np.float64) if moved.sum() >= MIN_PROMOTED else None


def log_price(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return the log of the price paid as a share of the shelf price."""
    found: NDArray[np.float64] = np.log1p(-frame[Response.CUT].clip(upper=0.95)).to_numpy(np.float64)
    return found


def regressed(
    frame: pd.DataFrame, y: NDArray[np.float64], x: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return effects, their covariance clustered by product, and the variation they rest on.

    Each product's and each week's own effect is taken out.
    """
    products = pd.factorize(frame[Response.PRODUCT])[0]
    within = _within(np.column_stack([y, x]), products, pd.factorize(frame[Response.WEEK])[0])
    y, x = within[:, 0], within[:, 1:]
    bread = np.linalg.pinv(x.T @ x)
    effects = bread @ x.T @ y
    scores = pd.DataFrame(x * (y - x @ effects)[:, None]).groupby(products).sum().to_numpy()
    return effects, bread @ scores.T @ scores @ bread, x.T @ x


def _within(values: NDArray[np.float64], *groups: NDArray[np.int64], rounds: int = 20) -> NDArray[np.float64]:
    """Take out the means of each grouping in turn until none is left (alternating projections)."""
    for _ in range(rounds):
        for group in groups:
            counts = np.bincount(group)
            means = np.column_stack([np.bincount(group, column) / counts for column in values.T])
            values = values - means[group]
    return values
