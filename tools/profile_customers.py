"""Describe customer segments: size, recency, frequency, spend, lifetime value, churn and interests."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pydantic import Field

from tools.contract import Answer, Frozen, Query, Tool
from tools.customers.category_spend import category_spend
from tools.customers.clusters import Cluster, ClusterFit, Trait, cluster_fit, customer_clusters
from tools.customers.curves import AlivePoint, ValueBin, alive_curve, value_bins
from tools.customers.days import count_rows
from tools.customers.groups import Grouping, Groups, group_customers
from tools.customers.segments import Segment, best_selling, find_segment
from tools.customers.table import customer_table
from tools.customers.tags import LEAST_BUYER_SHARE, LEAST_BUYERS, InterestTag, segment_tags, tag_weights
from tools.customers.terms import Definition, definitions
from tools.customers.value import CLV_WEEKS, INTERVAL_PERCENT, CustomerValues, customer_values, why_no_values
from tools.features import customer_features
from tools.names import resolve_name
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

MOST_INTERESTS = 5
"""Interests and best-selling categories told per segment."""

LEAST_WEIGHT = 1.1
"""An interest takes at least a tenth more of the segment's money than of the shop's (a choice)."""

FEW_CUSTOMERS = 10
"""Fewer customers than this in a segment: its means are those of single people (a choice)."""

EARLY_SHARE = 0.10
"""The first tenth of the history counts as "when the data begin"."""


class ProfileQuery(Query):
    """What to group customers by, and which of them to look at."""

    by: Grouping = Field(description="How to group: life cycle stage, RFM cell, value tier, main interest or cluster.")
    segment: str | None = Field(None, description="Only this segment, in the marketer's own words.")
    category: str | None = Field(None, description="Only customers who bought from this category or department.")


class Interest(Frozen):
    """One category that the segment buys more than the shop as a whole does."""

    name: str = Field(description="Category as the shop names it.")
    weight: float = Field(description="Its share of the segment's spend over its share of the shop's; 1 = usual.")
    customers: int = Field(ge=0, description="Customers of the segment who bought it.")


class SegmentProfile(Frozen):
    """One segment, with what its customers did and are worth."""

    name: str = Field(description="Stable name of the segment.")
    definition: str = Field(description="Who belongs to it, with the numbers that decide.")
    customers: int = Field(ge=0, description="Customers in the segment.")
    share_percent: float = Field(description="Share of all profiled customers, in percent.")
    recency_days_median: float | None = Field(description="Median days since the last order.")
    orders_mean: float = Field(description="Mean orders per customer so far.")
    spend_mean: float = Field(description="Mean spend per customer so far.")
    spend_total: float = Field(description="Spend of the segment so far.")
    order_value_mean: float = Field(description="Spend per order.")
    clv: float | None = Field(description="Expected spend per customer over the next `clv_weeks` weeks.")
    clv_low: float | None = Field(description="Lower end of the interval of `clv`.")
    clv_high: float | None = Field(description="Upper end of the interval of `clv`.")
    churn_percent: float | None = Field(description="Mean probability that a customer has stopped buying, in percent.")
    interests: tuple[Interest, ...] = Field(description="Categories bought more than usual, strongest first.")
    top_categories: tuple[str, ...] = Field(description="Best-selling categories of the segment, best first.")
    next_purchase_days: float | None = Field(None, description="Median days to the next purchase, of those who buy on.")
    tags: tuple[InterestTag, ...] = Field((), description="Categories that say most about what it buys, by tf-idf.")
    label: str | None = Field(None, description="A cluster's habits in plain words.")
    traits: tuple[Trait, ...] = Field((), description="The habits that tell a cluster apart, strongest first.")


class ProfileAnswer(Answer):
    """Segments of a shop's customers."""

    by: Grouping = Field(description="How customers were grouped.")
    currency: str = Field(description="Currency of all money.")
    customers: int = Field(ge=0, description="Customers profiled.")
    clv_weeks: int = Field(description="Weeks ahead that `clv` looks.")
    interval_percent: int = Field(description="Coverage that the intervals aim at, in percent.")
    clv_model: str = Field(description="Model behind `clv` and `churn_percent`.")
    took: tuple[str, ...] = Field((), description="How the marketer's words were read.")
    truncated: bool = Field(description="Whether the list of segments was cut.")
    segments: tuple[SegmentProfile, ...] = Field(description="The segments.")
    clustering: ClusterFit | None = Field(None, description="How clusters were found and how far to trust them.")
    definitions: tuple[Definition, ...] = Field((), description="What the names and measures used here mean.")
    value_distribution: tuple[ValueBin, ...] = Field((), description="Profiled customers by `clv`.")
    alive_curve: tuple[AlivePoint, ...] = Field((), description="Chance of still buying, by days of silence.")


