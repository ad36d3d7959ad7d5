"""Slips of the keyboard: mended towards words that marketers use, and real words left alone."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from agent.actions import action_messages, read_message
from agent.mentions import find_mentions
from agent.requests import Turn
from agent.spelling import SHORTEST, SPOKEN, mend
from finetune.data.lexicon import spoken_words

AS_OF = dt.date(2017, 11, 1)
MENDED_SHARE = 0.85
"""Of words with one slip; the rest are left, or stand as near to another word."""
WRONG_SHARE = 0.03


def test_segments_channels_and_durations_are_read_through_slips() -> None:
    found = find_mentions("how wil lapsd custmoers take a newslettr over the nxt 6 wekes, 20 percnt off?", AS_OF)
    assert (found.segments, found.channels, found.weeks, found.percents) == (("lapsed",), ("email",), (6,), (20,))


def test_what_was_read_through_slips_is_no_name() -> None:
    found = find_mentions("frecast drak tea for dromant custmoers in decmber", AS_OF)
    assert found.text == "forecast drak tea for dormant customers in december"
    assert "drak tea" in found.spans
    read = ("dormant customers", "december")
    assert not [span for span in found.spans if span in read]


@pytest.mark.parametrize(
    "text",
    [
        "free shipping to local shoppers", "massage oil", "sending in weekly parts", "last week",
        "ski goggles, 3 moths", "chai and matcha", "a bowl of chili", "ROAS by SKU", "for Mrs Marten",
        "undiscounted, then resegmented",
    ],
)  # fmt: skip
def test_real_words_and_names_are_left_alone(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize("slip", ["reprot", "predit", "retun"])
def test_a_slip_after_re_or_pre_is_no_new_word(slip: str) -> None:
    assert mend(slip) != slip


@pytest.mark.parametrize(
    ("slip", "meant"), [("fuor weks", "four weeks"), ("fifeen percnt", "fifteen percent"), ("nien dyas", "nine days")]
)
def test_numbers_in_words_are_mended(slip: str, meant: str) -> None:
    assert mend(f"forecast for {slip}") == f"forecast for {meant}"


def test_the_shops_own_words_are_left_alone() -> None:
    assert mend("sales of emial enamel") == "sales of email enamel"
    assert mend("sales of emial enamel", frozenset({"emial"})) == "sales of emial enamel"


@pytest.mark.parametrize("written", ["forcast", "Forcast", "FORCAST DEMAND"])
def test_capitals_are_kept(written: str) -> None:
    assert mend(written) == written.replace("CAST", "ECAST").replace("cast", "ecast")


def test_most_slips_are_mended_and_hardly_one_into_another_word() -> None:
    rng, words = random.Random(3), {word: n for word, n in spoken_words().items() if len(word) > SHORTEST}
    drawn = rng.choices(list(words), list(words.values()), k=1000)
    slipped = [(word, _swapped(word, rng)) for word in drawn]
    meant = [(word, mend(slip)) for word, slip in slipped if slip != word]
    assert sum(word == read for word, read in meant) >= MENDED_SHARE * len(meant)
    left = {slip for _, slip in slipped}
    assert sum(read != word and read not in left for word, read in meant) <= WRONG_SHARE * len(meant)


def _swapped(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def test_the_model_and_the_narrowing_read_the_same_mended_message() -> None:
    history = (Turn(role="user", text="forcast tea"), Turn(role="assistant", text="forcast"))
    mentions = read_message("and for lapsd custmoers?", history, AS_OF)
    said = str(action_messages("and for lapsd custmoers?", history, (), AS_OF, mentions)[1].content)
    assert mentions.text == "and for lapsed customers?"
    assert mentions.text in said
    assert "forecast tea" in said
    assert "forcast" in said, "what the assistant said is no slip"


def test_the_list_of_words_is_that_of_the_sources() -> None:
    """Otherwise: `python -m finetune.data.lexicon`."""
    assert SPOKEN.read_text(encoding="utf-8") == "".join(f"{word} {n}\n" for word, n in spoken_words().items())
