"""One row a customer: where they stand, how they buy, and what they are expected to be worth."""

from __future__ import annotations

import pandas as pd

from tools.customers.category_spend import category_spend
from tools.customers.clusters import customer_clusters
from tools.customers.tags import tag_weights, top_tags
from tools.customers.value import customer_values
from tools.features import customer_features
from tools.warehouse.view import StoreView

ROUNDED = {
    "p_alive": 4,
    "expected_purchase_days": 2,
    "clv": 2,
    "clv_low": 2,
    "clv_high": 2,
    "next_purchase_days": 1,
}
"""Decimals of the estimates; all of them are empty where the orders do not allow an estimate."""


def customer_table(view: StoreView) -> pd.DataFrame:
    """Return one row per customer with an order, by customer_id, with columns from stage to next_purchase_days."""
    features = customer_features(view)
    scores = features[["r", "f", "m"]].astype(str)
    frame = pd.DataFrame(
        {
            "stage": features["stage"],
            "tier": features["tier"],
            "rfm": scores["r"] + scores["f"] + scores["m"],
            "cluster": _cluster_names(view),
            "interest": top_tags(tag_weights(category_spend(view))),
            "recency_days": features["recency_days"],
            "orders": features["frequency"],
            "spend": features["spend"],
        },
        index=features.index,
    )
    return frame.join(_estimates(view))


def _cluster_names(view: StoreView) -> pd.Series:
    named = [pd.Series(cluster.name, cluster.customer_ids) for cluster in customer_clusters(view).clusters]
    return pd.concat(named)


def _estimates(view: StoreView) -> pd.DataFrame:
    """Return the estimates of `ROUNDED` by customer; no rows without a model."""
    values = customer_values(view)
    if values is None:
        return pd.DataFrame(columns=list(ROUNDED), dtype=float)
    low, high = values.intervals()
    table = values.table
    frame = pd.DataFrame(
        {
            "p_alive": 1 - table["churn"],
            "expected_purchase_days": table["purchases"],
            "clv": table["clv"],
            "clv_low": low,
            "clv_high": high,
            "next_purchase_days": table["next_days"],
        }
    )
    return frame.round(ROUNDED)
