"""Write the till's abbreviations out in full, as a customer would read them."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml
from pydantic import Field

from tools.frozen import Frozen

_WORD = re.compile(r"([A-Za-z']+)(\.?)")
# The till cuts names at 30 characters; a parenthesis it never closed is of no use to a reader.
_UNCLOSED = re.compile(r"\s*\([^)]*$")


class Words(Frozen):
    """The content of `complete_journey_words.yaml` and `complete_journey_types.yaml`."""

    labels: dict[str, str] = Field(description="A whole name as the till has it, and as people say it.")
    words: dict[str, str] = Field(description="One abbreviated word, and the word.")
    types: dict[str, dict[str, str]] = Field({}, description="Till category to till product type to the name to show.")


@cache
def till_words() -> Words:
    """Read how the demo shop's abbreviations are written out."""
    data = files("tools").joinpath("data")
    words, types = (
        yaml.safe_load(data.joinpath(f"complete_journey_{part}.yaml").read_text(encoding="utf-8"))
        for part in ("words", "types")
    )
    return Words.model_validate({**words, "types": types})


def readable_type(category: str, kind: str, words: Words) -> str:
    """Return a product type as a shopper would name it; its category may be needed to tell what it is.

    >>> words = Words(labels={}, words={}, types={"BEEF": {"LEAN": "Lean beef"}})
    >>> readable_type("BEEF", "LEAN", words), readable_type("BEEF", "ROASTS", words)
    ('Lean beef', 'Roasts')
    """
    return words.types.get(category, {}).get(kind.strip()) or readable(kind, words)


def readable(name: str, words: Words) -> str:
    """Return a till name as a person would write it.

    >>> readable("FRZN MEAT/MEAT DINNERS", Words(labels={}, words={"FRZN": "frozen"}))
    'Frozen meat/meat dinners'
    >>> readable("CNDY  SNKS &NUTS", Words(labels={}, words={"CNDY": "candy"}))
    'Candy snks & nuts'
    >>> readable("MISC. DAIRY (EXCEPT MI", Words(labels={}, words={"MISC": "other"}))
    'Other dairy'
    >>> readable("DRUG GM", Words(labels={"DRUG GM": "Drug store"}, words={}))
    'Drug store'
    """
    name = name.strip()
    if name in words.labels:
        return words.labels[name]
    text = _WORD.sub(lambda found: words.words.get(found[1]) or found[0].lower(), _UNCLOSED.sub("", name))
    text = re.sub(r"\s*&\s*", " & ", text)
    text = re.sub(r"\s*:\s*", ": ", text)
    text = re.sub(r"\s+-\s*|-\s+", " - ", re.sub(r"\s+", " ", text)).strip(" -:/(&")
    return text[:1].upper() + text[1:]
