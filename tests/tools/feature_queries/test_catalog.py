"""The list of features: named once, explained, and as the document says."""

from __future__ import annotations

import re

import pytest

from tests.source import ROOT
from tools.feature_queries.catalog import FEATURES, QUERIES, Of
from tools.feature_queries.document import write_document
from tools.warehouse.columns import SPECS

KINDS: list[Of] = ["customers", "products"]


def test_the_document_is_the_list() -> None:
    told = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    assert told == write_document(), "run python -m tools.feature_queries.document > docs/features.md"


@pytest.mark.parametrize("of", KINDS)
def test_every_feature_is_named_once_and_explained(of: Of) -> None:
    features = FEATURES[of]
    assert len({feature.name for feature in features}) == len(features)
    assert len({(feature.meaning, feature.window) for feature in features}) == len(features)
    for feature in features:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", feature.name)
        assert feature.unit
        assert feature.window
        assert "|" not in feature.meaning
        assert set(feature.tables) <= SPECS.keys()


@pytest.mark.parametrize("of", KINDS)
def test_every_query_runs_after_those_it_needs(of: Of) -> None:
    before: set[str] = set()
    for query in QUERIES[of]:
        assert set(query.needs) <= before
        before |= set(query.names)
