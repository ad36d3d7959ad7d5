"""What every benchmark is made of: a table of rows, the machine, and how they are printed."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import Field

from tools.frozen import Frozen


def machine() -> str:
    """Return the machine in words: cores, processor, system, Python."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


class Measured(Frozen):
    """One benchmark's result, as `--json` writes it."""

    name: str = Field(description="Name of the benchmark.")
    protocol: str = Field(description="What was done to what, in one or two sentences, with data, n and definition.")
    columns: tuple[str, ...] = Field(description="Heads of the table; the first names the row.")
    rows: tuple[tuple[str, ...], ...] = Field(description="Cells as text, with intervals and units.")
    notes: tuple[str, ...] = Field((), description="Published numbers with their source, and what to make of it.")
    holds: bool = Field(description="Whether every bar that the benchmark states is met.")
    machine: str = Field(default_factory=machine, description="Where it ran.")


@dataclass(frozen=True)
class Finding:
    """One row of a table, and whether its bar holds; None where there is none."""

    row: tuple[str, str, str, str]
    holds: bool | None = None


@dataclass(frozen=True)
class Benchmark:
    """A benchmark: its name, what it tells, its own options, and the function that measures.

    Attributes:
        name: What it is called on the command line.
        told: One line of help.
        run: Measures; slow work says how far it is on standard error.
        add_arguments: Adds the benchmark's own options.
    """

    name: str
    told: str
    run: Callable[[argparse.Namespace], Measured]
    add_arguments: Callable[[argparse.ArgumentParser], None] = lambda parser: None


def write_markdown(measured: Measured) -> str:
    """Return a result as a section of BENCHMARKS.md.

    >>> print(write_markdown(Measured(name="a", protocol="P.", columns=("x", "y"), rows=(("1", "2"),), holds=True,
    ...     machine="M")))
    P. Machine: M.
    <BLANKLINE>
    | x | y |
    |---|---|
    | 1 | 2 |
    <BLANKLINE>
    bars: hold
    """
    head = f"{measured.protocol} Machine: {measured.machine}."
    table = [_line(measured.columns), "|" + "---|" * len(measured.columns), *(_line(row) for row in measured.rows)]
    notes = ["", *(f"- {note}" for note in measured.notes)] if measured.notes else []
    return "\n".join([head, "", *table, *notes, "", f"bars: {'hold' if measured.holds else 'DO NOT HOLD'}"])


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
