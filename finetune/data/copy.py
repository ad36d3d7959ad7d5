"""Examples of copy: each hand-written text once per draw, asked for with the slots that it uses."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from langchain_core.messages import AIMessage, BaseMessage

from agent.checks.wording import SUBJECTS
from agent.copywriting import CopyRequest, compact_copy, copy_messages
from finetune.data.values import lines, load_yaml

_SLOT = re.compile(r"\{(\w+)\}")
_UNASKED = {*SUBJECTS, "shop", "ends_on"}  # offered without having to be used
_ALL_SHARE = 0.7  # of requests offer all of these, as a campaign does
_NAMELESS_SHARE = 0.4  # of requests have no first name to greet with, as a campaign's have not
_EMAIL_FIELDS = ("subject", "preheader", "body", "call_to_action")


def written() -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Yield channel, goal, voice and fields of every hand-written text; short ones serve SMS and push."""
    for goal in load_yaml("emails"):
        for line in lines("emails", goal):
            voice, *texts = (part.strip() for part in line.split(" | "))
            yield "email", goal, voice, dict(zip(_EMAIL_FIELDS, texts, strict=True))
    for goal in load_yaml("messages"):
        for index, line in enumerate(lines("messages", goal)):
            voice, text = (part.strip() for part in line.split(" | "))
            yield ("push" if index % 5 == 4 else "sms"), goal, voice, {"text": text}


def without_first_name(text: str) -> str:
    """Return a text that greets nobody by name.

    >>> without_first_name("Dear {first_name}, welcome. A gift for {first_name}!")
    'Welcome. A gift for you!'
    >>> without_first_name("Hello {first_name}, it is here. We miss you, {first_name}!")
    'It is here. We miss you!'
    """
    text = text.replace("for {first_name}", "for you")
    text = re.sub(r"^(?:Dear |Hello )?\{first_name\}, (\w|\{)", lambda m: m[1].upper(), text)
    return re.sub(r",? \{first_name\}", "", text)


def copy_examples(rng: random.Random, count: int) -> Iterator[tuple[str, list[BaseMessage]]]:
    """Yield `count` examples, going through all texts before any repeats."""
    pool: list[tuple[str, str, str, dict[str, str]]] = []
    for _ in range(count):
        if not pool:
            pool = list(written())
            rng.shuffle(pool)
        channel, goal, voice, fields = pool.pop()
        if rng.random() < _NAMELESS_SHARE:
            fields = {name: without_first_name(text) for name, text in fields.items()}
        used = {name for text in fields.values() for name in _SLOT.findall(text)}
        unasked = _UNASKED if used & {*SUBJECTS, "discount"} else _UNASKED - SUBJECTS
        offered = used | (unasked if rng.random() < _ALL_SHARE else {rng.choice(sorted(unasked))})
        request = CopyRequest(channel=channel, goal=goal, voice=voice, slots=tuple(offered))  # type: ignore[arg-type]
        yield f"{channel}-{goal}", [*copy_messages(request), AIMessage(compact_copy(fields))]
