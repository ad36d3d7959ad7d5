"""Read single members of the archives that packages come in: wheels (zip), npm tarballs and Debian packages."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

__all__ = ["UNREADABLE", "member_opener"]

UNREADABLE: Final = (zipfile.BadZipFile, tarfile.TarError, KeyError, ValueError)
"""What reading an archive that is not one, or lacks a member, raises."""

# An `ar` archive: a magic line, then per member a header of 60 bytes whose last ten but two give the size in digits.
AR_MAGIC: Final = b"!<arch>\n"
AR_HEADER: Final = 60
AR_SIZE: Final = slice(48, 58)


class Members:
    """An open archive."""

    def __init__(self, archive: zipfile.ZipFile | tarfile.TarFile) -> None:
        """Wrap a zip or tar file."""
        self._archive = archive

    def open(self, name: str) -> BinaryIO:
        """Open a member for reading.

        Raises:
            KeyError: There is none of that name.
        """
        if isinstance(self._archive, zipfile.ZipFile):
            return cast(BinaryIO, self._archive.open(name))
        stream = self._archive.extractfile(name)
        if stream is None:
            raise KeyError(f"{name} is no file")
        return cast(BinaryIO, stream)


@contextmanager
def member_opener(path: Path) -> Iterator[Members]:
    """Open a `.whl`, a `.tgz` or a `.deb` by its suffix."""
    if path.suffix == ".tgz":
        with tarfile.open(path) as tar:
            yield Members(tar)
    elif path.suffix == ".deb":
        with tarfile.open(fileobj=io.BytesIO(debian_data(path.read_bytes()))) as tar:
            yield Members(tar)
    else:
        with zipfile.ZipFile(path) as archive:
            yield Members(archive)


def debian_data(package: bytes) -> bytes:
    r"""Return the `data.tar` of a Debian package, compressed as it is there.

    Raises:
        ValueError: It is no `ar` archive, or has no data.

    >>> head = b"data.tar.xz".ljust(48) + b"3".ljust(10) + b"`\n"
    >>> debian_data(AR_MAGIC + head + b"abc")
    b'abc'
    """
    if not package.startswith(AR_MAGIC):
        raise ValueError("no ar archive")
    at = len(AR_MAGIC)
    while at + AR_HEADER <= len(package):
        head = package[at : at + AR_HEADER]
        size = int(head[AR_SIZE])
        at += AR_HEADER
        if head.startswith(b"data.tar"):
            return package[at : at + size]
        at += size + size % 2
    raise ValueError("no data.tar in it")
