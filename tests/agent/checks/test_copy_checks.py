"""What the checks say about single texts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.campaign import CopyDeck, CopyVariant
from agent.checks.catalog import CHECKS, run_checks
from agent.checks.claims import check_claims, check_opt_out
from agent.checks.grounding import check_copy
from agent.checks.limits import check_limits, check_quiet_hours, sms_parts
from agent.checks.material import Material
from agent.checks.sense import misplaced
from agent.checks.wording import check_wording
from agent.dossier import load_policy
from agent.figures import Figure, Text
from agent.recheck import material_of
from agent.slots import fill_slots
from finetune.data.copy import without_first_name, written
from tests.example_campaign import example_campaign

SLOTS = {
    "discount": Figure(source="{B.discount_percent}", value=20, unit="percent", text="20%"),
    "shop": Figure(source="{S.shop_name}", value="Harvest Lane", unit="text", text="Harvest Lane"),
    "opt_out_sms": Figure(
        source="{P.opt_out.sms}", value="Reply STOP to opt out", unit="text", text="Reply STOP to opt out"
    ),
}


@pytest.fixture(scope="module")
def example() -> Material:
    material = material_of(example_campaign())
    return replace(material, dossier=replace(material.dossier, policy=load_policy()))


def saying(material: Material, template: str, text: str | None = None, letter: str = "A") -> Material:
    written = Text(template=template, text=fill_slots(template, SLOTS) if text is None else text)
    variant = CopyVariant(
        id=f"sms-lapsed-{letter}",
        channel="sms",
        segment="lapsed",
        written_by="model",
        tries=1,
        fields={"text": written},
    )
    return replace(material, copy_deck=CopyDeck(slots=SLOTS, variants=(variant,)))


GOOD = "{shop}: we have missed you. Take {discount} off your next order. {opt_out_sms}"


@pytest.mark.parametrize("check", [check_copy, check_limits, check_claims, check_opt_out, check_wording])
def test_a_good_text_passes(example: Material, check: object) -> None:
    assert check(saying(example, GOOD)).status == "passed"  # type: ignore[operator]


@pytest.mark.parametrize(
    "template",
    [
        "Take 30% off today at {shop}. {discount} {opt_out_sms}",
        "Take thirty percent off. {discount} {opt_out_sms}",
        "Half off everything. {discount} {opt_out_sms}",
        "Take {unknown} off. {discount} {opt_out_sms}",
    ],
)
def test_an_amount_that_no_slot_put_there_is_found(example: Material, template: str) -> None:
    assert check_copy(saying(example, template)).status == "failed"


def test_a_fact_altered_by_hand_is_found(example: Material) -> None:
    altered = fill_slots(GOOD, SLOTS).replace("20%", "70%")
    assert check_copy(saying(example, GOOD, altered)).status == "failed"


@pytest.mark.parametrize("word", ["guaranteed", "Free", "act now", "the BEST", "hurry"])
def test_forbidden_words_are_found(example: Material, word: str) -> None:
    assert check_claims(saying(example, f"{GOOD} {word}")).status == "failed"


def test_a_shop_may_be_called_anything(example: Material) -> None:
    assert check_claims(saying(example, GOOD, "Best Free Shop")).status == "passed"


def test_a_text_without_opt_out_is_found(example: Material) -> None:
    assert check_opt_out(saying(example, "{shop}: {discount} off")).status == "failed"


def test_a_text_that_is_too_long_is_found(example: Material) -> None:
    assert check_limits(saying(example, GOOD + " and so on" * 40)).status == "failed"


def test_a_text_without_the_discount_is_found(example: Material) -> None:
    assert check_wording(saying(example, "{shop}: we have missed you. {opt_out_sms}")).status == "failed"


def test_a_text_of_slots_alone_is_found(example: Material) -> None:
    assert check_wording(saying(example, "{shop} {discount} {shop} {opt_out_sms}")).status == "failed"


@pytest.mark.parametrize(
    "template",
    [
        "Hello {shop}, here is {discount} off for you today. {opt_out_sms}",
        "Take {discount} off your next order, and they {opt_out_sms}",
        "Take {discount} off your next order. Take {discount} off your next order. {opt_out_sms}",
        "Your {discount} off the next order saves us {shop}. {opt_out_sms}",
        "Your {discount} off is here, at {shop}. Yours, from {shop}. {opt_out_sms}",
        "Take {discount} off your next order on {ends_on}, at {shop}. {opt_out_sms}",
        "Take {discount} off your next order of {ends_on}, at {shop}. {opt_out_sms}",
    ],
)
def test_what_no_person_would_write_is_found(example: Material, template: str) -> None:
    assert check_wording(saying(example, template)).status == "failed"


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for choosing {shop}.", "This week {shop} gives you {discount} off.", "Your {shop} basket is here.",
        "{discount} off {category}, ends {ends_on}.", "The price returns on {ends_on}.",
        "Our last day is on {ends_on}.",
        "{shop}: {discount} off until {ends_on}. {opt_out_sms}", "{first_name} {shop} misses you.",
    ],
)  # fmt: skip
def test_good_copy_is_not_refused(text: str) -> None:
    assert not list(misplaced(text, "sms"))


@pytest.mark.parametrize(
    "text",
    [
        "Pick up {category} on {ends_on}.", "{discount} {discount} off.", "Until {discount} off {category}.",
        "{shop} off {category}.", "{category} off {discount}.", "Start of {ends_on} now.",
        "One last thing: on {ends_on}.",
    ],
)  # fmt: skip
def test_copy_without_sense_is_refused(text: str) -> None:
    assert list(misplaced(text, "sms"))


@pytest.mark.parametrize("nameless", [False, True])
def test_no_written_text_misplaces_a_fact(nameless: bool) -> None:
    for channel, _, _, fields in written():
        for text in fields.values():
            assert not list(misplaced(without_first_name(text) if nameless else text, channel)), text


@pytest.mark.parametrize(
    ("name", "template", "fits"),
    [
        ("soft drinks", "New things are coming, so {category} is {discount} off.", False),
        ("soft drinks", "Our {category} are here for {discount} less.", True),
        ("soft drinks", "Your order of {category} is {discount} off.", True),
        ("coffee", "{category} is now {discount} off at our place.", True),
        ("coffee", "{category} are now {discount} off at our place.", False),
        ("coffee", "Bread, milk and {category} are now {discount} off.", True),
        ("Chips", "Something for you, and {discount} off our {category} is yours.", True),
        ("gloves for men", "Our {category} are now {discount} off at our place.", True),
        ("Glass, 6 pieces", "The {category} is now {discount} off at our place.", True),
    ],
)
def test_a_verb_fits_the_number_of_what_it_is_said_of(example: Material, name: str, template: str, fits: bool) -> None:
    goods = Figure(source="{B.categories[0]}", value=name, unit="text", text=name)
    said = saying(example, template + " {opt_out_sms}")
    deck = said.copy_deck.model_copy(update={"slots": {**said.copy_deck.slots, "category": goods}})
    assert (check_wording(replace(said, copy_deck=deck)).status == "passed") == fits


def test_nothing_to_check_is_no_pass(example: Material) -> None:
    bare = replace(example, copy_deck=CopyDeck(slots={}, variants=()))
    assert {check_copy(bare).status, check_limits(bare).status, check_wording(bare).status} == {"not_applicable"}


def test_a_send_at_night_is_found(example: Material) -> None:
    night = example.plan.schedule[0].model_copy(
        update={"at": Figure(source="{P.schedule.email.at}", value="22:30", unit="text", text="22:30")}
    )
    late = replace(example, plan=example.plan.model_copy(update={"schedule": (night,)}))
    assert check_quiet_hours(late).status == "failed"


def test_every_check_runs_and_names_itself_once(example: Material) -> None:
    names = [result.check for result in run_checks(example)]
    assert len(names) == len(set(names)) == len(CHECKS)


def test_characters_outside_gsm7_make_more_parts() -> None:
    assert sms_parts("€" * 80) == 1  # two septets each: 160
    assert sms_parts("€" * 81) == 2
    assert sms_parts("ł" * 71) == 2  # 70 in UCS-2


def test_a_word_that_the_brand_guide_bans_is_found(example: Material) -> None:
    policy = {**example.dossier.policy, "guide": {"banned": ["missed you", "c++"]}}
    guided = replace(example, dossier=replace(example.dossier, policy=policy))
    assert check_claims(saying(example, GOOD)).status == "passed"
    assert "brand guide" in check_claims(saying(guided, GOOD)).findings[0].message
