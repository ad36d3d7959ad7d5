"""An encoder that any reader can follow: one dimension a word, by its checksum."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from retrieval.lexical import tokens
from retrieval.protocols import Progress, Vectors, no_progress

SIZE = 256


class BagOfWords:
    """Counts words into 256 dimensions; texts with the same words point the same way."""

    name = "bag of words"
    sha256 = "0" * 64
    place = ""
    language: str | None = "en"

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> Vectors:
        """Return one unit vector a text; an empty text points along the first axis."""
        vectors = np.zeros((len(texts), SIZE), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in tokens(text):
                vectors[row, zlib.crc32(word.encode()) % SIZE] += 1
            if not vectors[row].any():
                vectors[row, 0] = 1
            progress(row + 1, len(texts))
        self.encoded += len(texts)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
