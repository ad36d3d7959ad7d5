"""The numpy forward pass against sentence-transformers, on the real weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import EncoderFilesError
from retrieval.minilm import SIZE, WEIGHTS_SHA256, MiniLM
from tools.errors import MissingCapabilityError
from tools.packages import fetched

TEXTS = ["coffee", "Ground coffee. Coffee. Grocery", "", "snacks for movie night " * 100, "ß – 日本"]


@pytest.fixture(scope="module")
def folder() -> Path:
    """Give the folder of the fetched encoder, or skip."""
    try:
        return fetched("encoder")
    except MissingCapabilityError as error:
        pytest.skip(str(error))


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderFilesError, match=r"model\.safetensors"):
        MiniLM(tmp_path)


@pytest.mark.weights
def test_vectors_are_those_of_sentence_transformers(folder: Path) -> None:
    sentence_encoder = pytest.importorskip("retrieval.sentence_encoder")
    ours = MiniLM(folder).encode(TEXTS)
    theirs = sentence_encoder.SentenceEncoder(folder).encode(TEXTS)
    assert np.abs(ours - theirs).max() < 1e-5


@pytest.mark.weights
def test_vectors_do_not_depend_on_the_batch(folder: Path) -> None:
    encoder = MiniLM(folder)
    seen: list[tuple[int, int]] = []
    together = encoder.encode(TEXTS, lambda done, total: seen.append((done, total)))
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert together.shape == (len(TEXTS), SIZE)
    assert np.abs(together - alone).max() < 1e-5
    assert seen == [(len(TEXTS), len(TEXTS))]


@pytest.mark.weights
def test_the_weights_are_the_pinned_ones(folder: Path) -> None:
    assert MiniLM(folder).sha256 == WEIGHTS_SHA256


@pytest.mark.weights
def test_meaning_beats_spelling(folder: Path) -> None:
    query, meant, alike = MiniLM(folder).encode(["beverages", "soft drinks", "averages"])
    assert query @ meant > query @ alike
