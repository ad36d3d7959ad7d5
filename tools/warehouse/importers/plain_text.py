"""Turn a shop's HTML descriptions into plain text: words are kept, mark-up, scripts and styles are not."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import ibis
import pandas as pd

# What is inside these is not for reading; it is dropped, never run.
SILENT: Final = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head"})
# Elements without an end tag would otherwise silence all that follows.
_VOID: Final = frozenset({"br", "img", "hr", "input", "meta", "link", "source", "embed", "wbr"})
# A new line in the page is a space in the text.
_INLINE: Final = frozenset({"a", "abbr", "b", "em", "i", "small", "span", "strong", "sub", "sup", "u", "mark", "code"})
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class _Reader(HTMLParser):
    """Collect the words of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in SILENT:
            self._silent.append(tag)
        elif not self._silent and tag not in _INLINE:
            self.words.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<script/>` for a start tag, as browsers do, and `<br/>` for a space."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif not self._silent and tag not in _INLINE | _VOID:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def plain_text(html: str) -> str:
    """Return the words of an HTML text, with single spaces; entities are written out, scripts and styles dropped.

    >>> plain_text("<p>Soft &amp; <b>warm</b>.</p><script>alert('x')</script><ul><li>wool</li><li>60 cm</li></ul>")
    'Soft & warm. wool 60 cm'
    >>> plain_text("3 < 5 and no mark-up")
    '3 < 5 and no mark-up'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return " ".join(_CONTROLS.sub(" ", "".join(reader.words)).split())


def with_plain_text(table: ibis.Table, column: str) -> ibis.Table:
    """Return the table with a column of HTML as plain text; each distinct text is read once."""
    written = table.select(html=table[column]).distinct().to_pandas()["html"].dropna()
    frame = pd.DataFrame({"_html": written, "_plain": [plain_text(text) or None for text in written]}, dtype="str")
    plain = ibis.memtable(frame, schema={"_html": "string", "_plain": "string"})
    joined = table.left_join(plain, table[column] == plain["_html"])
    return joined.mutate(**{column: joined["_plain"]}).drop("_html", "_plain")
