"""Which name is meant by words that are not quite it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.errors import ToolError
from tools.names import Match, nearest, resolve_name

CATEGORIES = (
    "Soft drinks",
    "Frozen pizza",
    "Coffee",
    "Refrigerated juices/drinks",
    "Laundry detergents",
    "Coffee filters",
    "Salad dressing/sandwich spread",
    "Yogurt",
    "Cookies/cones",
)


@pytest.mark.parametrize(
    ("words", "name", "how"),
    [
        ("Coffee", "Coffee", "exact"),
        ("soft_drinks", "Soft drinks", "case"),
        ("FROZEN-PIZZA", "Frozen pizza", "case"),
        ("yogurts", "Yogurt", "plural"),
        ("frozen pizzas", "Frozen pizza", "plural"),
        ("yoghurt", "Yogurt", "spelling"),
        ("cofee", "Coffee", "spelling"),
        ("salad dressings", "Salad dressing/sandwich spread", "meaning"),
        ("detergent", "Laundry detergents", "meaning"),
        ("cookie", "Cookies/cones", "meaning"),
        ("coffee shoppers", "Coffee", "plural"),
    ],
)
def test_words_and_the_name_they_mean(words: str, name: str, how: str) -> None:
    match = resolve_name(words, CATEGORIES, "category")
    assert (match.name, match.how) == (name, how)


@pytest.mark.parametrize("words", ["", "  ", "purple unicorn", "the", "organic salmon"])
def test_words_that_mean_nothing_here_are_answered_with_the_nearest(words: str) -> None:
    with pytest.raises(ToolError, match=r"category '.*' is not known to this store; .* try \w+"):
        resolve_name(words, CATEGORIES, "category")


def test_the_first_of_equal_candidates_is_taken() -> None:
    assert resolve_name("juice", ["Apple juice", "Orange juice"], "category").name == "Apple juice"


def test_nothing_to_choose_from() -> None:
    with pytest.raises(ToolError):
        resolve_name("coffee", [], "category")


@given(st.sampled_from(CATEGORIES), st.sampled_from([str.upper, str.lower, str.title]))
def test_case_never_matters(name: str, change: type[str]) -> None:
    assert resolve_name(change(name), CATEGORIES, "category").name == name


@given(st.text(max_size=30))
def test_any_text_is_resolved_to_a_candidate_or_refused(words: str) -> None:
    try:
        name = resolve_name(words, CATEGORIES, "category").name
    except ToolError:
        return
    assert name in CATEGORIES


def test_nearest_lists_at_most_five_and_each_once() -> None:
    assert nearest("cofee", CATEGORIES * 2)[0] == "Coffee"
    assert len(set(nearest("cofee", CATEGORIES * 2))) == 5


def test_took_is_silent_about_the_name_itself() -> None:
    assert Match("Coffee", "case").took("COFFEE") is None
