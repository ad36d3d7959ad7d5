"""The one home of FAISS: unit vectors, searched exactly while they are few, by a graph or by cells when they are many.

Sources: FAISS (Douze et al. 2024), HNSW (Malkov and Yashunin 2018), inverted files (Sivic and Zisserman 2003).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.errors import RefusedIndexError
from retrieval.protocols import Vectors

_FAISS: Any = faiss
"""The library without its type stubs, which know other arguments than the library takes."""

Kind = Literal["flat", "hnsw", "ivf"]

FLAT_LIMIT: Final = 100_000
HNSW_LIMIT: Final = 100_000
"""Up to how many vectors each kind is used. They are equal: on product embeddings cells find more than the graph, in
less time and memory (`python -m evals.benchmarks faiss`), so a graph is built on request only."""

TRAINING_SEED: Final = 1234
TRAINED_PER_CELL: Final = 64
"""Vectors that k-means sees for each cell; FAISS' default is 256, which takes four times as long."""

LINKS, BUILD_WIDTH = 32, 100
"""HNSW's M and efConstruction."""

EXACT_SHARE: Final = 0.1
"""Where fewer than this share of the rows is allowed, all allowed ones are compared: a graph or the nearest cells
would mostly lead to rows that are not."""


@dataclass(frozen=True)
class Setting:
    """How an index searches.

    Attributes:
        kind: The kind of index.
        width: HNSW's efSearch, or the number of IVF's cells that are looked into; flat has none.
    """

    kind: Kind
    width: int = 0

    def __str__(self) -> str:
        """Return it in words."""
        told = {"hnsw": f"HNSW{LINKS}, ef {self.width}", "ivf": f"IVF, {self.width} cells looked into"}
        return told.get(self.kind, self.kind)


CHOSEN: Final[dict[Kind, Setting]] = {
    "flat": Setting("flat"),
    "hnsw": Setting("hnsw", 128),
    "ivf": Setting("ivf", 64),
}
"""Measured beside narrower and wider ones by `python -m evals.benchmarks faiss`."""


class VectorIndex:
    """Inner-product search over unit vectors; a row is a vector's position at building."""

    def __init__(self, index: Any, setting: Setting | None = None) -> None:
        self._index = index
        self.setting = setting or CHOSEN[self.kind]
        if self.kind == "ivf":
            index.make_direct_map()  # so that a row's vector can be read back

    @classmethod
    def build(cls, vectors: Vectors, kind: Kind | None = None) -> VectorIndex:
        """Index the vectors, shape (rows, size); the kind of index follows from their number unless it is given."""
        rows, size = vectors.shape
        kind = kind or kind_for(rows)
        index: Any = faiss.IndexFlatIP(size)
        if kind == "hnsw":
            index = faiss.IndexHNSWFlat(size, LINKS, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = BUILD_WIDTH
        elif kind == "ivf":
            index = faiss.IndexIVFFlat(index, size, cells_for(rows), faiss.METRIC_INNER_PRODUCT)
            index.cp.seed = TRAINING_SEED
            index.cp.max_points_per_centroid = TRAINED_PER_CELL
            index.train(vectors)
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def kind(self) -> Kind:
        """Return how it searches."""
        if isinstance(self._index, faiss.IndexHNSW):
            return "hnsw"
        return "ivf" if isinstance(self._index, faiss.IndexIVF) else "flat"

    @property
    def megabytes(self) -> float:
        """Return how much memory the vectors and what leads to them take."""
        sizes: list[int] = []
        faiss.write_index(self._index, _FAISS.PyCallbackIOWriter(lambda part: sizes.append(len(part))))
        return sum(sizes) / 1e6

    def searched_with(self, setting: Setting) -> VectorIndex:
        """Return the same index, searched more or less widely."""
        return VectorIndex(self._index, setting)

    def search(
        self, vector: Vectors, k: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the k best rows and their scores, best first; only `allowed` rows where given."""
        k = min(k, len(self) if allowed is None else len(allowed))
        if k == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        exact = allowed is not None and len(allowed) < EXACT_SHARE * len(self)
        index = self._index.storage if exact and self.kind == "hnsw" else self._index
        selector = None if allowed is None else _selector(allowed, len(self))
        found: tuple[Any, Any] = index.search(
            vector.reshape(1, -1), k, params=self._parameters(selector, exact=exact, k=k)
        )
        scores, rows = found[0][0], found[1][0]
        return rows[rows >= 0], scores[rows >= 0]

    def vectors(self) -> Vectors:
        """Return the vectors in the order they were given in."""
        if not len(self):
            return np.empty((0, self._index.d), dtype=np.float32)
        return np.asarray(self._index.reconstruct_n(0, len(self)), dtype=np.float32)

    def vectors_at(self, rows: NDArray[np.int64]) -> Vectors:
        """Return the vectors of some rows, in the order of these."""
        return np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32)

    def save(self, file: Path) -> None:
        """Write the index to a file."""
        faiss.write_index(self._index, str(file))

    @classmethod
    def load(cls, file: Path) -> VectorIndex:
        """Read an index from a file.

        Raises:
            RefusedIndexError: The file is not a FAISS index.
        """
        try:
            index = faiss.read_index(str(file))
        except RuntimeError as error:
            raise RefusedIndexError(f"index file {file.name!r} cannot be read; expected a FAISS index") from error
        return cls(index)

    def _parameters(self, selector: Any, *, exact: bool, k: int) -> Any:
        chosen = {"sel": selector} if selector is not None else {}
        if self.kind == "ivf":
            return _FAISS.SearchParametersIVF(nprobe=self._index.nlist if exact else self.setting.width, **chosen)
        if self.kind == "hnsw" and not exact:
            return _FAISS.SearchParametersHNSW(efSearch=max(self.setting.width, k), **chosen)
        return _FAISS.SearchParameters(**chosen) if chosen else None


def kind_for(rows: int) -> Kind:
    """Return the kind of index for so many vectors.

    >>> kind_for(1), kind_for(1_000_000)
    ('flat', 'ivf')
    """
    if rows <= FLAT_LIMIT:
        return "flat"
    return "hnsw" if rows <= HNSW_LIMIT else "ivf"


def cells_for(rows: int) -> int:
    """Return the number of cells: four times the root of the number of vectors, as FAISS' guide advises.

    >>> cells_for(1_000_000)
    4000
    """
    return max(1, int(4 * math.sqrt(rows)))


def _selector(allowed: NDArray[np.int64], rows: int) -> Any:
    flags = np.zeros(rows, dtype=bool)
    flags[allowed] = True
    return _FAISS.IDSelectorBitmap(np.packbits(flags, bitorder="little"))
