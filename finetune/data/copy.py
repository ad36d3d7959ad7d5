"""Examples of copy (stage two)."""

from __future__ import annotations

import random
from collections.abc import Iterator

from langchain_core.messages import BaseMessage


def copy_examples(rng: random.Random, count: int) -> Iterator[tuple[str, list[BaseMessage]]]:
    """Yield nothing yet."""
    yield from ()
