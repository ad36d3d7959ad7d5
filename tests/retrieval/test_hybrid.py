"""Hybrid search over three documents, and what an index refuses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.building import build
from retrieval.documents import Document
from retrieval.errors import MissingIndexError, RefusedIndexError
from retrieval.folder import META_FILE, IndexFolder
from retrieval.hybrid import DENSE_WEIGHT, HybridIndex
from retrieval.protocols import Progress, Vectors, no_progress
from tests.bag_of_words import BagOfWords

DOCUMENTS = [
    Document("b", "green tea, 40 bags", "green tea"),
    Document("a", "green tea, 80 bags", "green tea"),
    Document("c", "whole milk", "whole milk"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of an index of the three documents."""
    build(tmp_path / "index", DOCUMENTS, BagOfWords(), "v1")
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> HybridIndex:
    """Give the index of the three documents."""
    return HybridIndex.load(folder, BagOfWords(), "v1")


def test_equal_meanings_are_encoded_once(tmp_path: Path) -> None:
    encoder = BagOfWords()
    built = build(tmp_path / "index", DOCUMENTS, encoder, "v1")
    assert (built.meta.documents, built.meta.vectors, built.encoded, encoder.encoded) == (3, 2, 2, 2)


def test_first_in_both_rankings_scores_one(index: HybridIndex) -> None:
    best = index.search("whole milk", 1)[0]
    assert best.id == "c"
    assert best.score == pytest.approx(DENSE_WEIGHT + (1 - DENSE_WEIGHT))


def test_a_slip_of_the_keyboard_is_read_through(index: HybridIndex) -> None:
    assert index.search("mlik", 1)[0].id == "c"
    assert index.lexical.corrections("mlik") == {"mlik": "milk"}


class LongestFirst:
    """Prefers long texts."""

    name = "longest first"

    def score(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([len(text) for text in texts], dtype=np.float32)


class Backwards:
    """Prefers what comes last in the alphabet."""

    name = "backwards"

    def score(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([sorted(texts).index(text) for text in texts], dtype=np.float32)


def test_a_reranker_decides_among_the_best(index: HybridIndex) -> None:
    hits = index.reranked_by(Backwards()).search("green tea", 2)
    assert [(hit.id, hit.score) for hit in hits] == [("a", 2.0), ("b", 1.5)]


def test_ties_of_a_reranker_are_broken_by_id(index: HybridIndex) -> None:
    assert [hit.id for hit in index.reranked_by(LongestFirst()).search("green tea", 2)] == ["a", "b"]


def test_ties_are_broken_by_id(index: HybridIndex) -> None:
    assert [hit.id for hit in index.search("green tea", 2)] == ["a", "b"]


def test_words_that_the_meaning_lacks_decide(index: HybridIndex) -> None:
    assert index.search("green tea 40", 1)[0].id == "b"


def test_only_allowed_documents_are_found(index: HybridIndex) -> None:
    hits = index.search("tea", 3, np.array([False, True, False]))
    assert [hit.id for hit in hits] == ["a"]


def test_it_knows_which_words_occur(index: HybridIndex) -> None:
    assert index.knows("some milk")
    assert not index.knows("xylophone")


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(MissingIndexError):
        HybridIndex.load(tmp_path, BagOfWords(), "v1")


def test_another_source_is_refused(folder: Path) -> None:
    with pytest.raises(RefusedIndexError, match="source 'v1'; expected 'v2'"):
        HybridIndex.load(folder, BagOfWords(), "v2")


class OtherWeights(BagOfWords):
    """The same name with other weights."""

    sha256 = "1" * 64


def test_other_weights_are_refused(folder: Path) -> None:
    with pytest.raises(RefusedIndexError, match="encoder weights"):
        HybridIndex.load(folder, OtherWeights(), "v1")


@pytest.mark.parametrize("start", ["vectors", "documents"])
def test_a_damaged_or_missing_file_is_refused(folder: Path, start: str) -> None:
    file = next(folder.glob(f"{start}-*"))
    name = file.name
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(RefusedIndexError, match=name):
        HybridIndex.load(folder, BagOfWords(), "v1")
    file.unlink()
    with pytest.raises(RefusedIndexError, match=name):
        HybridIndex.load(folder, BagOfWords(), "v1")


@pytest.mark.parametrize("text", ["{}", "not json"])
def test_a_damaged_meta_file_is_refused(folder: Path, text: str) -> None:
    (folder / META_FILE).write_text(text)
    with pytest.raises(RefusedIndexError):
        IndexFolder(folder).meta()


def test_another_format_is_refused(folder: Path) -> None:
    meta = IndexFolder(folder).meta().model_copy(update={"format": 99})
    (folder / META_FILE).write_text(meta.model_dump_json())
    with pytest.raises(RefusedIndexError, match="format '99'"):
        HybridIndex.load(folder, BagOfWords(), "v1")


class Stopped(BagOfWords):
    """Stops while encoding."""

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> Vectors:
        raise KeyboardInterrupt


def test_a_build_that_stops_leaves_the_old_index(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        build(folder, [Document("d", "rye bread", "rye bread")], Stopped(), "v2")
    assert len(HybridIndex.load(folder, BagOfWords(), "v1").documents) == len(DOCUMENTS)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_new_index_takes_the_place_of_the_old(folder: Path) -> None:
    build(folder, DOCUMENTS[:1], BagOfWords(), "v2")
    assert HybridIndex.load(folder, BagOfWords(), "v2").ids == ("b",)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_same_documents_give_the_same_bytes(tmp_path: Path) -> None:
    metas = [build(tmp_path / name, DOCUMENTS, BagOfWords(), "v1").meta for name in ("one", "two")]
    assert metas[0] == metas[1]
