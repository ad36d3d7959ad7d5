"""Search by word: BM25 (Robertson and Zaragoza 2009) over a sparse matrix of precomputed weights."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from retrieval.spelling import Spelling

# Values of the benchmark that the search is compared with (BM25 k1 1.2, b .75).
K1 = 1.2
B = 0.75

LONGEST_QUERY: Final = 1000
"""Characters of a query that are read; nobody types more to find a product."""

_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_LETTERS: Final = re.compile(r"[A-Za-z]+")
# Words that say nothing about a product; the few that shoppers really type.
_EMPTY = frozenset(["a", "an", "and", "for", "from", "in", "of", "on", "or", "some", "something", "the", "to", "with"])


def tokens(text: str) -> list[str]:
    """Split a text into lower-case words and numbers, plurals cut, empty words left out.

    >>> tokens("Berries & 2.5 oz Peaches, for the Glass")
    ['berry', '2.5', 'oz', 'peach', 'glass']
    """
    return [_singular(word) for word in _WORD.findall(text.lower()) if word not in _EMPTY]


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses", "oes")) else word[:-1]


@dataclass(frozen=True)
class LexicalIndex:
    """BM25 weights of every word in every document.

    Attributes:
        vocabulary: Word to column.
        weights: Documents × words, by column.
        words: Splits a text into words.
        forgiving: Whether a word that no document has stands for the nearest one that some have.
    """

    vocabulary: dict[str, int]
    weights: sparse.csc_array
    words: Callable[[str], list[str]] = tokens
    forgiving: bool = True

    @classmethod
    def build(
        cls, texts: Iterable[str], words: Callable[[str], list[str]] = tokens, *, forgiving: bool = True
    ) -> LexicalIndex:
        """Weigh the words of the texts."""
        rows = [words(text) for text in texts]
        vocabulary = {word: column for column, word in enumerate(dict.fromkeys(word for row in rows for word in row))}
        counts = _counts(rows, vocabulary)
        lengths = np.array([len(row) for row in rows], dtype=np.float64)
        return cls(vocabulary, _weights(counts, lengths), words, forgiving)

    def scores(self, query: str) -> NDArray[np.float64]:
        """Return the BM25 score of every document; 0 where it has no word of the query.

        A word that no document has is corrected where the index is forgiving.

        >>> index = LexicalIndex.build(["green tea", "black tea with milk", "milk"])
        >>> [round(float(score), 2) for score in index.scores("teas with milk")]
        [0.47, 0.78, 0.59]
        """
        total = np.zeros(self.weights.shape[0])
        for word in self.words(query[:LONGEST_QUERY]):
            column = self.vocabulary.get(self.correct(word) or "")
            if column is not None:
                part = slice(self.weights.indptr[column], self.weights.indptr[column + 1])
                total[self.weights.indices[part]] += self.weights.data[part]
        return total

    def correct(self, word: str) -> str | None:
        """Return the word if a document has it, else the most frequent of the nearest that has; None if none is near.

        >>> LexicalIndex.build(["diesel pump", "water pump"]).correct("deisel")
        'diesel'
        """
        if word in self.vocabulary or not self.forgiving:
            return word
        return self._spelling.nearest(word)

    def corrections(self, query: str) -> dict[str, str]:
        """Return the words of the query that no document has, each with the one that it was taken for."""
        unknown = dict.fromkeys(word for word in self.words(query[:LONGEST_QUERY]) if word not in self.vocabulary)
        return {word: taken for word in unknown if (taken := self.correct(word))}

    def corrected(self, query: str) -> str:
        """Return the query as it was understood: slips corrected, all else as it was written.

        >>> LexicalIndex.build(["diesel pump"]).corrected("4x4 Deisel pump")
        '4x4 diesel pump'
        """
        taken = self.corrections(query)
        return _LETTERS.sub(lambda word: taken.get(word.group().lower(), word.group()), query) if taken else query

    @cached_property
    def _spelling(self) -> Spelling:
        holding = np.diff(self.weights.indptr)
        return Spelling({word: int(holding[column]) for word, column in self.vocabulary.items()})


def _counts(rows: Sequence[list[str]], vocabulary: dict[str, int]) -> sparse.csr_array:
    columns = np.fromiter((vocabulary[word] for row in rows for word in row), dtype=np.int64)
    row_of = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    counts = sparse.coo_array((np.ones(len(columns)), (row_of, columns)), shape=(len(rows), len(vocabulary)))
    return counts.tocsr()


def _weights(counts: sparse.csr_array, lengths: NDArray[np.float64]) -> sparse.csc_array:
    documents = counts.shape[0]
    holding = np.bincount(counts.indices, minlength=counts.shape[1])
    inverse = np.log1p((documents - holding + 0.5) / (holding + 0.5))
    norm = K1 * (1 - B + B * lengths / max(lengths.mean(), 1.0)) if documents else lengths
    row_of = np.repeat(np.arange(documents), np.diff(counts.indptr))
    data = inverse[counts.indices] * counts.data * (K1 + 1) / (counts.data + norm[row_of])
    return sparse.csr_array((data, counts.indices, counts.indptr), shape=counts.shape).tocsc()
