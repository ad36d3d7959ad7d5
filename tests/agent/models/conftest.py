"""The model's files, for the tests that need them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.models.files import base_gguf
from agent.models.local import LocalChat


@pytest.fixture(scope="session")
def base_file() -> Path:
    """Give the fetched base model's GGUF."""
    return base_gguf()


@pytest.fixture(scope="session")
def base_chat(base_file: Path) -> LocalChat:
    """Give the untuned base model on llama.cpp."""
    return LocalChat(path=base_file)