def profile_customers(query: ProfileQuery, view: StoreView) -> ProfileAnswer:
    """Describe customer segments: size, recency, orders, spend, lifetime value, churn risk and interests."""
    features = customer_features(view)
    groups, took = _groups(query, view)
    spend = category_spend(view)
    buyers, category_took = _buyers(query.category, view)
    if buyers is not None:
        features = features[features.index.isin(buyers)]
    values = customer_values(view)
    weights, clusters = tag_weights(spend), _clusters_by_name(query, view)
    profiles = [
        _profile(group, features, values, spend, weights, clusters.get(group.name)) for group in groups.segments
    ]
    described = tuple(profile for profile in profiles if profile is not None)
    return ProfileAnswer(
        by=query.by,
        currency=view.meta.currency,
        customers=len(features),
        clv_weeks=CLV_WEEKS,
        interval_percent=INTERVAL_PERCENT,
        clv_model=values.model if values else f"none: {why_no_values(view)}",
        took=tuple(text for text in (took, category_took) if text),
        truncated=groups.truncated,
        segments=described,
        clustering=cluster_fit(customer_clusters(view)) if query.by == "cluster" else None,
        definitions=definitions(query.by, view),
        **_curves(features, values),
        rows_used=count_rows(view, Table.ORDER_LINES),
        warnings=_warnings(view, features, values, groups, described),
    )


def _groups(query: ProfileQuery, view: StoreView) -> tuple[Groups, str | None]:
    if query.segment is None:
        return group_customers(view, query.by), None
    segment = find_segment(view, query.segment)
    return Groups((segment,)), segment.took


def _clusters_by_name(query: ProfileQuery, view: StoreView) -> dict[str, Cluster]:
    """Return the clusters by name where the answer may be about them."""
    asked = query.by == "cluster" or (query.segment is not None and "cluster" in query.segment.lower())
    return {cluster.name: cluster for cluster in customer_clusters(view).clusters} if asked else {}


def _curves(features: pd.DataFrame, values: CustomerValues | None) -> dict[str, Any]:
    """Return what the charts of value and of silence show, by field name."""
    if values is None:
        return {}
    mine = values.table.loc[features.index]
    return {
        "value_distribution": value_bins(mine["clv"]),
        "alive_curve": alive_curve(features["recency_days"], 1 - mine["churn"]),
    }


def _buyers(category: str | None, view: StoreView) -> tuple[frozenset[str] | None, str | None]:
    """Return who bought from a category or department, and how its name was read."""
    if category is None:
        return None, None
    labels = {kind: best_selling(view, kind) for kind in (Column.CATEGORY, Column.DEPARTMENT)}
    match = resolve_name(category, [*labels[Column.CATEGORY], *labels[Column.DEPARTMENT]], "category")
    kind = Column.CATEGORY if match.name in labels[Column.CATEGORY] else Column.DEPARTMENT
    products = view.table(Table.PRODUCTS)
    lines = view.table(Table.ORDER_LINES).semi_join(products.filter(products[kind] == match.name), Column.PRODUCT_ID)
    return frozenset(lines.select(Column.CUSTOMER_ID).distinct().to_pandas()[Column.CUSTOMER_ID]), match.took(category)


def _profile(
    group: Segment,
    features: pd.DataFrame,
    values: CustomerValues | None,
    spend: pd.DataFrame,
    weights: pd.DataFrame,
    cluster: Cluster | None,
) -> SegmentProfile | None:
    """Describe one group; None where nobody of it is among the customers profiled."""
    mine = features[features.index.isin(group.customer_ids)]
    if mine.empty:
        return None
    interests, best = _interests(spend, mine.index)
    return SegmentProfile(
        name=group.name,
        definition=group.definition,
        customers=len(mine),
        share_percent=round(100 * len(mine) / len(features), 1),
        recency_days_median=round(float(mine["recency_days"].median()), 1),
        orders_mean=round(float(mine["frequency"].mean()), 2),
        spend_mean=round(float(mine["spend"].mean()), 2),
        spend_total=round(float(mine["spend"].sum()), 2),
        order_value_mean=round(float(mine["spend"].sum() / mine["frequency"].sum()), 2),
        **_worth(mine.index, values),
        interests=interests,
        top_categories=best,
        tags=segment_tags(weights, mine.index),
        label=cluster.label if cluster else None,
        traits=cluster.traits if cluster else (),
    )


