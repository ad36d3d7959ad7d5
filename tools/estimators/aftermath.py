"""What comes after a price cut: units that were bought earlier are not bought later."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.estimators.price_response import Z80, Response, log_price, regressed

WEEKS: Final = 4
"""Weeks after a cut in which what was bought earlier is missing: a month, about as long as a larder lasts."""
TELLING: Final = 1e-4
"""Share of the largest direction's variation below which the weeks after cannot be told from the cuts themselves."""
DRAWS: Final = 4_000


@dataclass(frozen=True)
class After:
    """Units some weeks after a cut's end, as a change against no cut, with the 80 % interval."""

    weeks: int
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class Aftermath:
    """Estimated effects of the log price now and one to four weeks before, on log units.

    Attributes:
        effects: Of now, then of 1 to 4 weeks before.
        covariance: Of these, clustered by product.
    """

    effects: NDArray[np.float64]
    covariance: NDArray[np.float64]

    def after(self, cut: float, lasting: int) -> tuple[After, ...]:
        """Return the change in each of the four weeks after a cut that lasted some weeks."""
        return tuple(self._week(cut, lasting, week) for week in range(1, WEEKS + 1))

    def _week(self, cut: float, lasting: int, week: int) -> After:
        change = _change(cut, lasting, week)
        middle = float(change @ self.effects)
        spread = Z80 * math.sqrt(max(float(change @ self.covariance @ change), 0.0))
        return After(week, math.expm1(middle), math.expm1(middle - spread), math.expm1(middle + spread))

    def pulled_forward(self, cut: float, lasting: int, seed: int = 0) -> tuple[float, float, float]:
        """Return the share of the extra units that are missing in the four weeks after, with its 80 % interval.

        Negative where units stay higher. The extra is that of the cut's own weeks.
        """
        rng = np.random.default_rng(seed)
        draws = rng.multivariate_normal(self.effects, self.covariance, DRAWS, method="svd")
        draws = np.vstack([self.effects[None], draws])
        extra = lasting * np.expm1(math.log1p(-cut) * draws[:, 0])
        missing = -sum(np.expm1(draws @ _change(cut, lasting, week)) for week in range(1, WEEKS + 1))
        shares = missing / np.where(np.abs(extra) > 1e-9, extra, np.nan)  # noqa: PLR2004 - no extra, no share
        low, high = np.nanquantile(shares[1:], [0.1, 0.9])
        return float(shares[0]), float(low), float(high)


def _change(cut: float, lasting: int, week: int) -> NDArray[np.float64]:
    """Return the log price now and before, as seen `week` weeks after a cut's end."""
    cut_then = [week <= lag < week + lasting for lag in range(WEEKS + 1)]
    return np.where(cut_then, math.log1p(-cut), 0.0)


def fit_aftermath(frame: pd.DataFrame) -> Aftermath | None:
    """Regress log units on the log price of the week and of the four before, within products and weeks.

    The display share is taken into account. A week without a sale shows no price: it is taken as one without a cut.
    None where cuts are so regular, or so rare, that the weeks after cannot be told from the cuts themselves.

    Args:
        frame: One row per product and week with a sale; columns of `Response`.
    """
    if frame.empty:
        return None
    price = frame.assign(price=log_price(frame), week=pd.to_datetime(frame[Response.WEEK]))
    known = price.set_index([Response.PRODUCT, "week"])["price"]
    price = price[price["week"] >= price["week"].min() + pd.Timedelta(weeks=WEEKS)]
    if price.empty:
        return None
    lags = [_at(known, price, lag) for lag in range(WEEKS + 1)]
    x = np.column_stack([*lags, price[Response.DISPLAY]])
    effects, covariance, variation = regressed(price, np.log(price[Response.UNITS].to_numpy(np.float64)), x)
    prices = np.linalg.eigvalsh(variation[: WEEKS + 1, : WEEKS + 1])
    if prices[0] <= TELLING * max(prices[-1], 1e-12):
        return None
    return Aftermath(effects[: WEEKS + 1], covariance[: WEEKS + 1, : WEEKS + 1])


def _at(known: pd.Series[float], frame: pd.DataFrame, lag: int) -> NDArray[np.float64]:
    """Return each row's log price `lag` weeks before; 0 where nothing was sold."""
    keys = pd.MultiIndex.from_arrays([frame[Response.PRODUCT], frame["week"] - pd.Timedelta(weeks=lag)])
    found: NDArray[np.float64] = known.reindex(keys).fillna(0.0).to_numpy(np.float64)
    return found
