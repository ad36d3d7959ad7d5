"""The lines of a text file, numbered and decoded, whatever ends them and whatever damage they carry."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from tools.warehouse.reading.opening import BLOCK, unusable

# A line beyond this is damage: 16 times the longest cell.
LONGEST_LINE: Final = 2 * BLOCK
# What is kept of a line that is too long, to show where it was.
SHOWN_OF_LONG_LINE: Final = 1000
WINDOWS: Final = "windows-1252 for the odd byte"
WAS_WINDOWS: Final = "text was Windows-1252, not UTF-8: read as such"
NUL_BYTES: Final = "the line holds NUL or undecodable bytes"
TOO_LONG: Final = f"the line is longer than {LONGEST_LINE:,} bytes"
NO_ENCODING: Final = "the line is neither UTF-8 nor Windows-1252"
# What Windows-1252 text hardly has: three letters beyond ASCII in a row, signs such as ³ or ¶ within a word, and codes
# that it leaves free or gives to the florin. Other encodings, read as Windows-1252, are full of them.
_FOREIGN: Final = re.compile(
    rb"[\x80-\xff]{3,}|(?<=[A-Za-z])[\xa1-\xb6\xb8-\xbf](?=[A-Za-z])|[\x81\x83\x8d\x8f\x90\x9d]"
)
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_LETTERS: Final = re.compile("[^\x00-\x7f]+")
_UNDECODED: Final = re.compile("[\udc80-\udcff]")
MOST_FOREIGN: Final = 0.3
FEWEST_TO_JUDGE: Final = 20


class Line(NamedTuple):
    """One line: its number in the file (from 1), its text without the line end, and what is wrong with it."""

    number: int
    text: str
    reason: str | None = None
    repair: str | None = None


def _windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


codecs.register_error(WINDOWS, _windows)


def read_lines(file: Path) -> Iterator[Line]:
    """Yield the lines of a file in UTF-8, with or without byte order marks, or in Windows-1252 here and there."""
    for number, raw in enumerate(_raw_lines(file), 1):
        yield _line(number, raw.removeprefix(codecs.BOM_UTF8))


def _line(number: int, raw: bytes) -> Line:
    if len(raw) > LONGEST_LINE:
        return Line(number, raw[:SHOWN_OF_LONG_LINE].decode("latin-1").replace("\0", ""), TOO_LONG)
    if b"\0" in raw:
        return Line(number, raw.replace(b"\0", b"").decode("utf-8", errors="replace"), NUL_BYTES)
    try:
        return Line(number, raw.decode())
    except UnicodeDecodeError:
        pass
    try:
        return Line(number, raw.decode("utf-8", errors=WINDOWS), None, WAS_WINDOWS)
    except UnicodeDecodeError:
        return Line(number, raw.decode("utf-8", errors="replace"), NO_ENCODING)


def _raw_lines(file: Path) -> Iterator[bytes]:
    r"""Yield lines without their ends (\n, \r\n or \r); of a line that is too long, only its beginning."""
    rest = b""
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            while block.endswith(b"\r") and (more := stream.read(1)):
                block += more
            *whole, rest = (rest + block + b"|").splitlines()
            rest = rest[:-1][: LONGEST_LINE + 1]
            yield from whole
    if rest:
        yield rest


@dataclass(frozen=True)
class Survey:
    """What one quick look at all bytes of a file tells.

    Attributes:
        lines: How many line ends it has, those after the last text not counted.
        plain: Whether it is UTF-8 throughout, without NUL bytes, lone carriage returns and marks past its start.
    """

    lines: int
    plain: bool


def survey(file: Path) -> Survey:
    """Count the lines of a file and tell whether a fast reader may be trusted with it."""
    decode = codecs.getincrementaldecoder("utf-8")()
    ends, blank_ends, plain = 0, 0, True
    with file.open("rb") as stream:
        while plain and (block := stream.read(8 * BLOCK)):
            while block.endswith(b"\r") and (more := stream.read(1)):
                block += more
            lone = block.count(b"\r") > block.count(b"\r\n")
            plain = not lone and b"\0" not in block and codecs.BOM_UTF8 not in block[3:] and _decodes(decode, block)
            ends += block.count(b"\n")
            kept = block.rstrip(b"\r\n")
            blank_ends = block[len(kept) :].count(b"\n") + (blank_ends if not kept else 0)
    return Survey(ends - blank_ends + 1, plain)


def _decodes(decode: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        decode.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def refuse_foreign(file: Path, shown: Path) -> None:
    """Refuse a file in an encoding that would come out as nonsense if it were taken for Windows-1252.

    Raises:
        InputError: Of the letters at the start of the file that are not UTF-8, many make no Windows-1252 words.
    """
    with file.open("rb") as stream:
        text = stream.read(BLOCK).decode("utf-8", errors="surrogateescape")
    rest = _LETTERS.sub(lambda run: run[0] if _UNDECODED.search(run[0]) else "a", text).encode(
        "utf-8", errors="surrogateescape"
    )
    letters, foreign = len(_BEYOND_ASCII.findall(rest)), sum(map(len, _FOREIGN.findall(rest)))
    if letters >= FEWEST_TO_JUDGE and foreign > letters * MOST_FOREIGN:
        raise unusable(shown, "is in an encoding that cannot be told", "UTF-8, UTF-16 with its mark, or Windows-1252")
