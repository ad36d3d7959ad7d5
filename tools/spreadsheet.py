"""Text that goes into a CSV cell, made safe for programs that run what looks like a formula."""

from __future__ import annotations

from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which spreadsheets take a cell for a formula (OWASP, "CSV injection")."""


def inert(text: str) -> str:
    """Return the text with a quote before it where a spreadsheet would run it as a formula.

    >>> inert("=1+1"), inert("c-17")
    ("'=1+1", 'c-17')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
