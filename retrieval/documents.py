"""What is searched: an identifier, the words to match, and the words that carry the meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """One thing to find.

    Attributes:
        id: Unique in the index.
        text: Everything worth matching word by word.
        meaning: What the encoder reads. Documents may share it (sizes of one product); each is encoded once.
        title: The words of the text that count twice, for a title says what a thing is.
    """

    id: str
    text: str
    meaning: str
    title: str = ""

    @property
    def words(self) -> str:
        """Return what is matched word by word."""
        return f"{self.title} {self.text}" if self.title else self.text


def fingerprint(documents: Sequence[Document]) -> str:
    """Return a hash of the documents and their order; an index says which ones it was made from.

    >>> one, two = Document("1", "red tea", "tea"), Document("2", "red", "tea")
    >>> fingerprint([one, two]) == fingerprint([two, one])
    False
    """
    digest = hashlib.sha256()
    for document in documents:
        digest.update(f"{document.id}\0{document.text}\0{document.meaning}\0{document.title}\1".encode())
    return digest.hexdigest()


def distinct(texts: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the different texts in order of appearance, and for each text the position of its equal.

    >>> distinct(["tea", "milk", "tea"])
    (['tea', 'milk'], [0, 1, 0])
    """
    position = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    return list(position), [position[text] for text in texts]
