"""Interest tags: the categories that say most about what customers buy, by tf-idf.

A customer is a document and a category a term. Its term frequency is its share of the customer's spend, and its inverse
document frequency the logarithm of how many times more customers than buyers of it there are (Spärck Jones 1972). What
everybody buys therefore weighs nothing, however much of it is bought.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import Field

from tools.frozen import Frozen
from tools.warehouse.columns import Column

MOST_TAGS = 5
"""Tags told per segment."""

LEAST_BUYERS = 3
"""Fewest customers of a segment who bought from a category before it is called an interest of the segment."""

LEAST_BUYER_SHARE = 0.10
"""The same as a share of the segment, so that one big basket is not an interest of hundreds."""

TAG_DEFINITION = (
    "mean over the segment's customers of the category's share in their spend × ln(customers of the shop / customers "
    "who bought from it); 0 for what everybody buys"
)


class InterestTag(Frozen):
    """One category that says much about what a segment buys."""

    name: str = Field(description="Category as the shop names it.")
    weight: float = Field(description="Mean share of spend × ln(customers / buyers of the category).")
    customers: int = Field(ge=0, description="Customers of the segment who bought it.")


def tag_weights(spend: pd.DataFrame) -> pd.DataFrame:
    """Return the weight of each category for each customer who bought it: columns customer_id, category, weight.

    Args:
        spend: Columns customer_id, category, spend, one row a pair; refunds beyond purchases count as nothing.

    >>> spend = pd.DataFrame({"customer_id": ["a", "a", "b"], "category": ["milk", "tea", "milk"],
    ...                       "spend": [5.0, 5.0, 8.0]})
    >>> tag_weights(spend)["weight"].round(3).tolist()
    [0.0, 0.347, 0.0]
    """
    paid = spend[spend["spend"] > 0]
    whole = paid.groupby(Column.CUSTOMER_ID)["spend"].transform("sum")
    buyers = paid.groupby(Column.CATEGORY)[Column.CUSTOMER_ID].transform("nunique")
    rarity = np.log(paid[Column.CUSTOMER_ID].nunique() / buyers)
    weights = paid[[Column.CUSTOMER_ID, Column.CATEGORY]].assign(weight=paid["spend"] / whole * rarity)
    return weights.reset_index(drop=True)


def segment_tags(weights: pd.DataFrame, customers: pd.Index) -> tuple[InterestTag, ...]:
    """Return the tags of some customers, heaviest first; customers who never bought a category weigh 0 for it."""
    mine = weights[weights[Column.CUSTOMER_ID].isin(customers)].groupby(Column.CATEGORY)["weight"].agg(["sum", "size"])
    common = mine[mine["size"] >= max(LEAST_BUYERS, LEAST_BUYER_SHARE * len(customers))]
    mean = (common["sum"] / max(len(customers), 1)).round(4)
    best = mean[mean > 0].sort_index().sort_values(ascending=False, kind="stable")[:MOST_TAGS]
    return tuple(
        InterestTag(name=str(name), weight=float(value), customers=int(common["size"][name]))
        for name, value in best.items()
    )


def top_tags(weights: pd.DataFrame) -> pd.Series:
    """Return each customer's heaviest category by customer_id; ties go to the first by name, weightless are left out.

    >>> top_tags(pd.DataFrame({"customer_id": ["a", "a"], "category": ["tea", "milk"], "weight": [0.2, 0.1]})).to_dict()
    {'a': 'tea'}
    """
    ranked = weights[weights["weight"] > 0].sort_values(
        [Column.CUSTOMER_ID, "weight", Column.CATEGORY], ascending=[True, False, True]
    )
    return ranked.drop_duplicates(Column.CUSTOMER_ID).set_index(Column.CUSTOMER_ID)[Column.CATEGORY].rename("interest")
