"""The reference runtime: the same model in torch, for GPUs, for measurement and for comparison."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from langchain.chat_models import BaseChatModel
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from pydantic import ConfigDict, Field
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agent.models.chat import render_chat
from agent.models.files import ADAPTER_CONFIG
from agent.models.grammar import TokenMask, Vocabulary, vocabulary_of
from agent.models.request import MIN_P, TOP_P, Reply, Request, chat_result, checked_reply, read_request
from agent.models.weights import load_base, load_folder, with_adapter


class ReferenceChat(BaseChatModel):
    """Chat with a torch model, under the same grammar and the same order of sampling steps as llama.cpp."""

    model_config = ConfigDict(arbitrary_types_allowed=True, ignored_types=(cached_property,))

    model: PreTrainedModel = Field(description="A causal language model in evaluation mode.")
    tokenizer: PreTrainedTokenizerBase = Field(description="Its tokenizer.")
    label: str = Field("transformers", description="What results call the model.")

    @property
    def _llm_type(self) -> str:
        return "marketwright-transformers"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model_name": self.label}

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        text = self.tokenizer.backend_tokenizer.to_str()
        return vocabulary_of(text, self.model.config.vocab_size, self.tokenizer.eos_token_id)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        request = read_request(kwargs, stop)
        prompt, grammar = render_chat(messages), request.grammar
        replies = [self._reply(prompt, request, grammar, request.seed + index) for index in range(request.n)]
        return chat_result([checked_reply(reply, grammar) for reply in replies], self.label)

    def _reply(self, prompt: str, request: Request, grammar: str | None, seed: int) -> Reply:
        ids = self.tokenizer(prompt, add_special_tokens=False, return_tensors="pt").input_ids
        mask = None if grammar is None else TokenMask(grammar, self._vocabulary)
        tokens = self._tokens(ids.to(self.model.device), request, mask, seed)
        finished = bool(tokens) and tokens[-1] == self.tokenizer.eos_token_id
        return Reply(
            text=str(self.tokenizer.decode(tokens[:-1] if finished else tokens, clean_up_tokenization_spaces=False)),
            finished=finished,
            tokens_in=ids.shape[1],
            tokens_out=len(tokens),
        )

    @torch.inference_mode()
    def _tokens(self, ids: torch.Tensor, request: Request, mask: TokenMask | None, seed: int) -> list[int]:
        generator = torch.Generator().manual_seed(seed)
        tokens: list[int] = []
        cache = None
        while len(tokens) < request.max_tokens:
            output = self.model(input_ids=ids, past_key_values=cache, use_cache=True)
            cache, logits = output.past_key_values, output.logits[0, -1].float().cpu()
            if mask is not None:
                logits[~torch.from_numpy(mask.allowed())] = -torch.inf
            tokens.append(next_token(logits, request.temperature, generator))
            if tokens[-1] == self.tokenizer.eos_token_id:
                break
            if mask is not None:
                mask.take(tokens[-1])
            ids = torch.tensor([[tokens[-1]]], device=self.model.device)
        return tokens


def reference_base(adapter: Path | None = None, half: bool = False) -> ReferenceChat:
    """Load the fetched base model, with an adapter joined to it where one is given; `half` in bfloat16."""
    model, tokenizer = load_base(torch.bfloat16 if half else torch.float32)
    joined = model if adapter is None else with_adapter(model, adapter)
    return ReferenceChat(model=joined, tokenizer=tokenizer, label="transformers")


def reference_folder(folder: Path) -> ReferenceChat:
    """Load a Hugging Face model folder (safetensors), or an adapter's folder on the base model."""
    if (folder / ADAPTER_CONFIG).is_file():
        return reference_base(folder)
    model, tokenizer = load_folder(folder)
    return ReferenceChat(model=model, tokenizer=tokenizer, label=folder.name)


def next_token(logits: torch.Tensor, temperature: float, generator: torch.Generator) -> int:
    """Pick a token from logits (vocabulary,): the likeliest at temperature 0, else nucleus, floor, temperature.

    >>> next_token(torch.tensor([0.0, 3.0, 1.0]), 0.0, torch.Generator())
    1
    """
    if temperature == 0:
        return int(logits.argmax())
    probabilities, order = logits.softmax(-1).sort(descending=True, stable=True)
    before = probabilities.cumsum(-1) - probabilities
    kept = (before < TOP_P) & (probabilities >= MIN_P * probabilities[0])
    scaled = logits[order[kept]] / temperature
    return int(order[kept][torch.multinomial(scaled.softmax(-1), 1, generator=generator)])
