"""Slips of the keyboard: mended in the words that code reads, and nowhere else."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.mentions import find_mentions
from agent.spelling import mend

AS_OF = dt.date(2017, 11, 1)


def test_segments_channels_and_durations_are_read_through_slips() -> None:
    found = find_mentions("how wil lapsd custmoers take a newslettr over the nxt 6 wekes, 20 percnt off?", AS_OF)
    assert (found.segments, found.channels, found.weeks, found.percents) == (("lapsed",), ("email",), (6,), (20,))


def test_places_are_those_of_the_message_as_written() -> None:
    found = find_mentions("frecast drak tea for dromant custmoers in decmber", AS_OF)
    assert "drak tea" in found.spans
    assert not [span for span in found.spans if span in ("dromant custmoers", "decmber")]


@pytest.mark.parametrize(
    "text",
    ["free shipping to local shoppers", "massage oil", "sending in weekly parts", "last week", "ski goggles, 3 moths"],
)
def test_real_words_are_left_alone(text: str) -> None:
    assert mend(text).text == text


def test_offsets_after_several_slips_lead_back() -> None:
    text = "custmers and emial and more"
    mended = mend(text)
    for word in ("and", "more"):
        assert text[mended.place(mended.text.index(word)) :].startswith(word)
