"""A text cut into passages that can be found and quoted; whatever it says is data and never an instruction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 600
"""Characters of a passage: a paragraph; the encoder reads about a thousand."""

_HEADING: Final = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")


@dataclass(frozen=True)
class Passage:
    """One piece of a text.

    Attributes:
        id: Its place, sortable.
        heading: The heading it stands under, or ''.
        text: What it says, without control characters.
    """

    id: str
    heading: str
    text: str


def cut(text: str, prefix: str = "") -> list[Passage]:
    r"""Cut plain text or markdown at headings and empty lines, and long paragraphs at the end of a word.

    >>> [(p.heading, p.text) for p in cut("# Tone\n\nWarm, never loud.\n\nNo puns.")]
    [('Tone', 'Warm, never loud.'), ('Tone', 'No puns.')]
    """
    pieces = [(heading, piece) for heading, paragraph in _paragraphs(clean(text)) for piece in _fitted(paragraph)]
    return [Passage(f"{prefix}{place:05d}", heading, piece) for place, (heading, piece) in enumerate(pieces)]


def clean(text: str) -> str:
    r"""Return the text without control and invisible characters, which could hide words from a reader.

    >>> clean("Warm\u200b tone\x1b[31m")
    'Warm tone[31m'
    """
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter)[0] != "C")


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    heading, lines = "", list[str]()
    for line in [*text.splitlines(), ""]:
        title = _HEADING.match(line.strip())
        if (title or not line.strip()) and lines:
            yield heading, " ".join(lines)
            lines = []
        if title:
            heading = title.group(1)[:LONGEST]
        elif line.strip():
            lines.append(line.strip())


def _fitted(paragraph: str) -> Iterator[str]:
    while len(paragraph) > LONGEST:
        end = paragraph.rfind(" ", 0, LONGEST)
        end = end if end > 0 else LONGEST
        yield paragraph[:end]
        paragraph = paragraph[end:].lstrip()
    if paragraph:
        yield paragraph
