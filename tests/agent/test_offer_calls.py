"""Offers asked about in words: the rules read the candidates, and the answer comes from the shop's log."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from agent.actions import Action, read_message
from agent.answers import answer_from
from agent.chooser import OFFERED
from agent.evidence import Evidence
from agent.models.grammar import accepts, grammar_of
from agent.narrowing import Vocabulary, narrow_arguments
from agent.rules import next_action
from tests.offer_shop import exposures, make_offer_shop
from tools.catalog import run_tool

AS_OF = dt.date(2024, 9, 1)


@pytest.mark.parametrize(
    ("message", "candidates"),
    [
        ("Which offer is best for loyal customers, 10% off or free shipping?", ["10% off", "free shipping"]),
        ("which deal for the loyal ones: $5 off, 30 percent off or bogo", ["$5 off", "30 percent off", "bogo"]),
    ],
)
def test_the_rules_read_the_candidates(message: str, candidates: list[JsonValue]) -> None:
    mentions = read_message(message, (), AS_OF, "US")
    wanted = Action(name="choose_offer", arguments={"segment": "loyal", "candidates": candidates})
    assert next_action(mentions, []) == wanted


@pytest.mark.parametrize(
    ("message", "offers"),
    [
        (
            "lapsed shoppers: a free gift with orders over $50 or 10% off the second item of the same kind?",
            ["free gift with orders over $50", "10% off the second item of the same kind"],
        ),
        (
            "For VIPs, rank: 1) free shipping on everything this week and 2) points worth double on Fridays",
            ["free shipping on everything this week", "points worth double on Fridays"],
        ),
        (
            "everybody hears early access to the summer sale against a voucher for the next visit",
            ["early access to the summer sale", "voucher for the next visit"],
        ),
    ],
)
def test_offers_of_many_words_can_be_said(message: str, offers: list[str]) -> None:
    mentions = read_message(message, (), AS_OF, "US")
    schema = narrow_arguments(next(tool for tool in OFFERED if tool.name == "choose_offer"), mentions, Vocabulary())
    assert schema is not None
    segment = mentions.segments[0] if mentions.segments else "everybody"
    assert accepts(grammar_of(schema), json.dumps({"segment": segment, "candidates": offers}, separators=(",", ":")))


@pytest.mark.parametrize(
    ("message", "allowed", "refused"),
    [
        (
            "for VIPs: '2 for 1' or '15% off', what's best?",
            [["2 for 1", "15% off"]],
            [["2 for 1"], ["'2 for 1'", "'15% off'"], ["for VIPs", "15% off"]],
        ),
        (
            "VIPs get 5% off, 10% off, 20% off or a mug?",
            [["5% off", "10% off", "20% off"], ["5% off", "10% off", "20% off", "mug"]],
            [["5% off", "10% off"]],
        ),
        ("tote bag or mug for VIPs?", [["tote bag", "mug"]], [["mug"]]),
        (
            "VIPs: early access to the sale or free shipping over 60?",
            [["early access to the sale", "free shipping over 60"]],
            [["early access", "free shipping over 60"], ["early access to the sale", "free shipping"]],
        ),
        (
            "Last week VIPs spent $60 and saw 30% off; now 10% off or free shipping this week?",
            [["10% off", "free shipping"], ["10% off", "free shipping this week"]],
            [["10% off"]],
        ),
        ("for the 'VIP' customers: 10% off or 'free shipping'?", [["10% off", "free shipping"]], [["VIP"]]),
        ("send free shipping to VIPs or 10% off by email?", [["free shipping", "10% off"]], [["free shipping", "10%"]]),
    ],
)
def test_no_offer_that_is_plainly_said_can_be_left_out(
    message: str, allowed: list[list[str]], refused: list[list[str]]
) -> None:
    mentions = read_message(message, (), AS_OF, "US")
    schema = narrow_arguments(next(tool for tool in OFFERED if tool.name == "choose_offer"), mentions, Vocabulary())
    assert schema is not None
    grammar = grammar_of(schema)
    calls = {json.dumps({"segment": "champions", "candidates": said}, separators=(",", ":")) for said in allowed}
    wrong = {json.dumps({"segment": "champions", "candidates": said}, separators=(",", ":")) for said in refused}
    assert {call for call in calls | wrong if accepts(grammar, call)} == calls


def test_the_answer_names_the_best_and_its_value(tmp_path: Path) -> None:
    view = make_offer_shop(tmp_path / "shop", exposures())
    arguments = {"segment": "everybody", "candidates": ["10% off", "free shipping"]}
    answer = run_tool("choose_offer", arguments, view)
    piece = Evidence(
        id="E1",
        tool="choose_offer",
        arguments={"segment": "everybody", "candidates": ["10% off", "free shipping"]},
        as_of=view.as_of,
        chosen_by="person",
        rows_used=answer.rows_used,
        warnings=answer.warnings,
        result=answer.model_dump(mode="json"),
    )
    said = answer_from((piece,), "USD")
    assert said.startswith("free shipping: 1")
    assert "In orders per 100 contacts: free shipping 1" in said
    assert "beyond chance" in said
