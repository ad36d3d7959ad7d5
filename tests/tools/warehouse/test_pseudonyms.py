"""An address that serves as an id becomes one nobody can turn back, and always the same one in a store."""

from __future__ import annotations

from pathlib import Path

import ibis
import pytest

from tools.errors import InputError
from tools.warehouse.engine import connect
from tools.warehouse.pseudonyms import KEYED, new_key, normal, normals, pseudonym, read_key, store_ids, write_key

KEY = b"k" * 32
IDS = (
    " Ada@Example.com",
    "mailto:ada@example.com",
    "ada@example.com",
    "'+49 170 12-34567",
    "c-17",
    "10023",
    "0012345678",
)


def keyed_ids(*ids: str) -> list[str]:
    table = ibis.memtable({"customer_id": list(ids)})
    return [str(value) for value in connect().execute(store_ids(table.customer_id, KEY))]


def test_the_engine_and_python_agree() -> None:
    table = ibis.memtable({"text": list(IDS)})
    assert list(connect().execute(normals(table.text))) == [normal(text) for text in IDS]
    assert keyed_ids(*IDS[:4]) == [pseudonym(text, KEY) for text in IDS[:4]]


def test_only_addresses_get_a_pseudonym() -> None:
    assert keyed_ids(*IDS[4:]) == list(IDS[4:])


def test_an_importer_s_plain_hash_gives_the_same_id_as_the_address_itself() -> None:
    assert keyed_ids(pseudonym("ada@example.com"), "Ada@example.com") == [pseudonym("ada@example.com", KEY)] * 2


def test_an_id_of_the_store_stays_as_it_is() -> None:
    once = keyed_ids("ada@example.com")
    assert keyed_ids(*once) == once
    assert once[0].startswith(KEYED)


def test_another_store_gives_another_id() -> None:
    assert pseudonym("ada@example.com", new_key()) != pseudonym("ada@example.com", new_key())


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    write_key(tmp_path / "private", KEY)
    assert read_key(tmp_path / "private") == KEY
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "private" / "key").stat().st_mode & 0o777 == 0o600


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    write_key(tmp_path, b"short")
    with pytest.raises(InputError, match="5 bytes; expected 32"):
        read_key(tmp_path)
