"""Features of what is known of a week before it comes: price, deal, feature, rivals, season."""

from __future__ import annotations

import numpy as np

from tools.estimators.demand.panel import (
    Array,
    Panel,
    Whole,
    group_mean,
    shifted,
    since,
    trailing_extreme,
    trailing_mean,
)


def condition_features(panel: Panel) -> dict[str, Array]:
    """Return features by name, each series × periods; none uses a sale."""
    same = np.broadcast_to
    shape = panel.units.shape
    found = _prices(panel.price) | _promotions(panel) | _rivals(panel) | _everywhere(panel)
    found |= {f"season {column}": same(panel.season[:, column], shape) for column in range(panel.season.shape[1])}
    found |= {f"trait {column}": same(panel.traits[:, [column]], shape) for column in range(panel.traits.shape[1])}
    found["item"] = same(panel.item.astype(float)[:, None], shape)
    found["market"] = same(panel.market.astype(float)[:, None], shape)
    return found


def _prices(price: Array) -> dict[str, Array]:
    before = shifted(price, 1)
    found = {"price": price}
    found |= {f"price to {lag} before": price - shifted(price, lag) for lag in (1, 2, 3)}
    found |= {f"price to mean of {window}": price - trailing_mean(before, window) for window in (4, 13, 26, 52)}
    found["price to most of 13"] = price - trailing_extreme(price, 13, largest=True)
    found["price to least of 26"] = price - trailing_extreme(before, 26, largest=False)
    return found


def _promotions(panel: Panel) -> dict[str, Array]:
    found = {"deal": panel.deal, "feature": panel.feature}
    for lag in (1, 2, 3):
        found[f"deal {lag} before"] = shifted(panel.deal, lag)
        found[f"feature {lag} before"] = shifted(panel.feature, lag)
    found["periods since deal"] = since(panel.deal > 0)
    found["periods since feature"] = since(panel.feature > 0)
    return found


def _rivals(panel: Panel) -> dict[str, Array]:
    """Compare with the other items of the market: price, rank, cuts and features of the same week."""
    cut = panel.price - trailing_mean(shifted(panel.price, 1), 13)
    by_item = _within_market(panel.price, panel.market, panel.item)
    found = {f"price of item {item} to own": prices - panel.price for item, prices in by_item.items()}
    rivals = RivalPrices(panel.price, panel.market)
    found["price to market"] = panel.price - group_mean(panel.price, panel.market)
    found["price to cheapest rival"] = panel.price - rivals.least
    found["cheaper rivals"] = rivals.cheaper
    rival_cuts = RivalPrices(cut, panel.market)
    found["deepest rival cut"], found["mean rival cut"] = rival_cuts.least, rival_cuts.mean
    for name, values in (("deal", panel.deal), ("feature", panel.feature)):
        others = _others_sum(values, panel.market)
        found[f"rivals with {name}"] = others
        found[f"rivals with {name} before"] = shifted(others, 1)
    return found


class RivalPrices:
    """The least, the mean and the number of lower values among the other series of each one's market."""

    def __init__(self, values: Array, market: Whole) -> None:
        """Compare within each market in turn: a market has few items."""
        self.least, self.mean, self.cheaper = (np.full(values.shape, np.nan) for _ in range(3))
        for each in np.unique(market):
            rows = np.flatnonzero(market == each)
            for row in rows:
                others = values[rows[rows != row]]
                if len(others):
                    self.least[row] = np.fmin.reduce(others, axis=0)
                    self.cheaper[row] = (others < values[row]).sum(axis=0)
        total, count = _others_sum(values, market), _others_sum((~np.isnan(values)).astype(float), market)
        self.mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _others_sum(values: Array, market: Whole) -> Array:
    """Return the sum over the other series of the market."""
    known = (~np.isnan(values)).astype(float)
    sizes = np.bincount(np.unique(market, return_inverse=True)[1])[np.unique(market, return_inverse=True)[1]]
    everywhere = group_mean(values, market) * np.round(group_mean(known, market) * sizes[:, None])
    return np.nan_to_num(everywhere) - np.nan_to_num(values)


MOST_ITEMS = 12
"""Items whose prices are a feature each: a shelf, not an assortment."""


def _within_market(price: Array, market: Whole, item: Whole) -> dict[int, Array]:
    """Return each item's price in the market of every series; none where there are many items."""
    items = np.unique(item)
    if len(items) > MOST_ITEMS or len(np.unique(market)) == 1:
        return {}
    return {int(each): group_mean(np.where((item == each)[:, None], price, np.nan), market) for each in items}


def _everywhere(panel: Panel) -> dict[str, Array]:
    """Return how the item is priced and promoted over all markets."""
    price = group_mean(panel.price, panel.item)
    return {
        "item's deals": group_mean(panel.deal, panel.item),
        "item's features": group_mean(panel.feature, panel.item),
        "item's price to its mean of 13": price - trailing_mean(shifted(price, 1), 13),
        "price to item's everywhere": panel.price - price,
    }
