"""An optional second reading: a cross-encoder scores the query and each of the best texts together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import CrossEncoder

from retrieval.errors import EncoderFilesError

LONGEST_TEXT: Final = 2000
"""Characters of a text that are read; such models cut at 512 word pieces."""


class CrossEncoderReranker:
    """A cross-encoder from a folder (Nogueira and Cho 2019); nothing is fetched and no pickle is read."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        if not (folder / "config.json").is_file() or not any(folder.glob("*.safetensors")):
            told = f"re-ranker folder {str(folder)!r} lacks config.json or safetensors weights"
            raise EncoderFilesError(f"{told}; expected a saved cross-encoder")
        self.name = folder.name
        self._model = CrossEncoder(
            str(folder), device=device, local_files_only=True, model_kwargs={"use_safetensors": True}
        )

    def score(self, query: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one number a text, in order, the higher the better."""
        pairs = [(query, text[:LONGEST_TEXT]) for text in texts]
        return np.asarray(self._model.predict(pairs, show_progress_bar=False), dtype=np.float32)
