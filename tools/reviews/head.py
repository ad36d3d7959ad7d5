"""The trained sentiment head as a file of a few hundred numbers; its card is tools/data/sentiment.md."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import Field

from tools.errors import MissingCapabilityError
from tools.estimators.sentiment import SentimentHead
from tools.frozen import Frozen

FILE: Final = Path(__file__).parents[1] / "data" / "sentiment.json"
DIGITS: Final = 4
"""Decimals of a weight in the file; more change no label."""


class HeadFile(Frozen):
    """What the file holds."""

    encoder: str = Field(description="Name of the encoder.")
    encoder_sha256: str = Field(description="Fingerprint of its weights; no other encoder fits.")
    intercept: float = Field(description="Log-odds of a text without anything.")
    weights: tuple[float, ...] = Field(min_length=1, description="One per dimension of a unit vector.")
    words: dict[str, float] = Field(description="Weight of each word; not_ marks a negated one.")


def write_head(head: SentimentHead, encoder: str, file: Path = FILE) -> None:
    """Write a head; the same head gives the same bytes."""
    kept = HeadFile(
        encoder=encoder,
        encoder_sha256=head.encoder_sha256,
        intercept=round(head.intercept, DIGITS),
        weights=tuple(np.round(head.weights, DIGITS).tolist()),
        words={word: round(weight, DIGITS) for word, weight in sorted(head.words.items())},
    )
    file.write_text(kept.model_dump_json() + "\n", encoding="utf-8")


@lru_cache(maxsize=2)
def read_head(file: Path = FILE) -> SentimentHead:
    """Read a head."""
    kept = HeadFile.model_validate_json(file.read_text(encoding="utf-8"))
    return SentimentHead(kept.encoder_sha256, kept.intercept, np.array(kept.weights), kept.words)


def check_encoder(head: SentimentHead, sha256: str) -> None:
    """Refuse an encoder that the head was not trained with.

    Raises:
        MissingCapabilityError: The fingerprints differ.
    """
    if head.encoder_sha256 != sha256:
        raise MissingCapabilityError(
            f"encoder {sha256[:12]!r} is not the one that the sentiment weights belong to; expected "
            f"{head.encoder_sha256[:12]!r}; try `python -m evals.benchmarks.review_head`, which trains them anew"
        )
