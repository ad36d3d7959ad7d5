"""Wording: the offer is stated, nothing is said twice, and no two variants are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent.campaign import CheckResult, CopyDeck, CopyVariant, Severity
from agent.checks.material import Material, report
from agent.figures import Figure
from agent.slots import slots_in

_Problems = list[tuple[Severity, str, str]]

LONGEST_REPEAT = 4
"""Words in a row that a text may repeat; small models loop, people hardly repeat five words in one message."""

FEWEST_WORDS = {"subject": 1, "preheader": 1, "body": 8, "call_to_action": 1, "text": 4}
"""Words of its own, slots apart, that each field needs to say something; facts in a row are no sentence."""

_GREETS_A_THING = re.compile(r"\b(?:hello|hi|hey|dear)\s+\{(?!first_name\})", re.IGNORECASE)
_NAMES_NOBODY = re.compile(r"(?<!hello )(?<!hi )(?<!hey )(?<!dear )(?<!, )\{first_name\}(?!,)", re.IGNORECASE)
_BEFORE_SHOP = """
    and around at by choose chose for from in into joining let make of operate see through to visit with you're we're"""
_BEFORE_DAY = "after and before by from is mark on through till to until when"
_PLACES = {
    slot: re.compile(rf"(?<![\w'])(?!(?:{'|'.join(words.split())})\s)[\w']+\s+\{{{slot}\}}", re.IGNORECASE)
    for slot, words in (("shop", _BEFORE_SHOP), ("ends_on", _BEFORE_DAY))
}
"""A shop's name or a day behind a word that neither can follow: "saves us {shop}"."""
_THAT_DAY = re.compile(r"\bon \{ends_on\}", re.IGNORECASE)
_ENDING = re.compile(r"\b(?:clos|depart|down|end|expir|finish|goes|gone|last|leav|over|runs? out|stop|until|up)", re.I)
_ONCE = ("sms", "push")
"""Channels whose texts are too short to state a fact twice."""
_OWN = re.compile(r"\{[^{}]*\}")
"""What a text does not say in words of its own."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_SAID_OF = re.compile(
    r"(?P<open>^|[.!?:,;–-]\s+|\b(?:but|if|new|our|so|that|the|when|where|while|your)\s+)"
    r"\{(?P<slot>category|product_\d)\}\s+(?P<verb>is|isn't|was|has|are|aren't|were|have)\b",
    re.IGNORECASE,
)
"""A category or product that is the subject of a sentence, and its verb."""
_OF_ONE = ("is", "isn't", "was", "has")
_ENDS = re.compile(r"[.!?}][\"'’)]*$")
_SENTENCES = ("body", "text")
_SUBJECTS = {"category", "product_1", "product_2", "product_3"}


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
    if "discount" not in earlier.slots and earlier.slots.keys() & _SUBJECTS and not used & _SUBJECTS:
        problems.append(("error", path, f"{variant.id} speaks of no product; expected {{category}} or {{product_1}}"))
    for name in variant.fields:
        told = disagreement(variant.fields[name].template, earlier.slots)
        problems += [("error", f"{path}.fields.{name}", f"{variant.id} {told}")] if told else []
        problems += (("error", f"{path}.fields.{name}", f"{variant.id} {told}") for told in _said_badly(variant, name))
    if variant.written_by == "model" and any(_same(variant, other) for other in earlier.variants):
        problems.append(("error", path, f"{variant.id} says the same as an earlier variant; expected another text"))
    return problems


def _said_badly(variant: CopyVariant, name: str) -> Iterator[str]:
    """Yield what no person would write in one field."""
    template = variant.fields[name].template
    own = len(re.findall(r"[^\W\d_]+", _OWN.sub(" ", template)))
    if own < FEWEST_WORDS.get(name, 1):
        yield f"{name} has {own} words of its own; expected at least {FEWEST_WORDS.get(name, 1)}"
    if _GREETS_A_THING.search(template):
        yield "greets a thing as if it were a person"
    if _NAMES_NOBODY.search(template):
        yield "speaks of the customer as of somebody else; expected a greeting before the name"
    if name in _SENTENCES and not _ENDS.search(_own_words(template, variant.channel)):
        yield "breaks off in mid-sentence"
    yield from misplaced(template, variant.channel)
    again = repeated(template)
    if again:
        yield f"says {again!r} twice"


def misplaced(template: str, channel: str) -> list[str]:
    """Return which facts stand where they make no sense, or say of the offer's last day that it is the only one.

    >>> misplaced("{discount} off {category} on {ends_on} saves us {shop}. {shop}", "sms")
    ['has {shop} where no name can stand', 'offers on {ends_on} what is offered until then', 'says {shop} twice']
    """
    found = [f"has {{{slot}}} where no name can stand" for slot, place in _PLACES.items() if place.search(template)]
    found += [
        "offers on {ends_on} what is offered until then"
        for sentence in _SENTENCE.split(template)
        if _THAT_DAY.search(sentence) and not _ENDING.search(_OWN.sub(" ", sentence))
    ]
    said = slots_in(template) if channel in _ONCE else []
    return found + [f"says {{{slot}}} twice" for slot in dict.fromkeys(said) if said.count(slot) > 1]


def disagreement(template: str, slots: Mapping[str, Figure]) -> str | None:
    """Return where a verb does not fit the number of what it is said of.

    >>> from agent.figures import Figure
    >>> drinks = Figure(source="{B.categories[0]}", value="soft drinks", unit="text", text="soft drinks")
    >>> [disagreement(f"So {{category}} {verb} in.", {"category": drinks}) for verb in ("is", "are")]
    ["says 'soft drinks is'", None]
    """
    for match in _SAID_OF.finditer(template):
        fact = slots.get(match["slot"])
        one = match["verb"].lower() in _OF_ONE
        if fact and (_is_plural(fact.text) if one else match.start() == 0 and not _is_plural(fact.text)):
            return f"says '{fact.text} {match['verb']}'"
    return None


def _is_plural(name: str) -> bool:
    """Say whether a name is of several: "soft drinks", but "glass" and "Milk, 2 pints" are not."""
    last = re.split(r",|\s\(", name)[0].strip().lower()
    return last.endswith("s") and not last.endswith(("ss", "us", "is"))


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
