"""The words of marketers' messages, with how often they occur: `python -m finetune.data.lexicon` writes them anew.

`agent.spelling` mends slips of the keyboard towards these words only, so that names of goods are left alone.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from agent.spelling import COMMON, SHORTEST, SPOKEN, dictionary_words
from agent.wordlists import CHANNEL_NAMES, SEGMENT_NAMES
from finetune.data.values import SOURCES, load_yaml

_NAMES_OF_GOODS: Final = frozenset({"shops", "invented", "emails", "messages"})
"""Source files that say what a shop sells or what it writes, not how marketers ask."""
_READ_TEXT: Final = """
    churned dormant hibernating hibernators loyalists newcomers subscribers households newsletter newsletters email
    emails mailing mailings notification notifications facebook instagram adwords google tiktok banner banners coupon
    coupons postcards mailers affiliates percent dollars euros pounds three four five seven eight nine eleven twelve
    thirteen fourteen fifteen sixteen eighteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
    half dozen days week weeks month months quarter year years fortnight most christmas
    thanksgiving halloween january february april august september october november december segment segments
    everybody everyone"""
_READ: Final = frozenset(_READ_TEXT.split())
"""Words by which code reads segments, channels, amounts and days. Few occur in the lines, which have slots for
them, so they count as common, those of four letters too."""
_SLOT: Final = re.compile(r"\{[^}]*\}")
_WORD: Final = re.compile(r"[a-z]+")
_OFTEN: Final = 3  # times that a word occurs which no dictionary has: "promo", but no slip


def spoken_words() -> dict[str, int]:
    """Count the words of all source lines, commonest first."""
    counts = Counter(word for line in _lines() for word in _WORD.findall(_SLOT.sub(" ", line).lower()))
    counts.update({word: max(COMMON - counts[word], 1) for word in _READ})
    counts.update(part for name in (*SEGMENT_NAMES, *CHANNEL_NAMES) for part in name.split("_"))
    real = dictionary_words()
    kept = {w: n for w, n in counts.items() if w in _READ or (len(w) >= SHORTEST and (w in real or n >= _OFTEN))}
    return dict(sorted(kept.items(), key=lambda item: (-item[1], item[0])))


def _lines() -> Iterator[str]:
    for file in sorted(SOURCES.rglob("*.yaml")):
        name = str(file.relative_to(SOURCES).with_suffix(""))
        if name not in _NAMES_OF_GOODS:
            yield from _texts(load_yaml(name))


def _texts(block: object) -> Iterator[str]:
    """Yield the texts of a block: keys are calls or names of blocks, and what follows an arrow is a call."""
    if isinstance(block, dict):
        for part in block.values():
            yield from _texts(part)
    elif isinstance(block, str):
        for turn in re.split(r" >> |\n", block):
            yield turn.split(" => ")[0]


def main() -> None:
    """Write the words where the product reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=SPOKEN)
    out: Path = parser.parse_args().out
    words = spoken_words()
    out.write_text("".join(f"{word} {count}\n" for word, count in words.items()), encoding="utf-8")
    print(f"{len(words)} words")


if __name__ == "__main__":
    main()
