"""The groupings that a profile can be made by: life cycle, RFM cells, value tiers, interests, clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from tools.customers.category_spend import category_spend, lines_with_category
from tools.customers.clusters import customer_clusters
from tools.customers.segments import INTEREST_ORDERS, Segment, stage_definitions, tier_definitions
from tools.features import customer_features, shop_rhythm
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

Grouping = Literal["lifecycle", "rfm", "value", "interest", "cluster"]

MOST_GROUPS = 20
"""Segments in an answer: more than a page cannot be read."""

INTERESTS = 6
"""Best-selling categories whose keen buyers are profiled."""


@dataclass(frozen=True)
class Groups:
    """Segments of one grouping, and whether the list was cut or the groups share customers."""

    segments: tuple[Segment, ...]
    truncated: bool = False
    overlapping: bool = False


def group_customers(view: StoreView, by: Grouping) -> Groups:
    """Group the customers of a store."""
    features = customer_features(view)
    if by == "lifecycle":
        return _by_column(features, "stage", stage_definitions(shop_rhythm(view)))
    if by == "value":
        return _by_column(features, "tier", tier_definitions())
    if by == "rfm":
        return _rfm_cells(features)
    if by == "cluster":
        found = customer_clusters(view).clusters
        return Groups(tuple(Segment(cluster.name, cluster.definition, cluster.customer_ids) for cluster in found))
    return _interests(view)


def _by_column(features: pd.DataFrame, column: str, definitions: dict[str, str]) -> Groups:
    groups = [Segment(name, words, features.index[features[column] == name]) for name, words in definitions.items()]
    return Groups(tuple(group for group in groups if len(group.customer_ids)))


def _interests(view: StoreView) -> Groups:
    """Return the keen buyers of the best-selling categories, as `find_segment` defines them, with one query for all."""
    spent = category_spend(view)
    total = spent.groupby("customer_id")["spend"].sum()
    sold = spent.groupby("category")["spend"].sum().sort_index().sort_values(ascending=False, kind="stable")
    spent = spent.merge(_category_orders(view, list(sold.index[:INTERESTS])), on=["customer_id", "category"])
    segments = []
    for label in sold.index[:INTERESTS]:
        inside = spent[spent["category"] == label].set_index("customer_id")
        share = float(sold[label] / sold.sum()) if sold.sum() > 0 else 0.0
        keen = (inside["orders"] >= INTEREST_ORDERS) & (inside["spend"] > share * total.reindex(inside.index))
        words = f"at least {INTEREST_ORDERS} orders with category {label!r}, on which they spent more than "
        words += f"the shop's average share of {share:.1%}"
        segments.append(Segment(str(label), words, inside.index[keen]))
    return Groups(tuple(segments), len(sold) > INTERESTS, True)


def _category_orders(view: StoreView, labels: list[str]) -> pd.DataFrame:
    """Return each customer's orders with each of some categories."""
    lines = lines_with_category(view)
    lines = lines.filter(lines[Column.CATEGORY].isin(labels))
    sums = lines.group_by([Column.CUSTOMER_ID, Column.CATEGORY]).aggregate(orders=lines[Column.ORDER_ID].nunique())
    return sums.to_pandas()


def _rfm_cells(features: pd.DataFrame) -> Groups:
    """Return the cells with most customers; ties by name."""
    cells = "rfm_" + features["r"].astype(str) + features["f"].astype(str) + features["m"].astype(str)
    counts = cells.value_counts()
    names = sorted(counts.index, key=lambda name: (-counts[name], name))
    segments = tuple(
        Segment(
            name,
            "recency score {}, frequency score {}, spend score {} (quintiles, 5 is best)".format(
                *name.removeprefix("rfm_")
            ),
            features.index[cells == name],
        )
        for name in names[:MOST_GROUPS]
    )
    return Groups(segments, len(names) > MOST_GROUPS)
