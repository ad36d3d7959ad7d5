"""Any other encoder, by name or folder, through sentence-transformers (multilingual models, larger ones, a GPU)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError
from sentence_transformers import SentenceTransformer

from retrieval.errors import EncoderFilesError
from retrieval.protocols import Progress, Vectors, no_progress

# Texts between two reports of progress.
CHUNK = 1024
MODULES_FILE: Final = "modules.json"
OWN_MODULES: Final = "sentence_transformers."
DATA_FILES: Final = ("*.json", "*.safetensors", "*.txt", "*.model")
"""What is fetched of a model: data only. Pickled weights and Python files can run code as they are read."""

_PICKLES: Final = ("pytorch_model*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


class SentenceEncoder:
    """A sentence-transformers model from a folder; weights are read from safetensors only."""

    language: str | None = None

    def __init__(self, folder: Path, device: str = "cpu", place: str = "") -> None:
        check_model_folder(folder)
        self.folder = folder
        self.place = place or str(folder)
        self._model = SentenceTransformer(
            str(folder), device=device, local_files_only=True, model_kwargs={"use_safetensors": True}
        )

    @classmethod
    def named(cls, place: str, device: str = "cpu") -> SentenceEncoder:
        """Open a model by folder or hub name; of a hub's, only data files are fetched, once.

        Raises:
            EncoderFilesError: It cannot be had, or holds weights that are not safetensors.
        """
        if Path(place).is_dir():
            return cls(Path(place).resolve(), device)
        try:
            folder = snapshot_download(place, allow_patterns=list(DATA_FILES))
        except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
            told = f"encoder {place!r} is no folder and cannot be fetched ({type(error).__name__})"
            raise EncoderFilesError(f"{told}; expected a sentence-transformers model; try the folder of one") from error
        return cls(Path(folder), device, place)

    @property
    def name(self) -> str:
        """Return the folder's name, or the hub's."""
        return self.folder.name if self.place == str(self.folder) else self.place

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


def check_model_folder(folder: Path) -> None:
    """Refuse a folder that is no saved model, or from which reading could run somebody's code.

    Raises:
        EncoderFilesError: No or damaged `modules.json`, modules that are not the library's, or pickled weights.
    """
    file = folder / MODULES_FILE
    if not file.is_file():
        raise EncoderFilesError(f"encoder folder {str(folder)!r} has no {MODULES_FILE}; expected a saved model")
    try:
        modules: list[dict[str, Any]] = json.loads(file.read_bytes())
        kinds = [str(module["type"]) for module in modules]
    except (ValueError, KeyError, TypeError) as error:
        raise EncoderFilesError(f"encoder file {str(file)!r} is damaged; expected a list of modules") from error
    if not kinds:
        raise EncoderFilesError(f"encoder file {str(file)!r} names no module; expected a list of modules")
    if foreign := [kind for kind in kinds if not kind.startswith(OWN_MODULES)]:
        raise EncoderFilesError(f"encoder {folder.name!r} asks for code of its own ({foreign[0]}); expected none")
    for pattern in _PICKLES:
        for pickled in folder.rglob(pattern):
            if not any(pickled.parent.glob("*.safetensors")):
                told = f"encoder file {pickled.name!r} is pickled, which can run code"
                raise EncoderFilesError(f"{told}; expected model.safetensors; try saving the model as safetensors")
