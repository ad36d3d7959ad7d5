"""An index brought up to date equals a fresh one, and only what is new is encoded."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.building import build
from retrieval.documents import Document
from retrieval.folder import META_FILE, IndexFolder
from retrieval.hybrid import HybridIndex
from retrieval.protocols import mark_of
from tests.bag_of_words import BagOfWords

WORDS = st.sampled_from(["tea", "milk", "green", "rye", "bread", "oat"])
TEXTS = st.lists(WORDS, max_size=3).map(" ".join)
CATALOGUES = st.dictionaries(st.sampled_from("abcdefg"), TEXTS, max_size=7).map(
    lambda texts: [Document(name, text, text, text) for name, text in sorted(texts.items())]
)


@settings(max_examples=25, deadline=None)
@given(before=CATALOGUES, after=CATALOGUES)
def test_a_changed_index_equals_a_fresh_one(before: list[Document], after: list[Document]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        old, fresh = Path(folder) / "old", Path(folder) / "fresh"
        build(old, before, BagOfWords(), "v1")
        encoder = BagOfWords()
        changed = build(old, after, encoder, "v2")
        assert changed.meta == build(fresh, after, BagOfWords(), "v2").meta
        assert encoder.encoded == changed.encoded == len({d.meaning for d in after} - {d.meaning for d in before})
        ids = [{document.id for document in documents} for documents in (before, after)]
        assert (changed.added, changed.removed) == (len(ids[1] - ids[0]), len(ids[0] - ids[1]))
        one, two = (HybridIndex.load(place, BagOfWords(), "v2") for place in (old, fresh))
        assert [one.search(word, 7) for word in ("tea", "rye bread")] == [
            two.search(word, 7) for word in ("tea", "rye bread")
        ]


@settings(max_examples=25, deadline=None)
@given(catalogue=CATALOGUES, query=TEXTS)
def test_hits_are_sorted_by_score_then_id(catalogue: list[Document], query: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), catalogue, BagOfWords(), "v1")
        hits = HybridIndex.load(Path(folder), BagOfWords(), "v1").search(query, 7)
    assert list(hits) == sorted(hits, key=lambda hit: (-hit.score, hit.id))


def test_a_damaged_index_is_built_anew(tmp_path: Path) -> None:
    documents = [Document("a", "tea", "tea")]
    build(tmp_path, documents, BagOfWords(), "v1")
    next(tmp_path.glob("vectors-*")).write_bytes(b"damaged")
    assert build(tmp_path, documents, BagOfWords(), "v1").encoded == 1
    assert HybridIndex.load(tmp_path, BagOfWords(), "v1").ids == ("a",)


class OtherWeights(BagOfWords):
    """The same name with other weights."""

    sha256 = "1" * 64


def test_vectors_of_other_weights_are_not_used_again(tmp_path: Path) -> None:
    documents = [Document("a", "tea", "tea")]
    build(tmp_path, documents, BagOfWords(), "v1")
    assert build(tmp_path, documents, OtherWeights(), "v1").encoded == 1


@pytest.mark.parametrize("left", ["vectors.part", "documents.part", "meta.part", "vectors-0123456789abcdef.faiss"])
def test_what_a_stopped_build_left_is_ignored_and_swept(tmp_path: Path, left: str) -> None:
    documents = [Document("a", "tea", "tea")]
    build(tmp_path, documents, BagOfWords(), "v1")
    (tmp_path / left).write_bytes(b"half")
    assert HybridIndex.load(tmp_path, BagOfWords(), "v1").ids == ("a",)
    build(tmp_path, documents, BagOfWords(), "v2")
    assert not (tmp_path / left).exists()


def test_without_its_meta_file_there_is_no_index(tmp_path: Path) -> None:
    build(tmp_path, [Document("a", "tea", "tea")], BagOfWords(), "v1")
    (tmp_path / META_FILE).unlink()
    assert build(tmp_path, [Document("a", "tea", "tea")], BagOfWords(), "v1").encoded == 1


def test_any_source_is_taken_where_none_is_named(tmp_path: Path) -> None:
    build(tmp_path, [Document("a", "tea", "tea")], BagOfWords(), "v1")
    documents, rows, vectors = IndexFolder(tmp_path).load(mark_of(BagOfWords()), None)
    assert (len(documents), rows, vectors.vectors().shape[0]) == (1, [0], 1)
    assert np.allclose(np.linalg.norm(vectors.vectors(), axis=1), 1)
