"""Words by which marketers name segments, channels and countries, and words no name begins or ends with."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

Words = tuple[tuple[re.Pattern[str], str], ...]
_PLAIN_WORDS = ("new", "top", "high", "middle", "low", "active")  # too common to mean the segment when they stand alone


def _load() -> dict[str, dict[str, str]]:
    return yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _patterns(words: dict[str, str], people: str = "") -> Words:
    """Compile each list so that it matches whole words; the stable name itself counts where it is unmistakable."""
    compiled = []
    for name, pattern in words.items():
        own = "" if name in _PLAIN_WORDS or len(name) == 2 else rf"|\b{name}\b"
        compiled.append((re.compile(rf"(?<!\w)(?:{pattern.replace('{people}', people)}{own})(?!\w)", re.I), name))
    return tuple(compiled)


_WORDS = _load()
SEGMENT_WORDS = _patterns(_WORDS["segments"], str(_WORDS["people"]))
CHANNEL_WORDS = _patterns(_WORDS["channels"])
COUNTRY_WORDS = _patterns(_WORDS["countries"])
SEGMENT_NAMES = tuple(_WORDS["segments"])
CHANNEL_NAMES = tuple(_WORDS["channels"])
EDGE_WORDS = frozenset(str(_WORDS["edge"]).split())
