"""Examples of copy: each hand-written text once per draw, asked for with the slots that it uses."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from langchain_core.messages import AIMessage, BaseMessage

from agent.copywriting import SLOT_ORDER, CopyRequest, compact_copy, copy_messages
from finetune.data.values import lines, load_yaml

_SLOT = re.compile(r"\{(\w+)\}")
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


def copy_examples(rng: random.Random, count: int) -> Iterator[tuple[str, list[BaseMessage]]]:
    """Yield `count` examples, going through all texts before any repeats."""
    pool: list[tuple[str, str, str, dict[str, str]]] = []
    for _ in range(count):
        if not pool:
            pool = list(written())
            rng.shuffle(pool)
        channel, goal, voice, fields = pool.pop()
        used = {name for text in fields.values() for name in _SLOT.findall(text)}
        offered = used | ({rng.choice(SLOT_ORDER[2:])} if rng.random() < 0.3 else set())
        request = CopyRequest(channel=channel, goal=goal, voice=voice, slots=tuple(offered))  # type: ignore[arg-type]
        yield f"{channel}-{goal}", [*copy_messages(request), AIMessage(compact_copy(fields))]
