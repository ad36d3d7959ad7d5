"""`marketwright index`: a shop's guide can be forgotten again, and contradictions are refused."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from agent.commands import index
from tests.bag_of_words import BagOfWords
from tests.tiny import make_tiny_store
from tools.errors import InputError, MissingCapabilityError
from tools.knowledge.library import put_guide, search_guide, words_of
from tools.warehouse.store import Store


def arguments(store: Store, *more: str) -> argparse.Namespace:
    """Read the arguments of `index build`."""
    parser = argparse.ArgumentParser()
    index.add_arguments(parser)
    return parser.parse_args(["build", str(store.path), *more])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give a tiny store of its own with a guide."""
    made = make_tiny_store(tmp_path / "store")
    guide = tmp_path / "guide.md"
    guide.write_text("# Words to avoid\n- cheap\n", encoding="utf-8")
    put_guide(made, guide, BagOfWords())
    return made


def test_a_guide_is_forgotten(store: Store) -> None:
    assert words_of(store).banned == ("cheap",)
    assert index.run(arguments(store, "--no-guide")) == 0
    assert words_of(store).banned == ()
    with pytest.raises(MissingCapabilityError, match="marketwright index build"):
        search_guide(store, "cheap", encoder=BagOfWords())


def test_to_keep_and_to_forget_at_once_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="both given"):
        index.run(arguments(store, "--no-guide", "--guide", "guide.md"))
    assert words_of(store).banned == ("cheap",)
