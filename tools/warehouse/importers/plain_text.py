"""Turn a shop's HTML descriptions into plain text: words are kept, mark-up, scripts and styles are not.

Descriptions come from anywhere, so this reads what browsers forgive, never fails, and takes time in proportion to the
text; the parser of Python's library does neither (`<![<![` raises, `<a <a <a …` takes the square of its length).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

import ibis
import pandas as pd

# What is inside these is not for reading; it is dropped, never run.
SILENT: Final = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head", "title"})
# Elements that stand within a word or sentence; all others begin a new one.
_INLINE: Final = frozenset({"a", "abbr", "b", "em", "i", "small", "span", "strong", "sub", "sup", "u", "mark", "code"})
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# A tag with its attributes, whose values may hold the sign that ends a tag.
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_TAG_START: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
# A longer tag (an image within its address) ends at the first sign that could end it.
_LONGEST_TAG: Final = 4096


def plain_text(page: str) -> str:
    """Return the words of an HTML text, with single spaces; entities are written out, scripts and styles dropped.

    >>> plain_text("<p>Soft &amp; <b>warm</b>.</p><script>alert('x')</script><ul><li>wool</li><li>60 cm</li></ul>")
    'Soft & warm. wool 60 cm'
    >>> plain_text("3 < 5 and no mark-up")
    '3 < 5 and no mark-up'
    """
    return " ".join(_CONTROLS.sub(" ", "".join(_pieces(page))).split())


def _pieces(page: str) -> Iterator[str]:
    """Give the texts between the tags, and a space for each tag that begins something new."""
    at = 0
    while at < len(page):
        sign = page.find("<", at)
        sign = len(page) if sign < 0 else sign
        yield html.unescape(page[at:sign])
        tag = _TAG_START.match(page, sign)
        if tag:
            at = _after_tag(page, sign, tag)
            if tag[2].lower() not in _INLINE:
                yield " "
        elif page.startswith("<!--", sign):
            at = _after(page, "-->", sign)
        elif page.startswith(("<!", "<?", "</"), sign):
            at = _after(page, ">", sign)
        else:
            yield page[sign : sign + 1]
            at = sign + 1


def _after_tag(page: str, at: int, start: re.Match[str]) -> int:
    """Return where a tag is over; for an element that is not for reading, where the element is."""
    whole = _TAG.match(page, at, at + _LONGEST_TAG)
    end = whole.end() if whole else _after(page, ">", at)
    if start[1] or start[2].lower() not in SILENT:
        return end
    closing = re.compile(rf"</{re.escape(start[2])}(?![a-zA-Z0-9:-])", re.IGNORECASE).search(page, end)
    return _after(page, ">", closing.end()) if closing else len(page)


def _after(page: str, sign: str, at: int) -> int:
    """Return the place after the next such sign; the end of the page, as browsers have it, where there is none."""
    found = page.find(sign, at)
    return len(page) if found < 0 else found + len(sign)


def with_plain_text(table: ibis.Table, column: str) -> ibis.Table:
    """Return the table with a column of HTML as plain text; each distinct text is read once."""
    written = table.select(html=table[column]).distinct().to_pandas()["html"].dropna()
    frame = pd.DataFrame({"_html": written, "_plain": [plain_text(text) or None for text in written]}, dtype="str")
    plain = ibis.memtable(frame, schema={"_html": "string", "_plain": "string"})
    joined = table.left_join(plain, table[column] == plain["_html"])
    return joined.mutate(**{column: joined["_plain"]}).drop("_html", "_plain")
