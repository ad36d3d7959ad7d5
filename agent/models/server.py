"""Any OpenAI-compatible server: vLLM, llama.cpp's own, a hosted model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from langchain.chat_models import BaseChatModel
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from pydantic import ConfigDict, Field, SecretStr

from agent.models.chat import role_of, text_of
from agent.models.request import AnswerError, Reply, Request, chat_result, checked_reply, read_request
from tools.errors import InputError, MissingCapabilityError

TIMEOUT = 120.0
"""Seconds for one answer; a 4 B model on a shared GPU writes a long e-mail in under 30."""

Body = dict[str, Any]


class ServerChat(BaseChatModel):
    """Chat over HTTP; the server's own constrained decoding holds the answer to the schema, and it is checked here."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    url: str = Field(description="Base address that ends before /chat/completions, such as http://host:8000/v1.")
    model: str = Field(description="Name of the model at the server.")
    key: SecretStr | None = Field(None, description="Bearer token.")
    at_once: int = Field(4, ge=1, le=64, description="Requests sent beside each other.")
    client: httpx.Client = Field(
        default_factory=lambda: httpx.Client(timeout=TIMEOUT), exclude=True, description="Sends the requests."
    )

    @property
    def _llm_type(self) -> str:
        return "marketwright-server"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {"model_name": self.model, "url": self.url}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        request = read_request(kwargs, stop)
        grammar = request.grammar
        bodies = [chat_body(messages, request, self.model, request.seed + index) for index in range(request.n)]
        with ThreadPoolExecutor(self.at_once) as pool:
            replies = [read_reply(answer) for answer in pool.map(self._post, bodies)]
        return chat_result([checked_reply(reply, grammar) for reply in replies], self.model)

    def _post(self, body: Body) -> Body:
        headers = {} if self.key is None else {"Authorization": f"Bearer {self.key.get_secret_value()}"}
        address = f"{self.url.rstrip('/')}/chat/completions"
        try:
            response = self.client.post(address, json=body, headers=headers)
            response.raise_for_status()
            answer: Body = response.json()
        except httpx.HTTPStatusError as problem:
            raise refusal(problem.response, address) from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as problem:
            raise MissingCapabilityError(
                f"model server {address!r} did not answer ({type(problem).__name__}: {problem}); "
                "expected an OpenAI-compatible one; try its address in a browser, or --model local"
            ) from problem
        return answer


def chat_body(messages: Sequence[BaseMessage], request: Request, model: str, seed: int) -> Body:
    """Write OpenAI's request for one candidate."""
    body: Body = {
        "model": model,
        "messages": [{"role": role_of(message), "content": text_of(message)} for message in messages],
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        "seed": seed,
    }
    if request.schema_ is not None:
        schema = {"name": "answer", "schema": request.schema_, "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def read_reply(answer: Body) -> Reply:
    """Read OpenAI's response.

    Raises:
        AnswerError: It has no choice with text in it.
    """
    match answer:
        case {"choices": [{"message": {"content": str(text)}, **choice}, *_]}:
            usage = answer.get("usage") or {}
            return Reply(
                text=text,
                finished=choice.get("finish_reason") != "length",
                tokens_in=usage.get("prompt_tokens", 0),
                tokens_out=usage.get("completion_tokens", 0),
            )
    raise AnswerError(f"model server answered {str(answer)[:120]!r}; expected choices with a message")


def refusal(response: httpx.Response, address: str) -> InputError | MissingCapabilityError:
    """Turn an HTTP error into what a person can do about it."""
    said = response.text[:200]
    if response.status_code in {401, 403}:
        return MissingCapabilityError(f"model server {address!r} wants a key ({said}); try MARKETWRIGHT_SERVER_KEY=…")
    if 400 <= response.status_code < 500 and response.status_code != 429:
        return InputError(f"model server {address!r} refused ({response.status_code}: {said}); try its model's name")
    return MissingCapabilityError(f"model server {address!r} failed ({response.status_code}: {said}); try again later")
