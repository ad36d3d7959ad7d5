"""Pairs for the encoder by hand, and a few real steps where its weights are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from finetune.encoder import BATCH, batches, halves, main
from finetune.encoder_pairs import Pair, basket_pairs, read_pairs, search_pairs
from retrieval.sentence_encoder import SentenceEncoder
from tests.tiny import AS_OF
from tools.errors import InputError, MissingCapabilityError
from tools.packages import fetched
from tools.warehouse.store import Store

PAIRS = "anchor\tpositive\tgroup\ncoffee\tGround coffee\t0\ntea\tGreen tea\t1\nloaf\tSourdough bread\toffer\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file of three pairs."""
    (tmp_path / "pairs.tsv").write_text(PAIRS)
    return tmp_path / "pairs.tsv"


def test_groups_are_left_out(file: Path) -> None:
    assert [pair.anchor for pair in read_pairs(file, ("1", "offer"))] == ["coffee"]


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("query\ttext\n")
    with pytest.raises(InputError, match="lacks a column"):
        read_pairs(tmp_path / "x.tsv")


def test_no_text_stands_twice_in_a_batch() -> None:
    pairs = [Pair(f"q{number % 5}", f"t{number % 7}") for number in range(35)]
    for batch in batches(pairs, 10, seed=0):
        texts = [text for pair in batch for text in (pair.anchor, pair.positive)]
        assert 0 < len(batch) <= min(BATCH, 5)
        assert len(texts) == len(set(texts))


def test_batches_are_the_same_for_the_same_seed() -> None:
    pairs = [Pair(f"q{number}", f"t{number}") for number in range(40)]
    assert list(batches(pairs, 4, seed=1)) == list(batches(pairs, 4, seed=1))


def test_a_small_shop_has_no_sure_pairs_and_no_log(tiny_store: Store) -> None:
    view = tiny_store.at(AS_OF)
    assert (search_pairs(view), basket_pairs(view)) == ([], [])


def test_the_measuring_time_is_the_last_quarter(tiny_store: Store) -> None:
    early, late = halves(tiny_store.at(AS_OF))
    first = late.meta.first_at.date()
    assert (early.as_of - first).days == int((late.as_of - first).days * 0.75)


@pytest.mark.weights
def test_a_step_of_training_gives_an_encoder(file: Path, tmp_path: Path) -> None:
    try:
        fetched("encoder")
    except MissingCapabilityError as error:
        pytest.skip(str(error))
    assert main(["--pairs", str(file), "--out", str(tmp_path / "tuned"), "--steps", "1"]) == 0
    encoder = SentenceEncoder.named(str(tmp_path / "tuned"))
    assert encoder.encode(["tea"]).shape == (1, 384)
