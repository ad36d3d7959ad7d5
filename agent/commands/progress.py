"""Progress on standard error, so that it never mixes with results."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_EVERY = 2_560
"""Texts between two lines of progress while products are indexed."""


def timed(told: str, work: Callable[[], object]) -> None:
    """Do a piece of work and say how long it took."""
    say(f"{told} …")
    started = time.monotonic()
    work()
    say(f"{told}: {time.monotonic() - started:.1f} s")


def say(line: str) -> None:
    """Print one line of progress on standard error."""
    print(line, file=sys.stderr, flush=True)


def show_count(done: int, total: int) -> None:
    """Print how many texts are encoded, now and then."""
    if done == total or done % _EVERY == 0:
        say(f"  {done:,} of {total:,} texts")
