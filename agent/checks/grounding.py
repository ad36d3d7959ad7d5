"""Grounding: every number, name and date of the plan and of the copy comes from evidence, brief or policy."""

from __future__ import annotations

import re

from agent.campaign import CheckResult, CopyVariant, Severity
from agent.checks.material import Material, report
from agent.evidence import EvidenceError
from agent.figures import Figure, Text
from agent.numbers import WORD_VALUES
from agent.slots import fill_slots, slots_in

_BRACES = re.compile(r"\{[^{}]*\}")
_DIGIT = re.compile(r"\d")
_Problems = list[tuple[Severity, str, str]]

NUMBER_WORDS = frozenset(WORD_VALUES) - {"one"} | {"hundred", "thousand", "million", "half", "double", "triple"}
"""Words that state an amount as surely as digits do; `one` is left out, it is mostly a pronoun."""


def check_figures(material: Material) -> CheckResult:
    """Recompute every figure of plan and copy from its source."""
    problems: _Problems = []
    for path, figure in material.figures:
        try:
            expected = material.dossier.figure(figure.source, figure.unit)
        except EvidenceError as error:
            problems.append(("error", path, str(error)))
            continue
        problems += _difference(path, figure, expected)
    return report("figures", len(material.figures), problems)


def _difference(path: str, figure: Figure, expected: Figure) -> _Problems:
    if figure == expected:
        return []
    found, wanted = f"{figure.value!r} ({figure.text})", f"{expected.value!r} ({expected.text})"
    return [("error", path, f"figure says {found}; its source {figure.source} gives {wanted}; make the plan again")]


def check_texts(material: Material) -> CheckResult:
    """Refill every text of the plan, and find digits that are no reference."""
    problems: _Problems = []
    for path, text in material.texts:
        problems += _text_problems(path, text, material)
    return report("texts", len(material.texts), problems)


def _text_problems(path: str, text: Text, material: Material) -> _Problems:
    if _DIGIT.search(_BRACES.sub("", text.template)):
        return [("error", path, f"text {text.template!r} holds a number without a source; expected references only")]
    try:
        expected = material.dossier.text(text.template)
    except EvidenceError as error:
        return [("error", path, str(error))]
    if expected != text:
        return [("error", path, f"text says {text.text!r}; its evidence gives {expected.text!r}; make the plan again")]
    return []


def check_copy(material: Material) -> CheckResult:
    """Refill every slot of the copy, and find numbers, digits or in words, that no slot put there."""
    problems: _Problems = []
    count = 0
    for index, variant in enumerate(material.copy_deck.variants):
        for name, text in variant.fields.items():
            count += 1
            path = f"copy_deck.variants[{index}].fields.{name}"
            problems += [("error", path, message) for message in copy_problems(variant, text, material)]
    return report("copy_grounding", count, problems)


def copy_problems(variant: CopyVariant, text: Text, material: Material) -> list[str]:
    """Return what is ungrounded in one field of one variant."""
    deck = material.copy_deck
    unknown = [slot for slot in slots_in(text.template) if slot not in deck.slots]
    if unknown:
        return [f"{variant.id} uses {{{unknown[0]}}}; expected one of {', '.join(sorted(deck.slots))}"]
    problems = []
    if fill_slots(text.template, deck.slots) != text.text:
        problems.append(
            f"{variant.id} says {text.text!r}; its template gives {fill_slots(text.template, deck.slots)!r}"
        )
    rest = _BRACES.sub(" ", text.template)
    amounts = [word for word in re.findall(r"\w+", rest.lower()) if _DIGIT.search(word) or word in NUMBER_WORDS]
    if amounts:
        problems.append(f"{variant.id} states {amounts[0]!r} without a source; expected a slot")
    return problems
