"""Build the served model file from the base and the tuned adapter, when it is not built yet."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from agent.models.files import (
    ADAPTER,
    BuildRecord,
    adapter_files,
    base_gguf,
    has_adapter,
    models_folder,
    read_record,
    record_path,
    sha256_of,
)
from agent.models.merge import read_adapter, write_merged
from tools.errors import MissingCapabilityError

NAME = "marketwright-q8_0.gguf"


def build_model(base: Path | None = None, adapter: Path = ADAPTER, target: Path | None = None) -> Path:
    """Return the merged model file, building it when base or adapter changed since.

    Args:
        base: The base GGUF; the fetched one by default.
        adapter: A peft LoRA folder.
        target: Where to write; `models/` in the home folder by default.

    Raises:
        MissingCapabilityError: No adapter, no base, or no space.
        InputError: The adapter does not fit the base.
    """
    base, target = base or base_gguf(), target or models_folder() / NAME
    if adapter == ADAPTER and not has_adapter():
        raise MissingCapabilityError(
            f"tuned adapter is missing in {str(ADAPTER)!r}; try `python -m finetune.train`, or --model base"
        )
    if not base.is_file():
        raise MissingCapabilityError(f"base model {str(base)!r} is missing; expected a .gguf; try `marketwright demo`")
    parts = (sha256_of(base), sha256_of(*adapter_files(adapter)))
    if not is_current(target, *parts):
        _build(base, adapter, target, *parts)
    return target


def is_current(target: Path, base_sha256: str, adapter_sha256: str) -> bool:
    """Say whether a model file is there and was made of exactly these parts."""
    record = read_record(target)
    return (
        target.is_file()
        and record is not None
        and (record.base_sha256, record.adapter_sha256) == (base_sha256, adapter_sha256)
    )


def _build(base: Path, adapter: Path, target: Path, base_sha256: str, adapter_sha256: str) -> None:
    """Write beside the target and move into place, so that a stopped build leaves nothing half-written."""
    changes = read_adapter(adapter)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".build-") as folder:
            part = Path(folder) / target.name
            write_merged(base, changes, part)
            record = BuildRecord(
                base_sha256=base_sha256,
                adapter_sha256=adapter_sha256,
                output_sha256=sha256_of(part),
                quantization="Q8_0",
            )
            record_path(target).unlink(missing_ok=True)
            os.replace(part, target)
            record_path(part).write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
            os.replace(record_path(part), record_path(target))
    except OSError as problem:
        raise MissingCapabilityError(
            f"model file {str(target)!r} cannot be written ({problem.strerror}); expected 140 MB of free space; "
            "try freeing some, or another MARKETWRIGHT_HOME"
        ) from problem
