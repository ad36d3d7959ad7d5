"""Slips of the keyboard: mended towards words that marketers use, and real words left alone."""

from __future__ import annotations

import datetime as dt
import random
import re

import pytest

from agent.actions import action_messages, read_message
from agent.mentions import find_mentions
from agent.requests import Turn
from agent.spelling import mend
from agent.spoken import PAIRS, WORDS, tokens
from finetune.data.asks import TOOLS
from finetune.data.lexicon import pairs_text, read_lexicon, words_text
from finetune.data.values import ask_lines

AS_OF = dt.date(2017, 11, 1)
MENDED_SHARE = 0.85
"""Of words with one slip; the rest are left, or stand as near to another word."""
_SLOT = re.compile(r"\{[^}]*\}")
HARMED_SHARE = 0.003
"""Of words without a slip, between others with one."""


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
        "ski goggles, moths", "chai and matcha", "a bowl of chili", "ROAS by SKU", "for Mrs Marten",
        "undiscounted, then resegmented", "who buys penne", "vapes and roti",
        "Meat: 4 weeks", "like the cod?", "the dairy?", "our pinterest spend", "latte and tea", "dal reviews",
        "rosé, façade, Häagen", "code WELCOM10", "sku wht-shrt-12", "prod_dal", "info@custmoers.com", "youre right",
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
    assert mend("any emials", frozenset({"emial"})) == "any emials"


@pytest.mark.parametrize("written", ["forcast", "Forcast", "FORCAST DEMAND"])
def test_capitals_are_kept(written: str) -> None:
    assert mend(written) == written.replace("CAST", "ECAST").replace("cast", "ecast")


@pytest.mark.parametrize(
    ("slipped", "meant"),
    [
        ("what do teh VIPs buy", "what do the VIPs buy"), ("the lat four weeks", "the last four weeks"),
        ("over 3 moths", "over 3 months"),
        ("our bset customers", "our best customers"), ("I dno't know", "I don't know"),
        ("wich ad? this shpo's", "which ad? this shop's"),
        ("until the end of Marrch", "until the end of March"), ("how mnay cusotmers", "how many customers"),
    ],
)  # fmt: skip
def test_neighbours_tell_what_a_short_word_was_meant_for(slipped: str, meant: str) -> None:
    assert mend(slipped) == meant


def test_a_slip_is_read_by_its_neighbours() -> None:
    assert mend("sell thme off") == "sell them off"
    assert mend("more of thme to come") == "more of them to come"


def test_most_slips_are_mended_and_hardly_a_word_that_is_none() -> None:
    rng = random.Random(3)
    asks = [line.partition(" => ")[0] for tool in TOOLS for line in ask_lines(tool)]
    lines = [_SLOT.sub("coffee", ask) for ask in rng.sample(asks, 300)]
    words = [[token.text for token in tokens(line) if token.is_word] for line in lines]
    slipped = [[_swapped(w, rng) if n % 3 == 2 and len(w) >= 4 else w for n, w in enumerate(line)] for line in words]
    read = [mend(" ".join(line)).split() for line in slipped]
    triples = [triple for line in zip(words, slipped, read, strict=True) for triple in zip(*line, strict=True)]
    hit = [(word, mended) for word, slip, mended in triples if slip != word]
    assert sum(word == mended for word, mended in hit) >= MENDED_SHARE * len(hit)
    whole = [(word, mended) for word, slip, mended in triples if slip == word]
    assert sum(word != mended for word, mended in whole) <= HARMED_SHARE * len(whole)


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


def test_the_lists_of_words_and_pairs_are_those_of_the_sources() -> None:
    """Otherwise: `python -m finetune.data.lexicon`."""
    lexicon = read_lexicon()
    assert WORDS.read_text(encoding="utf-8") == words_text(lexicon)
    assert PAIRS.read_text(encoding="utf-8") == pairs_text(lexicon)
