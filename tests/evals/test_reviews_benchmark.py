"""The benchmark of reviews: its data as kept, and its numbers on texts whose verdicts can be followed."""

from __future__ import annotations

import numpy as np

from evals.benchmarks.review_aspects import GROUPS, aspects_found
from evals.benchmarks.review_data import Labelled, labelled_aspects
from evals.benchmarks.review_head import book_examples, train
from evals.benchmarks.reviews import measure
from evals.intervals import wilson
from tests.bag_of_words import BagOfWords
from tests.tools.reviews.shops import BOOK, reader
from tools.reviews.book import aspect_book
from tools.reviews.vectors import TextVectors


def labelled(praise: int, complaints: int, wrong: int = 0) -> Labelled:
    """Return texts that say good or bad; the first `wrong` of those that praise say bad."""
    texts = ["bad thing"] * wrong + ["good thing"] * (praise - wrong) + ["bad thing"] * complaints
    return Labelled(tuple(texts), np.arange(praise + complaints) < praise)


def test_the_labels_are_as_described() -> None:
    measured, developed = labelled_aspects(), labelled_aspects("review_aspects_dev")
    assert (len(measured), len(developed)) == (200, 100)
    assert not {one.text for one in measured} & {one.text for one in developed}
    assert {len([one for one in measured if one.id.startswith(begin)]) for begin in GROUPS.values()} == {200, 120, 80}
    aspects = {aspect for one in (*measured, *developed) for aspect in one.aspects}
    assert aspects <= set(aspect_book().names)
    assert {label for one in measured for label in one.aspects.values()} == {"positive", "negative", "neutral"}


def test_no_labelled_sentence_is_an_example() -> None:
    examples = {text for aspect in aspect_book().aspects.values() for text in aspect.examples}
    assert not examples & {one.text for one in labelled_aspects()}


def test_accuracies_are_shares_of_texts_that_were_read_right() -> None:
    sentences = {"imdb": labelled(30, 30, wrong=3), "yelp": labelled(30, 30)}
    measured = measure(reader(), labelled(80, 20), labelled(60, 40), sentences)
    rows = {row[0]: row for row in measured.rows}
    low, high = wilson(57, 60)
    assert rows["imdb sentences: accuracy, cross-domain"][1] == f"{57 / 60:.3f} ({low:.3f}-{high:.3f}), n 60"
    assert rows["clothing: AUC"][1] == "1.000 (1.000-1.000)"
    assert rows["clothing: accuracy, threshold from other products' labels"][2] == "majority 0.800"
    assert not measured.holds  # the pretended reader knows two aspects and two words


def test_aspects_are_found_with_what_is_said_of_them() -> None:
    found = aspects_found(reader(), ["The taste is good, but the price is bad", "A thing", "The price is the price"])
    assert found == [{"taste": "positive", "price": "negative"}, {}, {"price": "neutral"}]


def test_a_head_is_trained_on_every_source() -> None:
    learned = (labelled(40, 40), book_examples(BOOK))
    head = train(learned, TextVectors(BagOfWords()), BagOfWords.sha256)
    assert head.words["good"] > 0 > head.words["bad"]
    assert head.encoder_sha256 == BagOfWords.sha256
