"""The seams: what turns text into vectors, what answers a query, and what may reorder its best answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with (done, of) while something long runs."""


def no_progress(done: int, total: int) -> None:
    """Report nothing."""


class EncoderMark(BaseModel):
    """Which encoder it was; two with the same weights give the same vectors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Name of the model.")
    sha256: str = Field(description="Fingerprint of the weights.")
    place: str = Field("", description="Folder or hub name that it is loaded from; empty for the default encoder.")


class Encoder(Protocol):
    """Turns texts into unit vectors, so that the inner product is the cosine."""

    @property
    def name(self) -> str:
        """Return the model's name."""

    @property
    def sha256(self) -> str:
        """Return the fingerprint of the weights; two encoders with the same one give the same vectors."""

    @property
    def place(self) -> str:
        """Return the folder or hub name that it was loaded from; empty for the default encoder."""

    @property
    def language(self) -> str | None:
        """Return the ISO 639 code of the one language that it knows; None where it knows several, or nobody says."""

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


class Reranker(Protocol):
    """Reads a query and a text together and says how well they fit; slow, so only the best candidates are read."""

    @property
    def name(self) -> str:
        """Return the model's name."""

    def score(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one number a text, in order, the higher the better."""


class Searcher(Protocol):
    """Answers a query with the best documents."""

    def search(self, query: str, k: int, allowed: NDArray[np.bool_] | None = None) -> tuple[Hit, ...]:
        """Return at most k hits, best first, ties by id; `allowed` has one flag a document, in index order."""


def mark_of(encoder: Encoder) -> EncoderMark:
    """Return which encoder this is."""
    return EncoderMark(name=encoder.name, sha256=encoder.sha256, place=encoder.place)
