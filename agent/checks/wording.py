"""Wording: the offer is stated, sentences make sense, nothing is said twice, and no two variants are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent.campaign import CheckResult, CopyDeck, CopyVariant, Severity
from agent.checks.material import Material, report
from agent.checks.sense import disagreement, misplaced
from agent.figures import Figure
from agent.slots import own_text, slots_in

_Problems = list[tuple[Severity, str, str]]

LONGEST_REPEAT = 4
"""Words in a row that a text may repeat; small models loop, people hardly repeat five words in one message."""

FEWEST_WORDS = {"subject": 1, "preheader": 1, "body": 8, "call_to_action": 1, "text": 4}
"""Words of its own, slots apart, that each field needs to say something; facts in a row are no sentence."""

_GREETS_A_THING = re.compile(r"\b(?:hello|hi|hey|dear)\s+\{(?!first_name\})", re.IGNORECASE)
_NAMES_NOBODY = re.compile(r"(?<!hello )(?<!hi )(?<!hey )(?<!dear )(?<!, )\{first_name\}(?!,)", re.IGNORECASE)
_ENDS = re.compile(r"[.!?}][\"'’)]*$")
_SENTENCES = ("body", "text")
SUBJECTS = {"category", "product_1", "product_2", "product_3"}
"""Slots of goods: of one of them a text speaks, or it states the discount."""


def check_wording(material: Material) -> CheckResult:
    """Find variants that leave the offer out, repeat themselves, or equal an earlier variant."""
    problems: _Problems = []
    deck = material.copy_deck
    for index, variant in enumerate(deck.variants):
        earlier = CopyDeck(slots=deck.slots, variants=deck.variants[:index])
        problems += wording_problems(variant, f"copy_deck.variants[{index}]", earlier)
    return report("wording", len(deck.variants), problems)


def wording_problems(variant: CopyVariant, path: str, earlier: CopyDeck) -> _Problems:
    """Return what is wrong with one variant's wording.

    Args:
        variant: The variant.
        path: Where it stands.
        earlier: Slots, and the variants written before it.
    """
    problems: _Problems = []
    templates = [text.template for text in variant.fields.values()]
    used = {slot for template in templates for slot in slots_in(template)}
    if "discount" in earlier.slots and "discount" not in used:
        problems.append(("error", path, f"{variant.id} never states the discount; expected {{discount}} once"))
    if "discount" not in earlier.slots and earlier.slots.keys() & SUBJECTS and not used & SUBJECTS:
        problems.append(("error", path, f"{variant.id} speaks of no product; expected {{category}} or {{product_1}}"))
    for name in variant.fields:
        said = _said_badly(variant, name, earlier.slots)
        problems += (("error", f"{path}.fields.{name}", f"{variant.id} {told}") for told in said)
    if variant.written_by == "model" and any(_same(variant, other) for other in earlier.variants):
        problems.append(("error", path, f"{variant.id} says the same as an earlier variant; expected another text"))
    return problems


def _said_badly(variant: CopyVariant, name: str, slots: Mapping[str, Figure]) -> Iterator[str]:
    """Yield what no person would write in one field."""
    template = variant.fields[name].template
    own = len(re.findall(r"[^\W\d_]+", own_text(template)))
    if own < FEWEST_WORDS.get(name, 1):
        yield f"{name} has {own} words of its own; expected at least {FEWEST_WORDS.get(name, 1)}"
    if _GREETS_A_THING.search(template):
        yield "greets a thing as if it were a person"
    if _NAMES_NOBODY.search(template):
        yield "speaks of the customer as of somebody else; expected a greeting before the name"
    if name in _SENTENCES and not _ENDS.search(_own_words(template, variant.channel)):
        yield "breaks off in mid-sentence"
    yield from misplaced(template, variant.channel)
    disagrees, again = disagreement(template, slots), repeated(template)
    if disagrees:
        yield disagrees
    if again:
        yield f"says {again!r} twice"


def _own_words(template: str, channel: str) -> str:
    """Return what was written, without the opt-out that code put behind it."""
    return template.removesuffix(f"{{opt_out_{channel}}}").rstrip()


def _same(one: CopyVariant, other: CopyVariant) -> bool:
    return one.channel == other.channel and one.segment == other.segment and one.fields == other.fields


def repeated(text: str) -> str | None:
    """Return the first run of words that a text says twice, if one is longer than allowed.

    >>> repeated("Come back to us today. Come back to us today.")
    'come back to us today'
    >>> repeated("Come back. Do come back.") is None
    True
    """
    words = re.findall(r"[\w{}']+", text.lower())
    size = LONGEST_REPEAT + 1
    seen: set[tuple[str, ...]] = set()
    for start in range(len(words) - size + 1):
        run = tuple(words[start : start + size])
        if run in seen:
            return " ".join(run)
        seen.add(run)
    return None