def _worth(customers: pd.Index[str], values: CustomerValues | None) -> dict[str, float | None]:
    """Return lifetime value with its interval and churn of some customers, by field name; nulls without a model."""
    if values is None:
        return dict.fromkeys(("clv", "clv_low", "clv_high", "churn_percent", "next_purchase_days"))
    chosen = values.table.index.isin(customers)
    clv = float(values.table["clv"][chosen].mean())
    low, high = values.interval(chosen)
    return {
        "clv": round(clv, 2),
        "clv_low": round(min(low, clv), 2),
        "clv_high": round(max(high, clv), 2),
        "churn_percent": round(100 * float(values.table["churn"][chosen].mean()), 1),
        "next_purchase_days": round(float(values.table["next_days"][chosen].median()), 1),
    }


def _interests(spend: pd.DataFrame, customers: pd.Index[str]) -> tuple[tuple[Interest, ...], tuple[str, ...]]:
    """Return the categories that take more of these customers' money than of all customers', and their best sellers."""
    mine = spend[spend[Column.CUSTOMER_ID].isin(customers)].groupby(Column.CATEGORY)["spend"].agg(["sum", "size"])
    everyone = spend.groupby(Column.CATEGORY)["spend"].sum()
    if mine["sum"].sum() <= 0 or everyone.sum() <= 0:
        return (), ()
    usual = everyone / everyone.sum()
    weight = (mine["sum"] / mine["sum"].sum()) / usual.where(usual > 0).reindex(mine.index)
    common = mine["size"] >= max(LEAST_BUYERS, LEAST_BUYER_SHARE * len(customers))
    found = (
        weight[common & (weight > LEAST_WEIGHT)]
        .sort_index()
        .sort_values(ascending=False, kind="stable")[:MOST_INTERESTS]
    )
    best = mine["sum"].sort_index().sort_values(ascending=False, kind="stable").index[:MOST_INTERESTS]
    interests = tuple(
        Interest(name=str(name), weight=round(float(value), 2), customers=int(mine["size"][name]))
        for name, value in found.items()
    )
    return interests, tuple(str(name) for name in best)


def _warnings(
    view: StoreView,
    features: pd.DataFrame,
    values: CustomerValues | None,
    groups: Groups,
    described: tuple[SegmentProfile, ...],
) -> tuple[str, ...]:
    found = list(values.notes) if values else [str(why_no_values(view))]
    early = view.meta.first_at + (pd.Timestamp(view.as_of) - pd.Timestamp(view.meta.first_at)) * EARLY_SHARE
    if values is not None and (features["first_at"] < pd.Timestamp(early)).mean() > 0.5:
        found.append(
            "most customers were first seen when the data begin: they may be older, which lifetime value does not know"
        )
    if groups.overlapping:
        found.append("interests overlap: a customer can be in several, so shares do not add to 100 %")
    few = [profile.name for profile in described if profile.customers < FEW_CUSTOMERS]
    if few:
        found.append(f"fewer than {FEW_CUSTOMERS} customers in {', '.join(few)}: the means are of single people")
    if features["spend"].sum() <= 0:
        found.append("refunds are at least as much as sales: spend, tiers and interests say nothing here")
    if groups.truncated:
        found.append("the list was cut to the largest segments; ask for one by its name")
    return tuple(found)


def profile_rows(query: ProfileQuery, view: StoreView) -> pd.DataFrame:
    """Return one row per customer of the asked segment and category, without personal data."""
    table = customer_table(view)
    buyers, _ = _buyers(query.category, view)
    if buyers is not None:
        table = table[table.index.isin(buyers)]
    if query.segment is not None:
        table = table[table.index.isin(find_segment(view, query.segment).customer_ids)]
    return table.reset_index()


TOOL = Tool(query=ProfileQuery, answer=ProfileAnswer, run=profile_customers, per_customer=profile_rows)
