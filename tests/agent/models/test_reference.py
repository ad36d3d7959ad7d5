"""The torch runtime agrees with llama.cpp: same prompt tokens, same grammar, nearly the same choices."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from langchain_core.messages import HumanMessage, SystemMessage

from agent.models.chat import render_chat
from agent.models.grammar import accepts, grammar_of
from agent.models.local import LocalChat
from agent.models.reference import ReferenceChat, next_token
from agent.models.weights import load_base
from tests.agent.models.test_grammar import CALL
from tests.agent.models.test_local import ASK, CALL_FORMAT, COPY, COPY_FORMAT

PROMPTS = (
    "Who buys coffee in 2017-11?",
    "20% off — é ünï  spaces\n\n$3,000.50\ttab",
    "Win back lapsed shoppers before Thanksgiving, budget 3,000 dollars.",
    "日本語 emoji 🎉 <|im_end|> <filename>",
)


@pytest.fixture(scope="module")
def reference(base_file: Path) -> ReferenceChat:
    model, tokenizer = load_base(torch.float32, base_file)
    return ReferenceChat(model=model, tokenizer=tokenizer)


@pytest.mark.weights
@pytest.mark.parametrize("text", PROMPTS)
def test_both_runtimes_read_the_same_tokens(reference: ReferenceChat, base_chat: LocalChat, text: str) -> None:
    messages = [SystemMessage("Today is 2017-11-01."), HumanMessage(text)]
    ids = reference.tokenizer(render_chat(messages), add_special_tokens=False).input_ids
    usage = base_chat.invoke(messages, max_tokens=1).usage_metadata
    assert usage is not None
    assert usage["input_tokens"] == len(ids)


@pytest.mark.weights
def test_answers_fit_and_repeat(reference: ReferenceChat) -> None:
    first, second = (
        reference.invoke(ASK, response_format=COPY_FORMAT, temperature=2.0, seed=3, max_tokens=120).text
        for _ in range(2)
    )
    assert first == second
    assert accepts(grammar_of(COPY), first)


@pytest.mark.weights
def test_both_runtimes_choose_the_same_under_a_grammar(reference: ReferenceChat, base_chat: LocalChat) -> None:
    ours, theirs = (chat.invoke(ASK, response_format=CALL_FORMAT).text for chat in (reference, base_chat))
    assert accepts(grammar_of(CALL), ours)
    assert json.loads(ours)["name"] == json.loads(theirs)["name"]


def test_the_nucleus_and_the_floor_cut_unlikely_tokens() -> None:
    logits = torch.tensor([5.0, 4.9, 0.0, -3.0])  # shares .52 .47 .004 .0002: the floor is .05 * .52
    generator = torch.Generator().manual_seed(0)
    assert {next_token(logits, 5.0, generator) for _ in range(50)} == {0, 1}
