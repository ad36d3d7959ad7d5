"""The words of marketers' messages, and which follows which: `python -m finetune.data.lexicon` writes them anew.

`agent.spelling` mends slips of the keyboard towards these words only, so that most names of goods are left alone.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from agent.spelling import COMMON
from agent.spoken import END, PAIRS, WORDS, dictionary_words, tokens
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
_SURFACES: Final = "surfaces"
"""The source file of what slots are filled with: each of its lines is said often."""
_SAID_OFTEN: Final = 5
_Key = TypeVar("_Key", str, tuple[str, str])
_TWICE: Final = 2  # times from which on a pair is no chance


@dataclass(frozen=True)
class Lexicon:
    """How often words and pairs of neighbours occur."""

    words: dict[str, int]
    pairs: dict[tuple[str, str], int]


def read_lexicon() -> Lexicon:
    """Count the words of all source lines and which follows which, commonest first.

    Words that code reads count as common. Words outside the dictionary that occur but once are slips, or names.
    """
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for line, times in _lines():
        keys = [END, *(token.key for token in tokens(line)), END]
        for first, second in zip(keys, keys[1:], strict=False):
            words[second] += times
            pairs[first, second] += times
    words.update({word: max(COMMON - words[word], 0) for word in _READ})
    words.update(part for name in (*SEGMENT_NAMES, *CHANNEL_NAMES) for part in name.split("_"))
    real = dictionary_words()
    kept = {w: n for w, n in words.items() if w in real or n >= _TWICE}
    return Lexicon(_sorted(kept), _sorted({pair: n for pair, n in pairs.items() if n >= _TWICE}))


def _sorted(counts: Mapping[_Key, int]) -> dict[_Key, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _lines() -> Iterator[tuple[str, int]]:
    """Yield each text and how often it counts."""
    for file in sorted(SOURCES.rglob("*.yaml")):
        name = str(file.relative_to(SOURCES).with_suffix(""))
        if name not in _NAMES_OF_GOODS:
            yield from ((text, _SAID_OFTEN if name == _SURFACES else 1) for text in _texts(load_yaml(name)))


def _texts(block: object) -> Iterator[str]:
    """Yield the texts of a block: keys are calls or names of blocks, and what follows an arrow is a call."""
    if isinstance(block, dict):
        for part in block.values():
            yield from _texts(part)
    elif isinstance(block, str):
        for turn in re.split(r" >> |\n", block):
            yield turn.split(" => ")[0].replace("\\n", "\n")


def main() -> None:
    """Write the words and pairs where the product reads them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--words", type=Path, default=WORDS)
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    options = parser.parse_args()
    lexicon = read_lexicon()
    options.words.write_text(words_text(lexicon), encoding="utf-8")
    options.pairs.write_text(pairs_text(lexicon), encoding="utf-8")
    print(f"{len(lexicon.words)} words, {len(lexicon.pairs)} pairs")


def words_text(lexicon: Lexicon) -> str:
    """Return the file of words."""
    return "".join(f"{word} {count}\n" for word, count in lexicon.words.items())


def pairs_text(lexicon: Lexicon) -> str:
    """Return the file of pairs."""
    return "".join(f"{first} {second} {count}\n" for (first, second), count in lexicon.pairs.items())


if __name__ == "__main__":
    main()
