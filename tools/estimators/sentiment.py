"""Sentiment of texts: a logistic head on sentence vectors and on words with their negation.

Sources: W. Wang et al., MiniLM (2020) for the vectors; B. Pang, L. Lee and S. Vaithyanathan, Thumbs up? (EMNLP 2002)
for words marked as negated up to the end of their clause, and for words counted once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Array = NDArray[np.float64]

NEGATIONS: Final = frozenset(
    ("not", "no", "never", "nor", "hardly", "barely", "without", "cannot", "neither", "nothing", "lacks", "lacking")
)
"""Words that turn those after them; besides these, all that end in n't."""

REACH: Final = 3
"""Words after a negation that it turns; clauses are short, and beyond three it is a coin's toss."""

VECTOR_SCALE: Final = 3.0
"""Unit vectors are multiplied by this, so that one penalty suits their weights and the words'."""

PENALTY: Final = 0.1
"""Inverse of the ridge penalty: strong, since the head must hold for shops that it was not trained on."""

FEWEST_TEXTS: Final = 20
"""Texts that a word must stand in to get a weight."""

MOST_WORDS: Final = 400
"""Words that keep a weight, those that move the training texts most; the whole head stays below 10 KB."""


def marked(words: Sequence[str]) -> list[str]:
    """Return words with those marked that a negation before them turns.

    >>> marked(["it", "does", "not", "fit", "at", "all", "sadly", "returned"])
    ['it', 'does', 'not', 'not_fit', 'not_at', 'not_all', 'sadly', 'returned']
    """
    found, left = [], 0
    for word in words:
        if word in NEGATIONS or word.endswith("n't"):
            found.append("not")
            left = REACH
        else:
            found.append(f"not_{word}" if left > 0 else word)
            left -= 1
    return found


@dataclass(frozen=True)
class SentimentHead:
    """Weights of a sentence vector and of words; their sum is the log-odds of praise.

    Attributes:
        encoder_sha256: Fingerprint of the encoder that the weights belong to.
        intercept: Log-odds of a text without anything.
        weights: One per dimension of a unit vector.
        words: Weight of each word that has one, as `marked` writes them.
    """

    encoder_sha256: str
    intercept: float
    weights: Array
    words: Mapping[str, float]

    def scores(self, vectors: NDArray[np.float32], words: Sequence[Sequence[str]]) -> Array:
        """Return the log-odds of praise of each text: one vector and one list of marked words a text."""
        by_meaning = vectors.astype(float) @ self.weights
        by_words = np.array([_spread(text, self.words) for text in words], dtype=float)
        return np.asarray(self.intercept + by_meaning + by_words, dtype=float)


def _spread(text: Sequence[str], weights: Mapping[str, float]) -> float:
    """Return the sum of the weights of the different words over the root of their number.

    >>> _spread(["good", "good", "bad", "ok", "a"], {"good": 2.0, "bad": -1.0})
    0.5
    """
    different = set(text)
    return float(sum(weights.get(word, 0.0) for word in sorted(different)) / max(len(different), 1) ** 0.5)


def fit_head(
    vectors: NDArray[np.float32],
    words: Sequence[Sequence[str]],
    praise: NDArray[np.bool_],
    sources: NDArray[np.intp],
    encoder_sha256: str,
) -> SentimentHead:
    """Fit a head; every source counts alike, and within it praise counts as much as its opposite.

    Args:
        vectors: One unit vector (or the mean of several) a text.
        words: Marked words of each text.
        praise: Whether a text praises.
        sources: Number of the data set that each text is from.
        encoder_sha256: Fingerprint of the encoder that gave the vectors.
    """
    row_weights = _balanced(praise, sources)
    vocabulary = _vocabulary(words)
    by_meaning = VECTOR_SCALE * vectors.astype(float)
    fitted = _fit(np.hstack([by_meaning, _counts(words, vocabulary)]), praise, row_weights)
    size = vectors.shape[1]
    moved = np.abs(fitted.coef_[0, size:]) * _counts(words, vocabulary).sum(axis=0)
    kept = [vocabulary[place] for place in np.argsort(-moved, kind="stable")[:MOST_WORDS]]
    fitted = _fit(np.hstack([by_meaning, _counts(words, kept)]), praise, row_weights)
    return SentimentHead(
        encoder_sha256=encoder_sha256,
        intercept=float(fitted.intercept_[0]),
        weights=VECTOR_SCALE * fitted.coef_[0, :size],
        words=dict(zip(kept, map(float, fitted.coef_[0, size:]), strict=True)),
    )


def _fit(features: Array, praise: NDArray[np.bool_], row_weights: Array) -> LogisticRegression:
    return LogisticRegression(C=PENALTY, max_iter=2_000).fit(features, praise, sample_weight=row_weights)


def _balanced(praise: NDArray[np.bool_], sources: NDArray[np.intp]) -> Array:
    """Return weights that sum to the number of texts.

    >>> _balanced(np.array([True, True, True, False]), np.zeros(4, int)).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    groups, group = np.unique(2 * sources + praise, return_inverse=True)
    return np.asarray(len(praise) / len(groups) / np.bincount(group)[group], dtype=float)


def _vocabulary(words: Sequence[Sequence[str]]) -> list[str]:
    texts = Counter(word for text in words for word in set(text))
    return sorted(word for word, count in texts.items() if count >= FEWEST_TEXTS and not word.isdigit())


def _counts(words: Sequence[Sequence[str]], vocabulary: Sequence[str]) -> Array:
    """Return one row a text: which words it has, over the root of how many different ones there are."""
    places = {word: place for place, word in enumerate(vocabulary)}
    counts = np.zeros((len(words), len(vocabulary)))
    for row, text in enumerate(words):
        different = set(text)
        found = [places[word] for word in different if word in places]
        counts[row, found] = 1 / max(len(different), 1) ** 0.5
    return counts
