"""Read the vectors and tables of an R data file (`.rda`): as much of R's serialisation as a data set needs.

Format: R Core Team, R Internals, "Serialization Formats": XDR, versions 2 and 3. Nothing of it is executed.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

# Types of R's objects.
NULL, PAIRS, SYMBOL, CHARS, LOGICAL, WHOLE, REAL, STRINGS, LIST = 254, 2, 1, 9, 10, 13, 14, 16, 19
REFERENCE: Final = 255
COMPACT: Final = 238
HAS_ATTRIBUTES, HAS_TAG = 1 << 9, 1 << 10
MISSING_WHOLE: Final = -(2**31)

Value = object


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.symbols: list[str] = []

    def take(self, size: int) -> bytes:
        part = self.data[self.at : self.at + size]
        if len(part) < size:
            raise ValueError("the file ends early")
        self.at += size
        return part

    def whole(self) -> int:
        return int(struct.unpack(">i", self.take(4))[0])

    def header(self) -> None:
        version = self.take(7)
        if version not in (b"RDX2\nX\n", b"RDX3\nX\n"):
            raise ValueError("no R data file in XDR format")
        self.take(12)
        if version.startswith(b"RDX3"):
            self.take(self.whole())

    def item(self) -> Value:  # noqa: PLR0911 - one branch a type of the format
        flags = self.whole()
        kind = flags & 0xFF
        if kind == NULL:
            return None
        if kind == SYMBOL:
            self.symbols.append(str(self.item()))
            return self.symbols[-1]
        if kind == REFERENCE:
            return self.symbols[(flags >> 8) - 1]
        if kind == PAIRS:
            return self.pairs(flags)
        if kind == CHARS:
            size = self.whole()
            return None if size < 0 else self.take(size).decode("utf-8", "replace")
        if kind == COMPACT:
            return self.compact()
        return self.vector(kind, flags)

    def pairs(self, flags: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while flags & 0xFF == PAIRS:
            if flags & HAS_ATTRIBUTES:
                self.item()
            tag = str(self.item()) if flags & HAS_TAG else str(len(found))
            found[tag] = self.item()
            flags = self.whole()
        return found

    def compact(self) -> Value:
        """Read an alternative representation, such as row numbers kept as a range: its parts do not matter here."""
        self.item(), self.item(), self.item()
        return None

    def vector(self, kind: int, flags: int) -> Value:
        size = self.whole()
        value: Value
        if kind in (LOGICAL, WHOLE):
            whole = np.frombuffer(self.take(4 * size), ">i4")
            value = np.where(whole == MISSING_WHOLE, np.nan, whole)
        elif kind == REAL:
            value = np.frombuffer(self.take(8 * size), ">f8").astype(np.float64)
        elif kind in (STRINGS, LIST):
            value = [self.item() for _ in range(size)]
        else:
            raise ValueError(f"type {kind} of R is not read")
        attributes = self.item() if flags & HAS_ATTRIBUTES else None
        return _named(value, attributes) if kind == LIST and isinstance(attributes, dict) else value


def _named(values: Value, attributes: dict[str, Value]) -> Value:
    names = attributes.get("names")
    if not isinstance(names, list) or not isinstance(values, list):
        return values
    named = {str(name): value for name, value in zip(names, values, strict=True)}
    return pd.DataFrame(named) if attributes.get("class") == ["data.frame"] else named


def read_rda(path: Path) -> dict[str, Value]:
    """Return the objects of an R data file by name: arrays, lists of words, dictionaries and frames.

    Raises:
        ValueError: It is no such file, or holds what a data set does not.
    """
    data = path.read_bytes()
    for magic, unpack in ((b"\x1f\x8b", gzip.decompress), (b"BZh", bz2.decompress), (b"\xfd7zXZ", lzma.decompress)):
        if data.startswith(magic):
            data = unpack(data)
    reader = _Reader(data)
    reader.header()
    found = reader.item()
    if not isinstance(found, dict):
        raise ValueError("no named objects in the file")
    return found
