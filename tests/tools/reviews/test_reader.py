"""What is read: the data files as they ship, clauses, language, vectors that are remembered, and the real encoder."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bag_of_words import BagOfWords
from tests.tools.reviews.shops import HEAD, reader
from tools.errors import MissingCapabilityError
from tools.products.index import default_encoder
from tools.reviews.book import aspect_book
from tools.reviews.clauses import LONGEST_TEXT, MOST_CLAUSES, clauses, clean, words
from tools.reviews.head import check_encoder, read_head, write_head
from tools.reviews.language import is_english
from tools.reviews.quotes import LONGEST, quotable, shorten
from tools.reviews.reader import Reader, default_reader
from tools.reviews.vectors import TextVectors


@pytest.fixture(scope="module")
def real() -> Reader:
    try:
        return default_reader()
    except MissingCapabilityError as error:
        pytest.skip(str(error))


@given(st.text(max_size=300))
def test_clauses_of_anything_are_parts_of_the_clean_text(text: str) -> None:
    known = set(words(clean(text)))
    found = clauses(text)
    assert len(found) <= MOST_CLAUSES
    for clause in found:
        assert all(char.isprintable() for char in clause)
        assert set(words(clause)) <= known


@given(st.text(max_size=400))
def test_a_quote_is_short_and_plain(text: str) -> None:
    for clause in clauses(text):
        assert len(shorten(clause)) <= LONGEST
        if quotable(clause):
            assert not set("<>{}|`\\") & set(clause)


def test_a_very_long_text_is_read_to_a_limit() -> None:
    assert len(clean("good thing. " * 100_000)) <= LONGEST_TEXT
    assert len(clauses("good thing here. " * 100_000)) == MOST_CLAUSES


def test_clauses_met_before_are_not_encoded_again() -> None:
    encoder = BagOfWords()
    vectors = TextVectors(encoder)
    first = vectors.of_clauses(["good tea", "bad tea", "good tea"])
    second = vectors.of_clauses(["bad tea", "good tea"])
    assert encoder.encoded == 2
    np.testing.assert_array_equal(first[:2], second[::-1])


def test_a_review_is_judged_by_the_mean_of_its_clauses() -> None:
    reading = reader().read(["good. bad", "", "good"])
    assert reading.clauses == ("good.", "bad", "good")
    assert reading.owner.tolist() == [0, 0, 2]
    assert reading.reviews[0] == pytest.approx(0.5)  # one good and one bad word
    assert np.isnan(reading.reviews[1])
    assert reading.reviews[2] == pytest.approx(1 / (1 + np.exp(-8.0)))


def test_another_encoder_is_refused() -> None:
    with pytest.raises(MissingCapabilityError, match="is not the one that the sentiment weights belong to"):
        check_encoder(HEAD, "f" * 64)


def test_a_head_survives_its_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("head") / "head.json"
    write_head(HEAD, "bag of words", file)
    kept = read_head(file)
    assert (kept.encoder_sha256, kept.words, kept.intercept) == (HEAD.encoder_sha256, dict(HEAD.words), HEAD.intercept)
    np.testing.assert_array_equal(kept.weights, HEAD.weights)


def test_the_shipped_head_and_book_are_whole() -> None:
    head = read_head()
    assert (len(head.weights), len(head.words)) == (384, 400)
    assert head.words["disappointed"] < 0 < head.words["perfect"]
    names = aspect_book().names
    assert len(names) == 11
    assert "nothing" not in names
    assert all(aspect_book().aspects[name].words for name in names)


def test_names_in_another_script_do_not_make_a_text_foreign() -> None:
    assert is_english("I gave it to my friend Łukasz and he was very happy with it")
    assert not is_english("这件衣服很好看，我很喜欢")
    assert is_english("")


@pytest.mark.weights
def test_the_real_encoder_reads_plain_praise_and_complaint(real: Reader) -> None:
    reading = real.read(
        [
            "The fabric is lovely and soft. It arrived two weeks late",
            "Terrible, broke on the first day",
            "Best coffee ever",
        ]
    )
    names = real.book.names
    found = {
        (reading.clauses[row], names[place]): reading.praise[row]
        for row, place in np.argwhere(reading.aspects).tolist()
    }
    assert found["The fabric is lovely and soft.", "quality"] > 0.6
    assert found["It arrived two weeks late", "delivery"] < 0.4
    assert reading.reviews[1] < 0.3
    assert reading.reviews[2] > 0.7


@pytest.mark.weights
def test_the_head_belongs_to_the_default_encoder(real: Reader) -> None:
    assert real.head.encoder_sha256 == default_encoder().sha256
