"""Stand-ins for addresses that serve as customer ids: the same person gets the same id, and nobody can go back.

Two steps, so that importers need no secret. An importer that knows a customer only by an e-mail address or telephone
number writes `pseudonyms(column)`, a plain hash; `split_personal` then keys it with the store's own secret, 32 random
bytes in `private/key`. Without the secret an address cannot be found by hashing a list of likely ones; with it, a later
export of the same shop gives the same ids.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Final

import ibis

from tools.errors import InputError

KEY_FILE: Final = "key"
KEY_BYTES: Final = 32
PRIVATE_FOLDER_MODE: Final = 0o700
PRIVATE_FILE_MODE: Final = 0o600
UNKEYED: Final = "unkeyed-"
KEYED: Final = "p-"
# 96 bits: among a billion customers two share an id with a chance of about 1 in 10^11 (birthday bound).
DIGITS: Final = 24
# What an id must look like to be taken for an address: `name@host.tld`, or a number in the international form.
ADDRESS_LIKE: Final = r"^\s*'?(mailto:)?[^@\s]+@[^@\s]+\.[^@\s]+\s*$|^\s*'?\+[0-9][0-9 ().\-/]{6,}$"
_NUMBER_LIKE: Final = r"^[\s'+0-9().\-/]*$"


def normal(text: str) -> str:
    """Return an address the way it is compared: small letters, no spaces around it; only the digits of a number.

    >>> normal(" Ada@Example.com "), normal("'+49 (0)170 12-34")
    ('ada@example.com', '4901701234')
    """
    if re.fullmatch(_NUMBER_LIKE, text):
        return re.sub(r"[^0-9]", "", text)
    return text.strip().lower().removeprefix("mailto:")


def normals(column: ibis.Value) -> ibis.Value:
    """Return `normal` of a column, as an Ibis expression."""
    words = column.strip().lower().re_replace(r"^mailto:", "")
    return column.re_search(_NUMBER_LIKE).ifelse(column.re_replace(r"[^0-9]", ""), words)


def pseudonym(text: str, key: bytes | None = None) -> str:
    """Return the id that stands for an address: the store's own when its key is given, else the importer's plain one.

    >>> pseudonym("Ada@example.com") == pseudonym(" ada@example.com ")
    True
    >>> pseudonym("ada@example.com", b"k" * 32) == pseudonym("ada@example.com", b"q" * 32)
    False
    """
    plain = UNKEYED + _sha256(normal(text))
    return plain if key is None else keyed(plain, key)


def pseudonyms(column: ibis.Value) -> ibis.Value:
    """Return the importer's plain ids of a column of addresses, as an Ibis expression; null stays null."""
    return ibis.literal(UNKEYED).concat(normals(column).hexdigest("sha256"))


def keyed(text: str, key: bytes) -> str:
    """Return a hash of a text that needs the key: NMAC (Bellare, Canetti, Krawczyk 1996) over SHA-256, cut short."""
    inner, outer = _pads(key)
    return KEYED + _sha256(outer + _sha256(inner + text))[:DIGITS]


def keyed_column(column: ibis.Value, key: bytes) -> ibis.Value:
    """Return `keyed` of a column, as an Ibis expression."""
    inner, outer = _pads(key)
    once = ibis.literal(inner).concat(column).hexdigest("sha256")
    return ibis.literal(KEYED).concat(ibis.literal(outer).concat(once).hexdigest("sha256")[:DIGITS])


def store_ids(column: ibis.Value, key: bytes) -> ibis.Value:
    """Return a column of customer ids in which every address, and every plain hash of one, is the store's own id."""
    plain = column.re_search(ADDRESS_LIKE).ifelse(pseudonyms(column), column)
    return plain.startswith(UNKEYED).ifelse(keyed_column(plain, key), column)


def may_be_address(ids: ibis.Value) -> ibis.Value:
    """Return whether an id is worth a closer look: cheap, most shops have a million plain numbers."""
    return ids.contains("@") | ids.contains("+") | ids.startswith(UNKEYED)


def new_key() -> bytes:
    """Return a fresh secret for a store."""
    return secrets.token_bytes(KEY_BYTES)


def read_key(private: Path) -> bytes | None:
    """Return the secret of a store's private folder, or None where there is none yet.

    Raises:
        InputError: The file cannot be read or is damaged; ids made with another secret would not fit the old ones.
    """
    file = private / KEY_FILE
    if not file.exists():
        return None
    try:
        key = file.read_bytes()
    except OSError as error:
        raise InputError(
            f"key {str(file)!r} cannot be read ({error.strerror}); expected a file of the user who made the store; "
            "try as that user"
        ) from error
    if len(key) != KEY_BYTES:
        raise InputError(
            f"key {str(file)!r} has {len(key)} bytes; expected {KEY_BYTES}; try `store import` with --replace after "
            "deleting it, which gives all pseudonyms new ids"
        )
    return key


def write_key(private: Path, key: bytes) -> None:
    """Write a store's secret, readable by its owner only."""
    make_private(private)
    write_private(private / KEY_FILE, key)


def make_private(folder: Path) -> None:
    """Make a folder that only its owner can enter."""
    folder.mkdir(mode=PRIVATE_FOLDER_MODE, parents=True, exist_ok=True)
    folder.chmod(PRIVATE_FOLDER_MODE)


def write_private(file: Path, content: bytes) -> None:
    """Write a file that was never readable by others, not even for a moment."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE_MODE)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(descriptor, PRIVATE_FILE_MODE)
        stream.write(content)


def _pads(key: bytes) -> tuple[str, str]:
    """Return the two keys of NMAC, each a block of SHA-256 long, as text because engines hash text."""
    inner, outer = (hashlib.sha256(part + key).hexdigest() for part in (b"inner", b"outer"))
    return inner, outer


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
