"""Where the model's files lie, and the record of how one was built."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import Field, ValidationError

from tools.errors import InputError, MissingCapabilityError
from tools.frozen import Frozen
from tools.home import home
from tools.packages import fetched

ADAPTER = Path(__file__).parent / "adapter"
"""The tuned LoRA adapter that is shipped; `finetune.train` writes it."""

ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"
"""The two files of a peft LoRA folder."""

CHUNK = 1 << 20


class BuildRecord(Frozen):
    """What a merged model file was made of; lies beside it as JSON."""

    base_sha256: str = Field(description="Of the base GGUF.")
    adapter_sha256: str = Field(description="Of the adapter's configuration and weights.")
    output_sha256: str = Field(description="Of the merged GGUF.")
    quantization: str = Field(description="How changed tensors are stored.")


def models_folder() -> Path:
    """Return the folder of built models."""
    return home() / "models"


def base_gguf() -> Path:
    """Return the fetched base model's GGUF file, or say how to fetch it."""
    folder = fetched("base_model")
    files = sorted(folder.rglob("*.gguf"))
    if not files:
        raise MissingCapabilityError(f"base model in {str(folder)!r} has no .gguf; try `marketwright model build`")
    return files[0]


def has_adapter() -> bool:
    """Say whether the tuned adapter is shipped with this installation."""
    return (ADAPTER / ADAPTER_WEIGHTS).is_file()


def adapter_files(folder: Path) -> tuple[Path, Path]:
    """Return an adapter's configuration and weights.

    Raises:
        InputError: One of them is missing.
    """
    files = folder / ADAPTER_CONFIG, folder / ADAPTER_WEIGHTS
    if not all(path.is_file() for path in files):
        raise InputError(
            f"adapter {str(folder)!r} is incomplete; expected {ADAPTER_CONFIG} and {ADAPTER_WEIGHTS}; "
            "try `python -m finetune.train`"
        )
    return files


def sha256_of(*paths: Path) -> str:
    """Hash files one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def record_path(model: Path) -> Path:
    """Return where the record of a built model lies.

    >>> record_path(Path("m/tuned.gguf")).name
    'tuned.json'
    """
    return model.with_suffix(".json")


def read_record(model: Path) -> BuildRecord | None:
    """Read a built model's record; None when there is none or it is not readable as one."""
    try:
        return BuildRecord.model_validate_json(record_path(model).read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None
