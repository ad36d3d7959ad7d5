"""The sentiment head and the nearest aspect: what they learn from a few vectors, and that they do so again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.estimators.aspects import nearest_aspect
from tools.estimators.sentiment import MOST_WORDS, NEGATIONS, SentimentHead, fit_head, marked

WORDS = st.lists(st.sampled_from(["good", "not", "bad", "never", "isn't", "thing"]))


def test_a_head_learns_meaning_and_words() -> None:
    """The first axis praises and so does `fine`; forty texts of each kind."""
    vectors = np.repeat(np.array([[1, 0], [0, 1]], dtype=np.float32), 40, axis=0)
    words = [["fine"]] * 40 + [["awful"]] * 40
    praise = np.arange(80) < 40
    head = fit_head(vectors, words, praise, np.zeros(80, dtype=np.intp), "x")
    assert head.weights[0] > 0 > head.weights[1]
    assert head.words["fine"] > 0 > head.words["awful"]
    assert len(head.words) <= MOST_WORDS
    assert (head.scores(vectors, words) > 0).tolist() == praise.tolist()
    again = fit_head(vectors, words, praise, np.zeros(80, dtype=np.intp), "x")
    np.testing.assert_array_equal(head.weights, again.weights)


def test_praise_that_is_frequent_does_not_make_everything_praise() -> None:
    """Nine of ten texts praise, and a text without anything in it is still even odds."""
    vectors = np.zeros((200, 2), dtype=np.float32)
    head = fit_head(vectors, [[] for _ in vectors], np.arange(200) < 180, np.zeros(200, dtype=np.intp), "x")
    assert head.intercept == pytest.approx(0.0, abs=1e-3)


def test_a_score_is_the_sum_of_its_parts() -> None:
    head = SentimentHead("x", 0.5, np.array([2.0, -1.0]), {"good": 3.0})
    score = head.scores(np.array([[0.5, 0.25]], dtype=np.float32), [["good", "so", "good", "a", "b"]])
    assert score[0] == pytest.approx(0.5 + 2.0 * 0.5 - 1.0 * 0.25 + 3.0 / 4**0.5)


@given(WORDS)
def test_marking_keeps_every_word_and_its_place(words: list[str]) -> None:
    found = marked(words)
    assert len(found) == len(words)
    for word, kept in zip(words, found, strict=True):
        negation = word in NEGATIONS or word.endswith("n't")
        assert kept == "not" if negation else kept in (word, f"not_{word}")


def test_no_clause_is_near_to_nothing() -> None:
    assert nearest_aspect(np.empty((0, 2), dtype=np.float32), [np.eye(2, dtype=np.float32)]).shape == (0,)


def test_between_two_aspects_there_is_none() -> None:
    axes = np.eye(2, dtype=np.float32)
    both = np.array([[0.70710678, 0.70710678]], dtype=np.float32)
    assert nearest_aspect(both, [axes[:1], axes[1:]]).tolist() == [-1]
    assert nearest_aspect(both, [axes[:1], axes[1:]], ahead=0.0).tolist() == [0]
