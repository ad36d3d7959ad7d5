"""Where the model's files lie."""

from __future__ import annotations

from pathlib import Path

from tools.errors import MissingCapabilityError


def base_gguf() -> Path:
    """Return the fetched base model's GGUF file, or say how to fetch it."""
    from tools.packages import fetched  # becomes a module import once tools.packages is in place

    folder = fetched("base_model")
    files = sorted(folder.rglob("*.gguf"))
    if not files:
        raise MissingCapabilityError(f"base model in {str(folder)!r} has no .gguf; try `marketwright model build`")
    return files[0]
