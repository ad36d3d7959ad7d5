"""The aspects that reviews speak of: a data file of words and examples, and what it finds in a clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import Field, TypeAdapter

from retrieval.protocols import Vectors
from tools.estimators.aspects import nearest_aspect
from tools.frozen import Frozen

FILE: Final = Path(__file__).parents[1] / "data" / "review_aspects.yaml"


class Aspect(Frozen):
    """One thing that reviews speak of."""

    told: str = Field(min_length=1, description="What it is called in a sentence.")
    words: tuple[str, ...] = Field((), description="Words that name it; a trailing * is any ending.")
    praise: tuple[str, ...] = Field(min_length=1, description="Clauses that praise it, most without its words.")
    complaints: tuple[str, ...] = Field(min_length=1, description="Clauses that complain of it.")
    neutral: tuple[str, ...] = Field((), description="Clauses that do neither.")

    @property
    def examples(self) -> tuple[str, ...]:
        """Return all clauses about it."""
        return (*self.praise, *self.complaints, *self.neutral)


NOTHING: Final = "nothing"
"""The entry of the file whose examples speak of no aspect."""


@dataclass(frozen=True)
class AspectBook:
    """All aspects, in the file's order; the examples of `nothing` come last."""

    aspects: dict[str, Aspect]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the aspects' names."""
        return tuple(name for name in self.aspects if name != NOTHING)

    def named_in(self, clause: str) -> dict[str, str]:
        """Return the aspects that a clause names, each with the first of its words.

        >>> aspect_book().named_in("The fabric is lovely and it fits")
        {'quality': 'fabric', 'fit': 'fits'}
        """
        found = {name: pattern.search(clause) for name, pattern in self._patterns.items()}
        return {name: match[0].lower() for name, match in found.items() if match}

    def meant_in(self, vectors: Vectors, examples: Sequence[Vectors]) -> NDArray[np.intp]:
        """Return for each clause the number of the aspect that its meaning is near to, or -1."""
        nearest = nearest_aspect(vectors, examples)
        return np.where(nearest < len(self.names), nearest, -1)

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {name: _pattern(self.aspects[name].words) for name in self.names}


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Return what finds whole words; a trailing * stands for any ending.

    >>> _pattern(["pric*", "on sale"]).findall("Priced right, on sale; sales")
    ['Priced', 'on sale']
    """
    parts = [re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words]
    return re.compile(rf"\b(?:{'|'.join(sorted(parts, key=len, reverse=True))})\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def aspect_book() -> AspectBook:
    """Return the aspects of the data file."""
    loaded = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return AspectBook(TypeAdapter(dict[str, Aspect]).validate_python(loaded))
