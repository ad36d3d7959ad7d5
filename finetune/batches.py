"""Tokenise conversations for training: loss on the assistant's turns only, and batches of similar length."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

ANSWER_OPENS = "<|im_start|>assistant\n"
TURN_ENDS = "<|im_end|>"


class Encodes(Protocol):
    """The one thing asked of a tokenizer."""

    def encode(self, text: str, *, add_special_tokens: bool) -> list[int]:
        """Return the token ids of a text."""


@dataclass(frozen=True)
class Row:
    """Token ids of one conversation and whether each is to be learned."""

    ids: tuple[int, ...]
    learned: tuple[bool, ...]
    skill: str


def read_examples(path: Path) -> list[dict[str, object]]:
    """Read a JSONL file of examples."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def chat_pieces(messages: Sequence[dict[str, str]]) -> Iterator[tuple[str, bool]]:
    r"""Yield the conversation's text in pieces, each with whether it is learned (ChatML, as the model was tuned).

    >>> list(chat_pieces([{"role": "user", "content": "hi"}, {"role": "assistant", "content": "{}"}]))
    [('<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n', False), ('{}<|im_end|>', True), ('\n', False)]
    """
    waiting = ""
    for message in messages:
        if message["role"] == "assistant":
            yield waiting + ANSWER_OPENS, False
            yield message["content"] + TURN_ENDS, True
            waiting = "\n"
        else:
            waiting += f"<|im_start|>{message['role']}\n{message['content']}{TURN_ENDS}\n"
    yield waiting, False


def encode(example: dict[str, object], tokenizer: Encodes, longest: int) -> Row | None:
    """Return the example's row, or None when it is longer than `longest` tokens."""
    ids: list[int] = []
    learned: list[bool] = []
    for text, learn in list(chat_pieces(example["messages"]))[:-1]:  # type: ignore[arg-type]
        piece = tokenizer.encode(text, add_special_tokens=False)
        ids += piece
        learned += [learn] * len(piece)
    return Row(tuple(ids), tuple(learned), str(example["skill"])) if len(ids) <= longest else None


def batches(rows: Sequence[Row], tokens: int, rng: random.Random) -> list[list[Row]]:
    """Group rows of similar length so that no batch, padded, has more than `tokens` tokens; shuffled."""
    made: list[list[Row]] = []
    for row in sorted(rows, key=lambda r: (len(r.ids), rng.random())):
        if made and (len(made[-1]) + 1) * len(row.ids) <= tokens:
            made[-1].append(row)
        else:
            made.append([row])
    rng.shuffle(made)
    return made
