"""BM25 by its formula, and what counts as a word."""

from __future__ import annotations

import math

import pytest

from retrieval.lexical import K1, B, LexicalIndex, tokens


def test_weight_is_bm25() -> None:
    index = LexicalIndex.build(["tea tea", "milk", "milk and bread crumb"])
    inverse = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    mean_length = (2 + 1 + 3) / 3
    expected = inverse * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 2 / mean_length))
    assert index.scores("tea").tolist() == pytest.approx([expected, 0, 0])


def test_rare_words_weigh_more() -> None:
    index = LexicalIndex.build(["green tea", "black tea"])
    assert index.scores("green")[0] > index.scores("tea")[0]


def test_unknown_words_score_nothing() -> None:
    assert LexicalIndex.build(["green tea"]).scores("xylophone").tolist() == [0]


def test_no_documents() -> None:
    assert LexicalIndex.build([]).scores("tea").tolist() == []


def test_a_document_without_words_is_never_found() -> None:
    assert LexicalIndex.build(["", "tea"]).scores("tea")[0] == 0


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("berries", "berry"), ("boxes", "box"), ("glass", "glass"), ("gas", "gas"), ("chips", "chip")],
)
def test_plurals_meet_their_singular(plural: str, singular: str) -> None:
    assert tokens(plural) == [singular]
