"""Lines of progress: where they go, and what receives them."""

from __future__ import annotations

import sys
from collections.abc import Callable

Report = Callable[[str], None]


def say(line: str) -> None:
    """Print one line of progress to standard error, where it does not mix with results."""
    print(line, file=sys.stderr, flush=True)
