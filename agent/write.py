"""Write the copy: the model proposes, the checks decide, a template stands in where no proposal passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from agent.campaign import Author, CheckResult, CopyDeck, CopyVariant, Plan
from agent.checks.claims import banned_by_guide, claim_problems
from agent.checks.grounding import copy_problems
from agent.checks.limits import limit_problems
from agent.checks.material import Material
from agent.checks.wording import wording_problems
from agent.copywriting import FIELDS, CopyRequest, Voice, copy_messages, copy_schema, parse_copy
from agent.desk import Desk
from agent.dossier import Dossier
from agent.facts import copy_slots
from agent.figures import Text
from agent.slots import fill_slots
from agent.speaker import Speaker
from agent.templates import template_copy
from tools.errors import ToolError

VARIANTS: tuple[tuple[str, Voice], ...] = (("A", "warm"), ("B", "plain"))
"""Letter and voice of the variants of each channel and segment."""

MOST_TRIES = 3
"""Candidates that the model may write for one variant."""

# Of every candidate after the first, which is the likeliest text; above it this model's sentences lose their sense.
_TEMPERATURE = 0.4
_LONGEST_COPY = 280  # tokens; the longest text of the training data has under 200
_OPT_OUT_FIELD = {"email": "body", "sms": "text"}
_OPT_OUT_JOINT = {"email": "\n\n", "sms": " "}
_ENDS_SENTENCE = (".", "!", "?")


@dataclass(frozen=True)
class _Task:
    """One variant to write."""

    request: CopyRequest
    segment: str
    letter: str

    @property
    def id(self) -> str:
        return f"{self.request.channel}-{self.segment}-{self.letter}".replace(" ", "_")


def write_copy(dossier: Dossier, plan: Plan, desk: Desk) -> CopyDeck:
    """Write all variants, by the model where there is one and by templates where there is none."""
    deck = CopyDeck(slots=copy_slots(dossier, plan), variants=())
    tasks = list(_tasks(dossier, deck))
    for task, first in zip(tasks, _first_tries(tasks, desk), strict=True):
        material = Material(dossier, plan, deck)
        variant = _write_variant(task, first, material, desk)
        desk.tell("write", f"{variant.id}: written by {variant.written_by}, candidate {variant.tries}")
        deck = CopyDeck(slots=deck.slots, variants=(*deck.variants, variant))
    return deck


def repair_copy(material: Material, checks: tuple[CheckResult, ...]) -> CopyDeck:
    """Replace every variant that a check found an error in by its template."""
    deck = material.copy_deck
    wrong = {
        index
        for index in range(len(deck.variants))
        for check in checks
        for finding in check.findings
        if finding.severity == "error" and finding.where.startswith(f"copy_deck.variants[{index}]")
    }
    tasks = {task.id: task for task in _tasks(material.dossier, deck)}
    variants = tuple(
        _by_template(tasks[variant.id], deck, variant.tries) if index in wrong else variant
        for index, variant in enumerate(deck.variants)
    )
    return CopyDeck(slots=deck.slots, variants=variants)


def _tasks(dossier: Dossier, deck: CopyDeck) -> Iterator[_Task]:
    facts = tuple(name for name in deck.slots if not name.startswith("opt_out_"))
    for channel in dossier.brief.channels:
        for segment in dossier.brief.segments:
            for letter, voice in VARIANTS:
                request = CopyRequest.model_validate(
                    {"channel": channel, "goal": dossier.brief.goal, "voice": voice, "slots": facts}
                )
                yield _Task(request, segment, letter)


def _first_tries(tasks: Sequence[_Task], desk: Desk) -> Iterator[str | None]:
    """Yield the likeliest text for each task; they do not depend on each other, so several are written at once."""
    if desk.speaker is None:
        yield from repeat(None, len(tasks))
        return
    asked = list(dict.fromkeys(task.request for task in tasks))
    answers = _say_each(asked, desk.speaker, temperature=0.0, seed=desk.view.seed)
    said: dict[CopyRequest, str | None] = {}
    for task in tasks:
        if task.request not in said:
            said[task.request] = next(answers)
        yield said[task.request]


def _say_each(requests: Sequence[CopyRequest], speaker: Speaker, temperature: float, seed: int) -> Iterator[str | None]:
    prompts = [(copy_messages(request), copy_schema(request)) for request in requests]
    return speaker.say_each(prompts, max_tokens=_LONGEST_COPY, temperature=temperature, seed=seed)


def _write_variant(task: _Task, first: str | None, material: Material, desk: Desk) -> CopyVariant:
    deck = material.copy_deck
    if desk.speaker is None:
        return _by_template(task, deck, 1)
    for attempt in range(MOST_TRIES):
        text = (
            next(_say_each([task.request], desk.speaker, _TEMPERATURE, desk.view.seed + attempt)) if attempt else first
        )
        fields = _fields(task, text)
        if fields is not None:
            variant = _variant(task, deck, fields, "model", attempt + 1)
            if not problems_of(variant, material):
                return variant
    return _by_template(task, deck, MOST_TRIES)


def _fields(task: _Task, text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    try:
        return parse_copy(text, task.request.channel)
    except ToolError:
        return None


def problems_of(variant: CopyVariant, material: Material) -> list[str]:
    """Return what the checks would find wrong with one variant."""
    found = [message for text in variant.fields.values() for message in copy_problems(variant, text, material)]
    by_limit = limit_problems(variant, variant.id)
    by_claim = claim_problems(variant, variant.id, banned_by_guide(material))
    by_wording = wording_problems(variant, variant.id, material.copy_deck)
    return found + [text for severity, _, text in (*by_limit, *by_claim, *by_wording) if severity == "error"]


def _by_template(task: _Task, deck: CopyDeck, tries: int) -> CopyVariant:
    return _variant(task, deck, template_copy(task.request), "template", tries)


def _variant(task: _Task, deck: CopyDeck, fields: dict[str, str], author: Author, tries: int) -> CopyVariant:
    channel = task.request.channel
    last = _OPT_OUT_FIELD.get(channel)
    opted = {
        name: f"{_closed(text, channel)}{_OPT_OUT_JOINT[channel]}{{opt_out_{channel}}}" if name == last else text
        for name, text in fields.items()
    }
    texts = {name: Text(template=opted[name], text=fill_slots(opted[name], deck.slots)) for name in FIELDS[channel]}
    return CopyVariant(id=task.id, channel=channel, segment=task.segment, written_by=author, tries=tries, fields=texts)


def _closed(text: str, channel: str) -> str:
    """Close a text message that ends with a name, so that the opt-out behind it is a sentence of its own.

    >>> _closed("See you at {shop}", "sms"), _closed("See you soon!", "sms")
    ('See you at {shop}.', 'See you soon!')
    """
    return text if channel != "sms" or text.endswith(_ENDS_SENTENCE) else f"{text}."
