"""Any other encoder, by folder, through sentence-transformers (multilingual models, larger ones, a GPU)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from retrieval.errors import EncoderFilesError
from retrieval.protocols import Progress, Vectors, no_progress

# Texts between two reports of progress.
CHUNK = 1024


class SentenceEncoder:
    """A sentence-transformers model from a folder; nothing is fetched."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        if not (folder / "modules.json").is_file():
            raise EncoderFilesError(f"encoder folder {str(folder)!r} has no modules.json; expected a saved model")
        self.folder = folder
        self._model = SentenceTransformer(str(folder), device=device, local_files_only=True)

    @property
    def name(self) -> str:
        """Return the folder's name."""
        return self.folder.name

    @cached_property
    def sha256(self) -> str:
        """Return the hash of the weights files, in order of their names."""
        digest = hashlib.sha256()
        for file in sorted(self.folder.rglob("*.safetensors")):
            with file.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
        return digest.hexdigest()

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> Vectors:
        """Return one unit vector a text, in order."""
        parts = []
        for start in range(0, len(texts), CHUNK):
            chunk = list(texts[start : start + CHUNK])
            parts.append(self._model.encode(chunk, normalize_embeddings=True, show_progress_bar=False))
            progress(start + len(chunk), len(texts))
        return np.concatenate(parts).astype(np.float32) if parts else np.empty((0, 0), dtype=np.float32)
