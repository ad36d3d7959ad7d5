"""Open a shop's file with care: what it really is, packed or not, and as UTF-8."""

from __future__ import annotations

import codecs
import gzip
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.errors import InputError

# The first bytes of what people rename to .csv, and how each is called.
SIGNATURES: Final = (
    (b"PK\x03\x04", "an Excel workbook (xlsx) or another zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (xls)"),
    (b"PAR1", "a Parquet file"),
    (b"PARE", "an encrypted Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd"),
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ", "packed with xz"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x7fELF", "a program"),
)
# How text that is no table begins, in small letters and without the white space before it.
MARKUP: Final = (
    ("<!doctype html", "a web page (HTML)"),
    ("<html", "a web page (HTML)"),
    ("<table", "a web page (HTML)"),
    ("<head", "a web page (HTML)"),
    ("<?xml", "an XML file"),
    ("{\\rtf", "a rich text document"),
    ('{"', "a JSON file"),
    ("[{", "a JSON file"),
    ('["', "a JSON file"),
    ("{\n", "a JSON file"),
    ("{\r\n", "a JSON file"),
)
BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
GZIP: Final = b"\x1f\x8b"
BLOCK: Final = 1 << 20
# CSV packs 3 to 20 times; a megabyte of one letter, 1,000 times (the most that gzip can). Small files may as they like.
MOST_UNPACKED_RATIO: Final = 100
UNPACKED_FREELY: Final = 100_000_000
# In UTF-16 of western text nearly every second byte is NUL.
FULL_OF_NULS: Final = 0.8
# A file with this share of NUL bytes at its start, and no mark of UTF-16, is no text.
BINARY_SHARE: Final = 0.3
EXPECTED: Final = "a text file with a header line"
REMEDY: Final = "try saving the table as CSV (UTF-8) from the program it comes from"


def unusable(
    file: Path, what: str, expected: str = "a text file with a header line", remedy: str = REMEDY
) -> InputError:
    """Return the error for a file that cannot be read at all."""
    return InputError(f"file {str(file)!r} {what}; expected {expected}; {remedy}")


def bare_path(file: Path) -> str:
    """Return a path for DuckDB in which stars and brackets stand for themselves.

    >>> bare_path(Path("shop/orders[1].csv"))
    'shop/orders[[]1].csv'
    """
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(file))


def check_file(file: Path) -> None:
    """Refuse what is not a plain file of this folder.

    Raises:
        InputError: It is missing, a folder, a pipe or device, a link that leads out of its folder, or not readable.
    """
    try:
        if file.is_symlink() and not file.resolve(strict=True).is_relative_to(file.parent.resolve()):
            raise unusable(
                file, "is a link that leads out of its folder", "a file", "try copying the file itself into the folder"
            )
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "a pipe, socket or device"
            raise unusable(file, f"is {kind}", "a file", "try the file itself, or give it another name")
        with file.open("rb"):
            pass
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead to themselves, in Python 3.11
        raise cannot_open(file, error) from error


def cannot_open(file: Path, error: Exception) -> InputError:
    """Return the error for a file that the system does not let us read."""
    why = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
    return unusable(file, f"cannot be opened ({why})", "a file you may read", "try its permissions and its path")


def plain_text(file: Path, scratch: Path) -> Path:
    """Return the file as plain bytes to be read line by line: itself, or unpacked and in UTF-8 under `scratch`.

    Raises:
        InputError: It is no plain file, no text, or unpacks to more than `MOST_UNPACKED_RATIO` times its size.
    """
    check_file(file)
    try:
        with file.open("rb") as stream:
            start = stream.read(BLOCK)
        if start.startswith(GZIP):
            file = _written(scratch / "unpacked", _unpacked(file))
            with file.open("rb") as stream:
                start = stream.read(BLOCK)
        encoding = _encoding(file, start)
        return _written(scratch / "text", _recoded(file, encoding)) if encoding else file
    except OSError as error:
        raise cannot_open(file, error) from error


def _written(target: Path, blocks: Iterator[bytes]) -> Path:
    with target.open("wb") as stream:
        for block in blocks:
            stream.write(block)
    return target


def _unpacked(file: Path) -> Iterator[bytes]:
    most = max(UNPACKED_FREELY, MOST_UNPACKED_RATIO * file.stat().st_size)
    done = 0
    try:
        with gzip.open(file, "rb") as stream:
            while block := stream.read(BLOCK):
                done += len(block)
                if done > most:
                    raise unusable(
                        file,
                        f"unpacks to more than {most // 1_000_000:,} MB, over {MOST_UNPACKED_RATIO} times its size",
                        "an ordinary table",
                        "try unpacking it yourself, if you trust it",
                    )
                yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise unusable(file, f"is damaged gzip ({error})", "a whole file", "try downloading it again") from error


def _encoding(file: Path, start: bytes) -> str | None:
    """Return the encoding to change into UTF-8; None where the bytes can be read as they are."""
    for bom, encoding in BOMS:
        if start.startswith(bom):
            _refuse_markup(file, start.decode(encoding, errors="replace"))
            return encoding
    for signature, kind in SIGNATURES:
        if start.startswith(signature):
            raise unusable(file, f"is {kind}, whatever its name")
    head = start[:4096].rstrip(b"\0")  # NULs at the end are a crash, in a row of their own
    odd, even = (head[first::2].count(0) / max(len(head[first::2]), 1) for first in (1, 0))
    if max(odd, even) > FULL_OF_NULS > min(odd, even) * 4:
        return "utf-16-le" if odd > even else "utf-16-be"
    if head.count(0) > len(head) * BINARY_SHARE:
        raise unusable(file, "is not text: it is full of NUL bytes")
    _refuse_markup(file, start[:4096].decode("utf-8-sig", errors="replace"))
    return None


def _refuse_markup(file: Path, text: str) -> None:
    begins = text[:4096].lstrip().lower()
    for mark, kind in MARKUP:
        if begins.startswith(mark):
            raise unusable(file, f"is {kind}, whatever its name")


def _recoded(file: Path, encoding: str) -> Iterator[bytes]:
    """Yield the file in UTF-8; what cannot be decoded becomes NUL, for which the row is set aside later."""
    decode = codecs.getincrementaldecoder(encoding)(errors="replace")
    with file.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield decode.decode(block).replace("\ufffd", "\0").encode()
        yield decode.decode(b"", final=True).replace("\ufffd", "\0").encode()
