"""Slips of the keyboard, mended before a message is read: towards words that marketers use.

What is a real word says symspellpy's English list of 82,834; which words marketers use, and beside which others, say
the counts of `agent.spoken`. Of the words that a slip may have been, the likeliest between its neighbours is taken,
where it is clearly so. Most names of goods are near no such word and so left. A real word is mended only where no
source says it and one slip makes it fit both its neighbours.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from symspellpy import SymSpell, Verbosity

from agent.numbers import WORD_VALUES
from agent.spoken import END, VALUE, Token, dictionary_words, fit, pair_counts, seen, tokens, word_counts

SHORTEST: Final = 5
"""Letters of a word below which a near one is another word, unless it is common or stands beside its neighbours."""
COMMON: Final = 20
"""Times that a word occurs in the sources from which on a shorter one is mended towards it without its neighbours."""
_VERY_COMMON: Final = 100  # times from which on three letters that are swapped are put right: "teh"
_RARE: Final = 3  # times below which a word that stands in no dictionary may be a slip of the sources themselves
_LONG: Final = 9  # letters from which on two slips are mended
_CLEARLY: Final = 2.0  # times as likely as the next best must be what is taken
_UNLIKE: Final = 0.05  # of the likelihood of a slip is that of any one other edit, and of each edit after the first
_UNLIKE_SHORTEST: Final = 7  # letters below which other edits make names of goods into words: "penne", "penny"
_OTHER_START: Final = 0.22  # the same of a slip in the first letter
_KEPT_TEXT: Final = """
    aov bing catalogs chai chili chilli crocs cust custs daal dal deliveroo doner ean erm esp ests gose hol hola ips
    kefir latte linea matcha mena mens merch mocha mth mths okrs perf pinterest pls plss plu plz rota roti segs sku
    skus sme smes theyre thx upt vape vapes whats wk wks womens youre yr yrs"""
_KEPT: Final = frozenset(_KEPT_TEXT.split())
"""Words and short forms that the dictionary lacks and that are near others; the shop's own names are left besides."""
_CAPITALISED: Final = frozenset(name.lower() for name in (*calendar.month_name, *calendar.day_name) if name)
_PREFIXES: Final = ("un", "non", "re", "pre")
"""Before a long real word they make another: "undiscounted", but "reprot" is no new "prot"."""
_NUMBERS: Final = WORD_VALUES.keys() - {"one"}
_ENDINGS: Final = ("s", "d", "m", "ll", "re", "ve")
"""What may follow a word and an apostrophe."""
_DERIVED: Final = 7
_JOINS_BEFORE: Final = "_@/#\\."
_CODE_AFTER: Final = re.compile(r"[\d_@/\\]|\.\w|-[\w-]*\d")
_BEGINNING: Final = re.compile(r"(?:^|[.!?:;\n]|\n[-*•])\s*[\"'“(]*$")


@lru_cache(maxsize=64)
def mend(text: str, names: frozenset[str] = frozenset()) -> str:
    """Mend the words that are one or two slips from a word that marketers use, but none of `names`, lower case.

    >>> mend("wich ofer for lapsd custmoers by emial in teh nxt fuor weks?")
    'which offer for lapsed customers by email in the next four weeks?'
    >>> mend("sales of kefir")
    'sales of kefir'
    """
    parts, at = [], 0
    for token, word in _mended(text, names):
        parts += [text[at : token.start], word]
        at = token.start + len(token.text)
    return "".join((*parts, text[at:]))


def _mended(text: str, names: frozenset[str]) -> Iterator[tuple[Token, str]]:
    said, shouted = list(tokens(text)), text.isupper()
    keys = [END, *(token.key for token in said), END]
    for at, token in enumerate(said, 1):
        if not token.is_word or _is_code(text, token) or {keys[at], keys[at].rstrip("s"), f"{keys[at]}s"} & names:
            continue
        named = not token.text.islower() and not shouted and not _begins_sentence(text, token)
        word = _likeliest(keys[at - 1 : at + 2], named)
        if word and (not named or _sure(keys[at], word)):
            keys[at] = word
            yield token, word.upper() if shouted else word.capitalize() if token.text[0].isupper() else word


def _is_code(text: str, token: Token) -> bool:
    """Say whether a word is part of an id, a code, an address or the name of a column: `WELCOM10`, `prod_dal`."""
    before, after = text[: token.start][-1:], text[token.start + len(token.text) :]
    return before in _JOINS_BEFORE and before != "" or _CODE_AFTER.match(after) is not None or not token.text.isascii()


def _likeliest(keys: list[str], named: bool) -> str | None:
    """Return what the second of three words was meant for."""
    first, written, last = keys
    before, after = _neighbour(first), _neighbour(last)
    if not _is_real(written):
        return _meant(written, before or VALUE, after)
    known = not named and {first, last} <= word_counts().keys()
    return _meant_for(written, before, after) if known else None


