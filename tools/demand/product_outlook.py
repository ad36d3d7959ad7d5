"""Forecast one product: the products of its category share out what is expected of the category."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.demand.forecasting import banded
from tools.demand.outlook import Outlook
from tools.demand.shop_outlook import PRICED, ShopOutlook, nearest_in_size, shop_outlook
from tools.demand.shop_weeks import sales_by_week
from tools.demand.subject import Subject
from tools.estimators.demand.choice import Array, choose, look_back, scales_of
from tools.estimators.demand.coherent import NAMES, Coherent, pool_forecasts
from tools.estimators.demand.hierarchy import shared_out
from tools.estimators.forecasting.intervals import own_spread
from tools.estimators.forecasting.pool import COMBINATION, NAIVE, SPARSE
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

# Products of a category that are forecast one by one, best-selling first; the others are one series together.
PRODUCTS: Final = 150
OTHERS: Final = "other products"


def forecast_product(view: StoreView, subject: Subject, steps: int, weeks: int) -> Outlook | None:
    """Forecast a product so that the products of its category add up to the category; None where it never sold."""
    shop = shop_outlook(view, steps)
    above = shop.row("category", subject.category or "") if shop else None
    if shop is None or above is None:
        return None
    names, units, revenue = _products(view, view.meta.folder, subject.category or "", shop.shop.weeks)
    if subject.key not in names:
        return None
    kept = [*names[:PRODUCTS], *([subject.key] if subject.key in names[PRODUCTS:] else [])]
    rows = np.array([names.index(name) for name in kept])
    rest = np.setdiff1d(np.arange(len(names)), rows)
    series = np.vstack([units[rows], units[rest].sum(axis=0, keepdims=True)] if len(rest) else [units[rows]])
    row = kept.index(subject.key)
    forecast = _shared(series, shop, above, steps)
    price = revenue[rows[row], -PRICED:].sum() / max(units[rows[row], -PRICED:].sum(), 1e-9)
    if not units[rows[row], -PRICED:].sum():
        price = revenue[rows[row]].sum() / max(units[rows[row]].sum(), 1e-9)
    method = f"{forecast.methods[0]}, sharing out the category's {shop.method(above)}"
    like = nearest_in_size(series, np.arange(len(series)), row)
    return banded(forecast, row, like, forecast.middle[row] * price, weeks, method)


def _shared(series: Array, shop: ShopOutlook, above: int, steps: int) -> Coherent:
    """Forecast the products by the method that their past speaks for, made to add up to the category."""

    def candidates(known: int) -> dict[str, Array]:
        return pool_forecasts(series[:, :known], steps, (*NAMES, *SPARSE))

    past = look_back(series, steps, candidates)
    method = choose(past, np.arange(len(series)), COMBINATION)
    middle = shared_out(candidates(series.shape[1])[method], shop.units.middle[above])
    if not past.said:
        nothing = np.zeros((0, *middle.shape))
        return Coherent(middle, middle, {0: method}, nothing, nothing, nothing, (), scales_of(series), past.scales)
    wholes = shop.units.said[:, above]
    said = np.stack([shared_out(parts, whole) for parts, whole in zip(past.said[method], wholes, strict=True)])
    # Before its first sale a product was not there to be forecast.
    there = np.array([(series[:, :origin] > 0).any(axis=1) for origin in past.origins])
    errors = np.where(there[:, :, None], past.came - said, np.nan)
    naive = np.where(there[:, :, None], past.came - past.said[NAIVE], np.nan)
    now, then = own_spread(errors, past.scales)
    return Coherent(
        middle, middle, {0: method}, errors, said, naive, past.origins, scales_of(series) * now, past.scales * then
    )


@lru_cache(maxsize=8)
def _products(
    view: StoreView, version: str, category: str, weeks: tuple[dt.date, ...]
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64]]:
    """Return a category's products, best-selling first, with units and revenue by week."""
    products = view.table(Table.PRODUCTS)
    inside = products.filter(products[Column.CATEGORY].fill_null("") == category)
    frame = sales_by_week(view, weeks, [Column.PRODUCT_ID], inside)
    wide = {name: _wide(frame, name, weeks) for name in ("units", "revenue")}
    order = wide["revenue"].sum(axis=1).sort_values(ascending=False, kind="stable").index
    units, revenue = (wide[name].loc[order].to_numpy(float) for name in ("units", "revenue"))
    return [str(name) for name in order], np.maximum(units, 0.0), revenue


def _wide(frame: pd.DataFrame, value: str, weeks: tuple[dt.date, ...]) -> pd.DataFrame:
    wide = frame.pivot_table(index=Column.PRODUCT_ID, columns="week", values=value, aggfunc="sum", fill_value=0.0)
    return wide.reindex(columns=list(weeks), fill_value=0.0)
