"""Methods for series that are mostly zero, as a product's weeks are that sells now and then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from statsforecast.models import ADIDA, IMAPA, TSB, CrostonSBA

from tools.estimators.forecasting.arrays import Values

# A series is sparse when a sale comes less often than this many points (Syntetos, Boylan and Croston 2005).
SPARSE_INTERVAL: Final = 1.32
# Weights of the newest size and of the newest yes or no; small, since sales are few (Teunter, Syntetos and Babai 2011).
TSB_SIZE: Final = 0.1
TSB_CHANCE: Final = 0.1


def is_sparse(values: Values) -> NDArray[np.bool_]:
    """Return for each row whether its values, none of them negative, are zero too often for a smooth method.

    >>> is_sparse(np.array([[0.0, 0.0, 4.0], [1.0, 2.0, 3.0], [0.0, 0.0, 0.0]])).tolist()
    [True, False, True]
    """
    often = (values > 0).sum(axis=1) * SPARSE_INTERVAL >= values.shape[1]
    return np.asarray(~often & (values.min(axis=1, initial=0.0) >= 0))


def sba(values: Values, steps: int, _season: int = 1) -> Values:
    """Forecast by Croston's method with the correction of Syntetos and Boylan (2005)."""
    return _each(CrostonSBA, values, steps)


def tsb(values: Values, steps: int, _season: int = 1) -> Values:
    """Forecast by the method of Teunter, Syntetos and Babai (2011), in which a product can fade away."""
    return _each(lambda: TSB(alpha_d=TSB_SIZE, alpha_p=TSB_CHANCE), values, steps)


def adida(values: Values, steps: int, _season: int = 1) -> Values:
    """Forecast sums over the usual interval between sales (Nikolopoulos et al. 2011)."""
    return _each(ADIDA, values, steps)


def imapa(values: Values, steps: int, _season: int = 1) -> Values:
    """Forecast sums over several intervals, and take the mean (Petropoulos and Kourentzes 2015)."""
    return _each(IMAPA, values, steps)


def _each(model: Callable[[], Any], values: Values, steps: int) -> Values:
    """Fit a model to each row; to a row of returns only none can be: it becomes NaN, which the pool replaces."""
    fitted = model()
    forecasts = np.zeros((len(values), steps))
    forecasts[(values != 0).any(axis=1)] = np.nan
    for row in np.flatnonzero((values > 0).any(axis=1)):
        forecasts[row] = fitted.forecast(y=values[row], h=steps)["mean"]
    return forecasts