def _neighbour(key: str) -> str | None:
    """Return a word as it is counted, a number's as a value; None where it may be a slip itself."""
    return VALUE if key in _NUMBERS else key if key in word_counts() else VALUE if key in real_words() else None


def _sure(written: str, word: str) -> bool:
    """Say whether a word with a capital, perhaps a brand, is hardly anything else: `Decmber`."""
    if word in _CAPITALISED:
        return is_slip(written, word)
    return len(word) > SHORTEST and written[0] == word[0] and edits(written, word) == 1


def _begins_sentence(text: str, token: Token) -> bool:
    return token.text[1:].islower() and _BEGINNING.search(text[max(0, token.start - 8) : token.start]) is not None


@lru_cache(maxsize=4096)
def _meant(written: str, before: str, after: str | None) -> str | None:
    """Return the word that was meant between two others, or None where nothing is clear."""
    found = sorted(((_likelihood(word, written, before, after), word) for word in _near(written)), reverse=True)
    if found and (len(found) == 1 or found[0][0] >= _CLEARLY * found[1][0]):
        return found[0][1] if _believable(found[0][1], written, before, after) else None
    head, mark, ending = written.partition("'")
    word = _meant(head, before, None) if mark and ending in _ENDINGS else None
    return f"{word}'{ending}" if word else None


def _meant_for(written: str, before: str | None, after: str | None) -> str | None:
    """Return the only word that a real word, one that no source holds, was meant for: "the lat week"."""
    ends_alone = END in (before, after) and VALUE not in (before, after)
    if written in word_counts() or written in _KEPT or None in (before, after) or ends_alone:
        return None
    close = [word for word in _near(written) if is_slip(written, word) and word[0] == written[0]]
    fitting = [word for word in close if {(before, word), (word, after)} <= pair_counts().keys()]
    return fitting[0] if len(fitting) == 1 else None


def _is_real(written: str) -> bool:
    head, mark, ending = written.partition("'")
    if mark and ending not in _ENDINGS:
        return written in real_words()
    derived = {rest for prefix in _PREFIXES if len(rest := head.removeprefix(prefix)) >= _DERIVED}
    plural = {head.rstrip("s"), f"{head}s"} if len(head) > SHORTEST else ()
    return bool({written, head, *plural, *derived} & real_words())


def _near(written: str) -> Iterator[str]:
    """Yield the words that a writing may have been meant for."""
    if len(written) < SHORTEST - 2:
        return
    for near in _speller().lookup(written, Verbosity.ALL, max_edit_distance=2 if len(written) >= _LONG - 1 else 1):
        short = len(near.term) < SHORTEST - 1
        if sorted(near.term) == sorted(written) if short else near.distance <= (2 if len(near.term) >= _LONG else 1):
            yield near.term


def _likelihood(word: str, written: str, before: str, after: str | None) -> float:
    edited = 1.0 if is_slip(written, word) else _UNLIKE ** edits(written, word)
    return fit(word, before, after) * edited * (1 if word[0] == written[0] else _OTHER_START)


def _believable(word: str, written: str, before: str, after: str | None) -> bool:
    """Say whether a writing is no word of its own: short ones, and those that no slip of the hand makes, may be."""
    if len(word) < SHORTEST - 1:
        return word_counts()[word] >= _VERY_COMMON
    common = word_counts()[word] >= COMMON
    if not is_slip(written, word):
        fits = common and word[0] == written[0] and seen(word, before, after)
        return len(word) >= _UNLIKE_SHORTEST or fits
    return len(word) >= SHORTEST or common or seen(word, before, after)


def is_slip(written: str, word: str) -> bool:
    """Say whether one letter was left out or doubled, or two were swapped, as hands do.

    >>> is_slip("wrod", "word"), is_slip("wordd", "word"), is_slip("wod", "word"), is_slip("ward", "word")
    (True, True, True, False)
    """
    if len(written) == len(word):
        return edits(written, word) == 1 and sorted(written) == sorted(word)
    if len(written) < len(word):
        return any(word[:at] + word[at + 1 :] == written for at in range(len(word)))
    return any(word[:at] + word[at] + word[at:] == written for at in range(len(word)))


@cache
def real_words() -> frozenset[str]:
    """Return the words that need no mending: those of the dictionary and those that marketers use."""
    return dictionary_words() | _KEPT | _spoken().keys()


@cache
def _spoken() -> dict[str, int]:
    counts, real = word_counts(), dictionary_words()
    return {word: count for word, count in counts.items() if word in real or count >= _RARE}


@cache
def _speller() -> SymSpell:
    speller = SymSpell(max_dictionary_edit_distance=2)
    for word, count in _spoken().items():
        if len(word) >= SHORTEST - 2:
            speller.create_dictionary_entry(word, count)
    return speller


def edits(a: str, b: str) -> int:
    """Return the edits between two words, a swap of neighbours counting once (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
