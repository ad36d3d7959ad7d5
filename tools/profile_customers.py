"""Describe customer segments: size, recency, frequency, spend, lifetime value, churn and interests."""

from __future__ import annotations

import pandas as pd
from pydantic import Field

from tools.contract import Answer, Frozen, Query, Tool
from tools.customer_days import count_rows
from tools.customer_groups import Grouping, Groups, category_spend, group_customers
from tools.customer_value import CLV_WEEKS, INTERVAL_PERCENT, LEAST_REPEATERS, CustomerValues, customer_values
from tools.features import customer_features
from tools.names import resolve_name
from tools.segments import Segment, best_selling, find_segment
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

MOST_INTERESTS = 5
"""Interests and best-selling categories told per segment."""

LEAST_WEIGHT = 1.1
"""An interest takes at least a tenth more of the segment's money than of the shop's (a choice)."""

LEAST_BUYERS = 3
"""Fewest customers of a segment who bought from a category before it is called an interest of the segment."""

LEAST_BUYER_SHARE = 0.10
"""The same as a share of the segment, so that one big basket is not an interest of hundreds."""

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


def profile_customers(query: ProfileQuery, view: StoreView) -> ProfileAnswer:
    """Describe customer segments: size, recency, orders, spend, lifetime value, churn risk and interests."""
    features = customer_features(view)
    groups, took = _groups(query, view)
    spend = category_spend(view)
    buyers, category_took = _buyers(query.category, view)
    if buyers is not None:
        features = features[features.index.isin(buyers)]
    values = customer_values(view)
    profiles = [_profile(group, features, values, spend) for group in groups.segments]
    return ProfileAnswer(
        by=query.by,
        currency=view.meta.currency,
        customers=len(features),
        clv_weeks=CLV_WEEKS,
        interval_percent=INTERVAL_PERCENT,
        clv_model=values.model if values else "none: too few customers bought on two days",
        took=tuple(text for text in (took, category_took) if text),
        truncated=groups.truncated,
        segments=tuple(profile for profile in profiles if profile is not None),
        rows_used=count_rows(view, Table.ORDER_LINES),
        warnings=_warnings(view, features, values, groups),
    )


def _groups(query: ProfileQuery, view: StoreView) -> tuple[Groups, str | None]:
    if query.segment is None:
        return group_customers(view, query.by), None
    if query.by == "cluster":
        found = [group for group in group_customers(view, "cluster").segments if group.name == query.segment.lower()]
        if found:
            return Groups(tuple(found)), None
    segment = find_segment(view, query.segment)
    return Groups((segment,)), segment.took


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
    group: Segment, features: pd.DataFrame, values: CustomerValues | None, spend: pd.DataFrame
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
    )


def _worth(customers: pd.Index[str], values: CustomerValues | None) -> dict[str, float | None]:
    """Return lifetime value with its interval and churn of some customers, by field name; nulls without a model."""
    if values is None:
        return dict.fromkeys(("clv", "clv_low", "clv_high", "churn_percent"))
    chosen = values.table.index.isin(customers)
    clv = float(values.table["clv"][chosen].mean())
    low, high = values.interval(chosen)
    return {
        "clv": round(clv, 2),
        "clv_low": round(min(low, clv), 2),
        "clv_high": round(max(high, clv), 2),
        "churn_percent": round(100 * float(values.table["churn"][chosen].mean()), 1),
    }


def _interests(spend: pd.DataFrame, customers: pd.Index[str]) -> tuple[tuple[Interest, ...], tuple[str, ...]]:
    """Return the categories that take more of these customers' money than of all customers', and their best sellers."""
    mine = spend[spend[Column.CUSTOMER_ID].isin(customers)].groupby(Column.CATEGORY)["spend"].agg(["sum", "size"])
    everyone = spend.groupby(Column.CATEGORY)["spend"].sum()
    usual = everyone / everyone.sum()
    weight = (mine["sum"] / mine["sum"].sum()) / usual.reindex(mine.index)
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
    view: StoreView, features: pd.DataFrame, values: CustomerValues | None, groups: Groups
) -> tuple[str, ...]:
    found = []
    if values is None:
        found.append(
            f"fewer than {LEAST_REPEATERS} customers bought on two days or more: no lifetime value and no "
            "churn; import more orders"
        )
    early = view.meta.first_at + (pd.Timestamp(view.as_of) - pd.Timestamp(view.meta.first_at)) * EARLY_SHARE
    if values is not None and (features["first_at"] < pd.Timestamp(early)).mean() > 0.5:
        found.append(
            "most customers were first seen when the data begin: they may be older, which lifetime value does not know"
        )
    if groups.overlapping:
        found.append("interests overlap: a customer can be in several, so shares do not add to 100 %")
    if groups.truncated:
        found.append("the list was cut to the largest segments; ask for one by its name")
    return tuple(found)


TOOL = Tool(query=ProfileQuery, answer=ProfileAnswer, run=profile_customers)
