"""`python -m evals.benchmarks.review_head`: train the sentiment head that `analyze_reviews` uses, and write it.

Learned from: reviews and titles of a clothing shop (CC0; every fifth product is kept for measuring), the amazon part of
the UCI's labelled sentences (CC BY 4.0), and the examples of tools/data/review_aspects.yaml. Its card is
tools/data/sentiment.md, its numbers are in BENCHMARKS.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from evals.benchmarks.review_data import Labelled, clothing_reviews, uci_sentences
from retrieval.protocols import Vectors
from tools.errors import MarketwrightError
from tools.estimators.sentiment import SentimentHead, fit_head
from tools.products.index import default_encoder
from tools.progress import say
from tools.reviews.book import AspectBook, aspect_book
from tools.reviews.head import FILE, write_head
from tools.reviews.vectors import TextVectors, text_words

REVIEWS: Final = 4_000
TITLES: Final = 3_000


def sources(reviews: int, titles: int, book: AspectBook) -> tuple[Labelled, ...]:
    """Return what is learned from, each data set by itself."""
    return (
        clothing_reviews(held=False, most=reviews),
        clothing_reviews(held=False, most=titles, titles=True),
        uci_sentences("amazon"),
        book_examples(book),
    )


def book_examples(book: AspectBook) -> Labelled:
    """Return the examples of praise and of complaint."""
    praise = [text for aspect in book.aspects.values() for text in aspect.praise]
    complaints = [text for aspect in book.aspects.values() for text in aspect.complaints]
    return Labelled((*praise, *complaints), np.arange(len(praise) + len(complaints)) < len(praise))


def train(learned: Sequence[Labelled], vectors: TextVectors, encoder_sha256: str) -> SentimentHead:
    """Fit a head to data sets."""
    encoded: list[Vectors] = []
    for place, source in enumerate(learned):
        say(f"source {place + 1} of {len(learned)}: {len(source.texts)} texts")
        encoded.append(vectors.of_texts(source.texts))
    return fit_head(
        np.concatenate(encoded),
        [text_words(text) for source in learned for text in source.texts],
        np.concatenate([source.praise for source in learned]),
        np.repeat(np.arange(len(learned)), [len(source.texts) for source in learned]),
        encoder_sha256,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Train and write; the same data give the same file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FILE, metavar="FILE", help="where to (default: the product's)")
    parser.add_argument("--reviews", type=int, default=REVIEWS, metavar="N", help=f"reviews (default {REVIEWS})")
    parser.add_argument("--titles", type=int, default=TITLES, metavar="N", help=f"titles (default {TITLES})")
    args = parser.parse_args(argv)
    try:
        encoder = default_encoder()
        learned = sources(args.reviews, args.titles, aspect_book())
        head = train(learned, TextVectors(encoder, say), encoder.sha256)
    except MarketwrightError as error:
        print(f"review_head: {error}", file=sys.stderr)
        return error.exit_code
    write_head(head, encoder.name, args.out)
    say(f"{args.out}: {len(head.weights)} dimensions, {len(head.words)} words")
    return 0


if __name__ == "__main__":
    sys.exit(main())
