"""Read a report the way a browser would, far enough to ask what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})


@dataclass
class Link:
    """One link with the words inside it."""

    href: str
    words: str = ""


@dataclass
class Page:
    """What a report holds.

    Attributes:
        ids: Every id, in order.
        links: Every `a` with an `href`.
        tags: Every element name, in order.
        attributes: Every attribute as (element, name, value).
        text: All words outside style and script.
        inline: The content of each style and script element.
        unclosed: Elements left open or closed out of turn.
    """

    ids: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    text: str = ""
    inline: dict[str, str] = field(default_factory=dict)
    unclosed: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[str] = []
        self._links: list[Link] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.tags.append(tag)
        self.page.attributes += [(tag, name, value) for name, value in given.items()]
        if "id" in given:
            self.page.ids.append(given["id"])
        if tag == "a":
            self._links.append(Link(given.get("href", "")))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.page.unclosed.append(tag)
        if tag == "a":
            self.page.links.append(self._links.pop())

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in ("style", "script"):
            self.page.inline[self._open[-1]] = data
            return
        self.page.text += data
        for link in self._links:
            link.words += data

    def finish(self) -> Page:
        self.close()
        self.page.unclosed += self._open
        return self.page


def read_page(html: str) -> Page:
    """Parse a report."""
    reader = _Reader()
    reader.feed(html)
    return reader.finish()
