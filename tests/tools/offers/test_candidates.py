"""Offers in words: what they take off, and which of the store's offers they are; never one that differs in a number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.offers.candidates import Kind, read_candidates, read_terms


@pytest.mark.parametrize(
    ("words", "kind", "size"),
    [
        ("20% off", "percent", 20.0),
        ("SAVE20", "percent", 20.0),
        ("save-20", "percent", 20.0),
        ("12,5 percent off coffee", "percent", 12.5),
        ("$5 off", "amount", 5.0),
        ("10 euros off", "amount", 10.0),
        ("BOGO", "two_for_one", 50.0),
        ("free delivery", "free_shipping", None),
        ("no offer", "none", 0.0),
        ("a nice letter", "other", None),
    ],
)
def test_terms(words: str, kind: Kind, size: float | None) -> None:
    assert (read_terms(words).kind, read_terms(words).size) == (kind, size)


@pytest.mark.parametrize(
    ("words", "known", "name"),
    [
        ("20 percent off", ("30% off", "20% off"), "20% off"),
        ("25% off", ("30% off", "20% off"), None),
        ("TypeA", ("Type B", "Type A"), "Type A"),
        ("Type D", ("Type B", "Type A"), None),
        ("20% off tea", ("20% off coffee",), None),
        ("20% off coffee", ("20% off", "30% off"), "20% off"),
        ("20% off", ("20% off coffee", "20% off tea"), None),
        ("free delivery", ("Free Shipping",), "Free Shipping"),
        ("sumer letter", ("summer letter", "winter letter"), "summer letter"),
        ("$5 off", ("5% off",), None),
    ],
)
def test_names(words: str, known: tuple[str, ...], name: str | None) -> None:
    ((candidate,), _) = read_candidates([words], known)
    assert (candidate.match.name if candidate.match else None) == name


@given(st.integers(1, 99), st.integers(1, 99))
def test_a_percent_is_never_taken_for_another(one: int, other: int) -> None:
    ((candidate,), _) = read_candidates([f"{one}% off"], [f"{other}% off"])
    assert (candidate.match is not None) == (one == other)


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), min_size=1, max_size=9)
)
def test_any_words_give_each_candidate_once(words: list[str]) -> None:
    candidates, twice = read_candidates(words, ())
    assert len(candidates) + len(twice) == len(words)
