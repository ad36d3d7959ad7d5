"""How much margin may move a ranking."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.warehouse.columns import Column


def margin_factors(products: pd.DataFrame, weight: float) -> NDArray[np.float64]:
    """Return what to multiply each product's score with: 1 plus the weight times its margin's distance from the mean.

    The margin is in shares of the price, between -1 and 1; a product without a cost counts as average.

    >>> products = pd.DataFrame({"price": [10.0, 10.0, 10.0], "cost": [2.0, 8.0, None]})
    >>> margin_factors(products, 1.0).round(2).tolist(), margin_factors(products, 0.0).tolist()
    ([1.3, 0.7, 1.0], [1.0, 1.0, 1.0])
    """
    price, cost = (products[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in (Column.PRICE, Column.COST))
    share = np.clip(np.divide(price - cost, price, out=np.full(len(price), np.nan), where=price > 0), -1, 1)
    known = ~np.isnan(share)
    usual = float(share[known].mean()) if known.any() else 0.0
    return np.asarray(np.maximum(1 + weight * np.where(known, share - usual, 0.0), 0.0), dtype=np.float64)
