"""Names of the store in a message: whole, mended where a key slipped, never part of another word."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.candidates import OPEN, Vocabulary
from agent.known_names import names_said
from agent.mentions import find_mentions

NAMES = ("YOGURT", "FROZEN PIZZA", "PIZZA", "SOFT DRINKS", "BEEF", "TEA", "CHEESE")
VOCABULARY = Vocabulary(categories=NAMES)


def offered(message: str, earlier: str = "") -> list[object]:
    mentions = find_mentions(message, dt.date(2017, 11, 1), earlier=earlier)
    return list(OPEN["category"](mentions, VOCABULARY))


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("forecast yogrt for two weeks", "YOGURT"),
        ("forecast yougrt", "YOGURT"),
        ("who buys sofft driks?", "SOFT DRINKS"),
        ("forecast frozen pizza", "FROZEN PIZZA"),
    ],
)
def test_a_name_of_the_store_is_offered_as_the_store_writes_it_and_alone(message: str, name: str) -> None:
    found = offered(message)
    assert found[0] == name
    assert not {"yogrt", "yougrt", "sofft driks", "driks", "pizza", "PIZZA"} & set(found)


def test_a_name_inside_another_word_is_no_name() -> None:
    assert "TEA" not in offered("bundles with steam cookers")


def test_a_longer_name_that_the_store_lacks_stays_beside_the_one_it_has() -> None:
    found = offered("reviews of cream cheese")
    assert {"CHEESE", "cream cheese"} <= set(found)


def test_plurals_and_short_words_are_left_as_they_are() -> None:
    assert "yogurts" in offered("reviews of yogurts")
    assert "beer" in offered("reviews of beer")


def test_a_misspelt_name_of_the_conversation_is_found_too() -> None:
    assert "YOGURT" in offered("and with a display?", earlier="forecast yogrt")


def test_two_names_equally_near_are_not_guessed_between() -> None:
    said = names_said("sales of bananes", ("BANANAS", "BANANEN"), ("bananes",))
    assert said.names == ()
    assert said.spans == ("bananes",)
