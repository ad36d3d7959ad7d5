"""Exact and cell search give the neighbours that multiplication gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import RefusedIndexError
from retrieval.protocols import Vectors
from retrieval.vectors import Kind, VectorIndex

KINDS: tuple[Kind, ...] = ("flat", "hnsw", "ivf")


def _unit_vectors(rows: int, size: int = 16) -> Vectors:
    vectors = np.random.default_rng(0).normal(size=(rows, size)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def test_flat_search_is_the_inner_product() -> None:
    vectors = _unit_vectors(50)
    rows, scores = VectorIndex.build(vectors).search(vectors[7], 3)
    products = vectors @ vectors[7]
    assert rows.tolist() == np.argsort(-products)[:3].tolist()
    assert scores.tolist() == pytest.approx(sorted(products, reverse=True)[:3], abs=1e-6)


def test_only_allowed_rows_are_found() -> None:
    vectors = _unit_vectors(50)
    rows, _ = VectorIndex.build(vectors).search(vectors[7], 9, np.array([3, 4]))
    assert sorted(rows) == [3, 4]


@pytest.mark.parametrize("kind", KINDS)
def test_a_vector_is_its_own_nearest(kind: Kind) -> None:
    vectors = _unit_vectors(4000)
    index = VectorIndex.build(vectors, kind)
    assert index.kind == kind
    assert all(index.search(vector, 1)[0][0] == row for row, vector in enumerate(vectors[:20]))


@pytest.mark.parametrize("kind", KINDS)
def test_few_allowed_rows_are_compared_exactly(kind: Kind) -> None:
    vectors, allowed = _unit_vectors(4000), np.arange(5, 4000, 100)
    rows, _ = VectorIndex.build(vectors, kind).search(vectors[7], 10, allowed)
    expected = allowed[np.argsort(-(vectors[allowed] @ vectors[7]))[:10]]
    assert rows.tolist() == expected.tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_is_loaded(tmp_path: Path, kind: Kind) -> None:
    vectors = _unit_vectors(4000)
    index = VectorIndex.build(vectors, kind)
    index.save(tmp_path / "x.faiss")
    again = VectorIndex.load(tmp_path / "x.faiss")
    assert again.kind == index.kind
    assert again.search(vectors[5], 4)[0].tolist() == index.search(vectors[5], 4)[0].tolist()
    assert np.array_equal(again.vectors(), vectors)
    assert np.array_equal(again.vectors_at(np.array([9, 2])), vectors[[9, 2]])


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.faiss").write_bytes(b"no index")
    with pytest.raises(RefusedIndexError, match="FAISS"):
        VectorIndex.load(tmp_path / "x.faiss")


def test_nothing_allowed_finds_nothing() -> None:
    rows, _ = VectorIndex.build(_unit_vectors(3)).search(_unit_vectors(1)[0], 2, np.empty(0, np.int64))
    assert rows.size == 0
