"""Clusters of customers: their names in every tool, their labels, and what is said of their worth."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from tools.customers.clusters import DISTINCT, SKETCH, customer_clusters, name_clusters, trust
from tools.customers.segments import find_segment
from tools.errors import ToolError
from tools.estimators.clusters import Clustering
from tools.features import customer_features
from tools.profile_customers import ProfileQuery, profile_customers
from tools.warehouse.view import StoreView


def scores(**values: float) -> pd.Series:
    return pd.Series({"visits": 0.0, "basket": 0.0, "away": 0.0, "evenings": 0.0, "weekends": 0.0} | values)


def test_a_label_means_the_same_customers_in_every_tool(busy_view: StoreView) -> None:
    clusters = customer_clusters(busy_view).clusters
    assert len(clusters) >= 3
    for cluster in clusters:
        for words in (
            cluster.name,
            cluster.name.upper().replace("_", " "),
            cluster.label,
            f"{cluster.label} customers",
        ):
            assert list(find_segment(busy_view, words).customer_ids) == list(cluster.customer_ids)
            assert find_segment(busy_view, words).name == cluster.name


def test_clusters_part_the_customers_and_do_not_hang_on_the_views_seed(busy_view: StoreView) -> None:
    one = customer_clusters(busy_view)
    other = customer_clusters(dataclasses.replace(busy_view, seed=99))
    assert [list(c.customer_ids) for c in one.clusters] == [list(c.customer_ids) for c in other.clusters]
    assert [c.label for c in one.clusters] == [c.label for c in other.clusters]
    together = sorted(customer for cluster in one.clusters for customer in cluster.customer_ids)
    assert together == list(customer_features(busy_view).index)


def test_clusters_are_numbered_by_spend(busy_view: StoreView) -> None:
    spend = customer_features(busy_view)["spend"]
    means = [spend[cluster.customer_ids].mean() for cluster in customer_clusters(busy_view).clusters]
    assert means == sorted(means, reverse=True)


def test_an_unknown_cluster_names_those_there_are(busy_view: StoreView) -> None:
    with pytest.raises(ToolError, match=r"segment 'cluster_77' does not exist; expected one of cluster_1, .*cluster"):
        find_segment(busy_view, "cluster 77")


def test_answer_tells_label_traits_and_stability(busy_view: StoreView) -> None:
    answer = profile_customers(ProfileQuery(by="cluster"), busy_view)
    assert answer.clustering is not None
    assert answer.clustering.clusters == len(answer.segments)
    assert answer.clustering.stability is not None
    assert "stability" in answer.clustering.note
    labels = [segment.label for segment in answer.segments]
    assert len(set(labels)) == len(labels)
    assert None not in labels
    for segment in answer.segments:
        assert all(abs(trait.score) >= DISTINCT for trait in segment.traits)
    one = profile_customers(ProfileQuery(by="cluster", segment=str(labels[0])), busy_view)
    assert [segment.name for segment in one.segments] == [answer.segments[0].name]


def test_too_few_customers_are_one_cluster_with_the_reason(tiny_view: StoreView) -> None:
    answer = profile_customers(ProfileQuery(by="cluster"), tiny_view)
    assert [(segment.name, segment.customers) for segment in answer.segments] == [("cluster_1", 10)]
    assert answer.clustering is not None
    assert answer.clustering.note == "10 customers are too few to cluster (at least 30)"


@pytest.mark.parametrize(
    ("score", "visits", "label"),
    [
        (scores(basket=-0.8, evenings=0.9), 9.0, "frequent small baskets, evenings"),
        (scores(basket=0.8), 1.0, "big monthly shops"),
        (scores(), 4.0, "weekly baskets"),
        (scores(weekends=-0.5), 0.1, "occasional baskets, weekdays"),
    ],
)
def test_labels_say_what_distinguishes(score: pd.Series, visits: float, label: str) -> None:
    assert name_clusters([score], [pd.Series({"visits": visits})]) == [label]


def test_no_two_clusters_share_a_label() -> None:
    median = pd.Series({"visits": 4.0})
    differing = [scores(evenings=0.9, weekends=0.5), scores(evenings=0.9, weekends=-0.5)]
    assert name_clusters(differing, [median] * 2) == [
        "weekly baskets, evenings, weekends",
        "weekly baskets, evenings, weekdays",
    ]
    assert name_clusters([scores(), scores()], [median] * 2) == ["weekly baskets 1", "weekly baskets 2"]


def test_unstable_clusters_are_called_a_sketch() -> None:
    fit = Clustering(np.zeros(1, np.intp), "k-means", 0.5, 0.8, 0.7, 0.9, ())
    assert "these are a sketch" not in trust(fit)
    assert "these are a sketch" in trust(dataclasses.replace(fit, stability=SKETCH - 0.01))
    assert "no clear gaps" in trust(dataclasses.replace(fit, silhouette=0.1))
