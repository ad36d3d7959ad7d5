"""Answers in words: what a profile by cluster says."""

from __future__ import annotations

import datetime as dt

from agent.answers import answer_from
from agent.evidence import Evidence
from tools.profile_customers import ProfileQuery, profile_customers
from tools.warehouse.view import StoreView


def test_clusters_are_told_by_label_with_their_reason(tiny_view: StoreView) -> None:
    result = profile_customers(ProfileQuery(by="cluster"), tiny_view).model_dump(mode="json")
    piece = Evidence(
        id="E1",
        tool="profile_customers",
        arguments={"by": "cluster"},
        as_of=dt.date(2024, 7, 1),
        chosen_by="person",
        rows_used=result["rows_used"],
        result=result,
    )
    said = answer_from((piece,), "USD")
    assert "cluster_1 (everybody alike) 10 (100%)" in said
    assert "Clusters: 10 customers are too few to cluster (at least 30)." in said
