"""The two seams: what turns text into vectors, and what answers a query."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with (done, of) while something long runs."""


def no_progress(done: int, total: int) -> None:
    """Report nothing."""


class Encoder(Protocol):
    """Turns texts into unit vectors, so that the inner product is the cosine."""

    @property
    def name(self) -> str:
        """Return the model's name."""

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the weights; two encoders with the same one give the same vectors."""

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> Vectors:
        """Return one unit vector a text, in order; shape (texts, size)."""


@dataclass(frozen=True)
class Hit:
    """One document found.

    Attributes:
        id: Identifier of the document.
        score: The higher the better; comparable within one answer.
    """

    id: str
    score: float


class Searcher(Protocol):
    """Answers a query with the best documents."""

    def search(self, query: str, k: int, allowed: NDArray[np.bool_] | None = None) -> tuple[Hit, ...]:
        """Return at most k hits, best first, ties by id; `allowed` has one flag a document, in index order."""
