"""Tell by its name whether a column of a customer table is about a person."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import Field

from tools.frozen import Frozen

Kind = Literal["name", "company", "email", "phone", "address", "birth", "account", "online", "note"]
_WORDS = re.compile(r"[^\W\d_]+")
# Letters that are not a plain one with an accent.
_LETTERS = str.maketrans("øłıđ", "olid")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Spellings(Frozen):
    """The content of `personal_columns.yaml`."""

    around: frozenset[str] = Field(description="Words before or after the word that tells, such as `billing`.")
    kinds: dict[Kind, frozenset[str]] = Field(description="For each kind, the names of columns, plain.")

    flags: frozenset[str] = Field(description="Values that only say yes or no.")

    def kind(self, word: str) -> Kind | None:
        """Return the kind whose names hold the word."""
        return next((kind for kind, words in self.kinds.items() if word in words), None)


@cache
def spellings() -> Spellings:
    """Read how shops name personal columns; the words are made plain in the way columns are."""
    text = files("tools").joinpath("data/personal_columns.yaml").read_text(encoding="utf-8")
    told = Spellings.model_validate(yaml.safe_load(text))
    return Spellings(
        around=frozenset("".join(plain_words(word)) for word in told.around),
        kinds={kind: frozenset("".join(plain_words(word)) for word in words) for kind, words in told.kinds.items()},
        flags=told.flags,
    )


def kind_of_name(column: str) -> Kind | None:
    """Return what a column of a customer table holds by its name, or None where the name tells nothing personal.

    >>> kind_of_name("E-Mail-Adresse"), kind_of_name("Billing Street 2"), kind_of_name("shippingFirstName")
    ('email', 'address', 'name')
    >>> kind_of_name("country"), kind_of_name("birth_year"), kind_of_name("accepts_email"), kind_of_name("home_owner")
    (None, None, None, None)
    """
    words = plain_words(column)
    kinds = [spellings().kind(word) for word in words]
    every = all(kind or word in spellings().around for kind, word in zip(kinds, words, strict=True))
    return _kind_within(words) or (next(filter(None, kinds), None) if every else None)


def _kind_within(words: tuple[str, ...]) -> Kind | None:
    """Return the kind of some words in a row, where nothing but words of `around` stands before and after them."""
    for first in range(len(words)):
        if first and words[first - 1] not in spellings().around:
            return None
        for last in range(len(words), first, -1):
            if last < len(words) and words[last] not in spellings().around:
                break
            if kind := spellings().kind("".join(words[first:last])):
                return kind
    return None


def plain_words(name: str) -> tuple[str, ...]:
    """Return the words of a column's name in small letters, without accents, signs and numbers.

    >>> plain_words("Téléphone (mobile) 2"), plain_words("firstName"), plain_words("Straße")
    (('telephone', 'mobile'), ('first', 'name'), ('strasse',))
    """
    whole = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name).casefold())
    bare = "".join(sign for sign in whole if not unicodedata.combining(sign))
    return tuple(_WORDS.findall(bare.translate(_LETTERS)))
