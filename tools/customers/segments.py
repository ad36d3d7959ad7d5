"""Groups of customers whose names mean the same in every tool.

Lifecycle stages, value tiers, RFM cells, clusters of habits, and interests in a category or department.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import ibis
import pandas as pd

from tools.customers.clusters import CLUSTER_WORDS, customer_clusters
from tools.errors import ToolError
from tools.features import OVERDUE, TIER_SHARES, ShopRhythm, customer_features, shop_rhythm
from tools.names import Match, nearest, resolve_name
from tools.warehouse.canonical import cents
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

# From the first to the last in a customer's life; `features.stages` decides, in its own order. {quiet} and {gone} are
# the shop's own numbers of days, {overdue} a multiple of the customer's own.
STAGES: Final[dict[str, str]] = {
    "new": "first order within the last {gone} days",
    "promising": "ordered within the last {quiet} days, but seldom so far (frequency score 1 or 2 of 5)",
    "active": "ordered within the last {quiet} days, about as often as most (frequency score 3 of 5)",
    "loyal": "ordered within the last {quiet} days, more often than most (frequency score 4 or 5), champions apart",
    "champions": "ordered within the last {quiet} days, with frequency score 5 and spend score 4 or 5 of 5",
    "at_risk": "no order for {quiet_more} to {gone} days, more than {overdue:g} times their own usual interval",
    "hibernating": "no order for more than {quiet} days, but within {overdue:g} times their own usual interval",
    "lapsed": "no order for more than {gone} days (99 % of this shop's gaps between orders are shorter), "
    "and more than {overdue:g} times their own usual interval",
}
TIERS: Final[dict[str, str]] = {
    "top": "the {top:.0%} of customers who spent most",
    "high": "the next {high:.0%} of customers by spend",
    "middle": "the next {middle:.0%} of customers by spend",
    "low": "the {low:.0%} of customers who spent least",
}
# What marketers also call the stages and tiers.
ALSO_CALLED: Final = {
    "all": "everybody",
    "everyone": "everybody",
    "all customers": "everybody",
    "vip": "champions",
    "vips": "champions",
    "best": "champions",
    "best customers": "champions",
    "champion": "champions",
    "regulars": "loyal",
    "regular": "loyal",
    "lost": "lapsed",
    "inactive": "lapsed",
    "churned": "lapsed",
    "dormant": "hibernating",
    "sleeping": "hibernating",
    "churning": "at_risk",
    "first time": "new",
    "high value": "top",
    "big spenders": "top",
    "medium": "middle",
    "low value": "low",
}
# An interest needs this many orders with the category, so that one purchase is not called an interest.
INTEREST_ORDERS: Final = 2
EVERYBODY: Final = "everybody"
_RFM: Final = re.compile(r"rfm[ _-]?([1-5])([1-5])([1-5])", re.IGNORECASE)
_CLUSTER: Final = re.compile(r"cluster[ _-]?(\d+)", re.IGNORECASE)
_NOISE: Final = re.compile(
    r"\b(customers?|shoppers?|buyers?|households?|people|members?|clients?|tier|stage|segment)\b"
)


@dataclass(frozen=True)
class Segment:
    """A group of customers.

    Attributes:
        name: The stable name.
        definition: Who belongs, in words and numbers.
        customer_ids: Who they are, in ascending order.
        took: What the marketer's words were taken for, when they were not the name itself.
    """

    name: str
    definition: str
    customer_ids: pd.Index
    took: str | None = None


def stage_definitions(rhythm: ShopRhythm) -> dict[str, str]:
    """Return the lifecycle stages with this shop's numbers in their definitions.

    >>> stage_definitions(ShopRhythm(quiet=20, gone=49))["new"]
    'first order within the last 49 days'
    """
    numbers = {"quiet": rhythm.quiet, "quiet_more": rhythm.quiet + 1, "gone": rhythm.gone, "overdue": OVERDUE}
    return {name: words.format(**numbers) for name, words in STAGES.items()}


def tier_definitions() -> dict[str, str]:
    """Return the value tiers with their shares.

    >>> tier_definitions()["high"]
    'the next 20% of customers by spend'
    """
    limits = [0.0, *TIER_SHARES.values()]
    shares = {name: limit - before for (name, limit), before in zip(TIER_SHARES.items(), limits, strict=False)}
    return {name: words.format(**shares) for name, words in TIERS.items()}


def find_segment(view: StoreView, words: str) -> Segment:
    """Find the group of customers that the words mean.

    Understood are a lifecycle stage, a value tier, an RFM cell such as `rfm_155`, everybody, a cluster by its name
    (`cluster_2`) or its label ("big monthly shops"), and the label of a department or category, which means the
    customers interested in it.

    Raises:
        ToolError: The words name no group, or nobody is in the RFM cell; the message lists the nearest names.
    """
    features = customer_features(view)
    cell = _RFM.fullmatch(words.strip())
    if cell:
        return _rfm_cell(features, *(int(digit) for digit in cell.groups()))
    match = _group_named(words)
    if match:
        return _group(features, view, match, words)
    return _cluster(view, words) or _interested(view, words)


def _group_named(words: str) -> Match | None:
    plain = " ".join(_NOISE.sub(" ", words.lower().replace("_", " ")).replace("-", " ").split())
    for said in (words.lower().strip(), plain):
        if said in ALSO_CALLED:
            return Match(ALSO_CALLED[said], "meaning")
    try:
        match = resolve_name(plain or words, [*STAGES, *TIERS, EVERYBODY], "segment")
    except ToolError:
        return None
    return None if match.how == "meaning" else match


def _group(features: pd.DataFrame, view: StoreView, match: Match, words: str) -> Segment:
    took = match.took(words)
    if match.name == EVERYBODY:
        return Segment(EVERYBODY, "every customer with at least one order", features.index, took)
    column, definitions = (
        ("stage", stage_definitions(shop_rhythm(view))) if match.name in STAGES else ("tier", tier_definitions())
    )
    return Segment(match.name, definitions[match.name], features.index[features[column] == match.name], took)


def _rfm_cell(features: pd.DataFrame, recency: int, frequency: int, money: int) -> Segment:
    inside = (features["r"] == recency) & (features["f"] == frequency) & (features["m"] == money)
    name = f"rfm_{recency}{frequency}{money}"
    if not inside.any():
        cells = features["r"].astype(str) + features["f"].astype(str) + features["m"].astype(str)
        tries = ", ".join(nearest(name, [f"rfm_{cell}" for cell in sorted(cells.unique())]))
        raise ToolError(f"segment {name!r} has nobody in it; expected a cell with customers; try {tries}")
    words = f"recency score {recency}, frequency score {frequency}, spend score {money} (quintiles, 5 is best)"
    return Segment(name, words, features.index[inside])


def is_cluster(name: str) -> bool:
    """Tell whether a segment's stable name is a cluster's.

    >>> is_cluster("cluster_2"), is_cluster("loyal")
    (True, False)
    """
    return bool(_CLUSTER.fullmatch(name))


def _cluster(view: StoreView, words: str) -> Segment | None:
    """Find the cluster meant by its name or label; None where the words are not of that kind.

    Clusters are computed only for words that may be theirs. A category of exactly that name goes before a label.

    Raises:
        ToolError: There is no cluster of that number.
    """
    number = _CLUSTER.fullmatch(words.strip())
    if number is None and not CLUSTER_WORDS.search(words):
        return None
    clusters = customer_clusters(view).clusters
    if number:
        name = f"cluster_{int(number.group(1))}"
        found = next((cluster for cluster in clusters if cluster.name == name), None)
        if found is None:
            raise ToolError(
                f"segment {name!r} does not exist; expected one of {', '.join(c.name for c in clusters)}; "
                "try `profile_customers` by cluster to see them"
            )
        return Segment(found.name, found.definition, found.customer_ids)
    if any(
        words.lower().strip() == label.lower()
        for kind in ("category", "department")
        for label in best_selling(view, kind)
    ):
        return None
    try:
        match = resolve_name(words, [cluster.label for cluster in clusters], "cluster")
    except ToolError:
        return None
    found = next(cluster for cluster in clusters if cluster.label == match.name)
    took = match.took(words)
    return Segment(found.name, found.definition, found.customer_ids, took and f"{took}, which is {found.name}")


def _interested(view: StoreView, words: str) -> Segment:
    kind, match = _label(view, words)
    products = view.table(Table.PRODUCTS).select("product_id", label=ibis._[kind])
    lines = view.table(Table.ORDER_LINES).inner_join(products, "product_id")
    inside = lines.label == match.name
    spent = lines.group_by("customer_id").aggregate(
        orders=lines.order_id.nunique(where=inside),
        inside=cents(lines.revenue).sum(where=inside).coalesce(0),
        total=cents(lines.revenue).sum(),
    )
    frame = spent.order_by("customer_id").to_pandas().set_index("customer_id")
    share = frame["inside"].sum() / frame["total"].sum()
    keen = (frame["orders"] >= INTEREST_ORDERS) & (frame["inside"] > share * frame["total"])
    definition = (
        f"at least {INTEREST_ORDERS} orders with {kind} {match.name!r}, on which they spent more than "
        f"the shop's average share of {share:.1%}"
    )
    return Segment(match.name, definition, frame.index[keen], match.took(words))


def _label(view: StoreView, words: str) -> tuple[str, Match]:
    """Find the category or department meant; an exact department goes before a category that only resembles."""
    labels = {kind: best_selling(view, kind) for kind in ("category", "department")}
    everything = [*labels["category"], *labels["department"]]
    try:
        match = resolve_name(words, everything, "segment")
    except ToolError:
        names = [*STAGES, *TIERS, *everything]
        raise ToolError(
            f"segment {words!r} is not known to this store; expected a lifecycle stage ({', '.join(STAGES)}), "
            f"a value tier ({', '.join(TIERS)}), an RFM cell such as rfm_155, a cluster such as cluster_1, a category "
            f"or a department; try {', '.join(nearest(words, names))}"
        ) from None
    return ("category" if match.name in labels["category"] else "department"), match


def best_selling(view: StoreView, kind: str) -> list[str]:
    """Return the labels of a product column (category, department, brand), best-selling first, unsold ones left out."""
    products = view.table(Table.PRODUCTS).select("product_id", label=ibis._[kind])
    lines = view.table(Table.ORDER_LINES).inner_join(products, "product_id")
    sums = lines.group_by("label").aggregate(cents=cents(lines.revenue).sum())
    ranked = sums.filter(sums.label.notnull()).order_by([ibis.desc("cents"), "label"])
    return [str(label) for label in ranked.to_pandas()["label"]]
