"""Open a desk for a request: the store as of a day, and the model or the rules that choose."""

from __future__ import annotations

from langchain.chat_models import BaseChatModel

from agent.desk import RULES, Desk, ModelName, view_at
from agent.models.choose import load_model
from agent.models.files import read_record, sha256_of
from agent.models.local import LocalChat
from agent.models.variant import VariantChat
from agent.requests import AskRequest, PlanRequest, Watcher
from agent.speaker import Speaker


def open_desk(request: PlanRequest | AskRequest, watch: Watcher) -> Desk:
    """Open what a request works with.

    Raises:
        InputError: Unknown store or model, or a day about which the data say nothing.
        MissingCapabilityError: The model is not there.
    """
    view = view_at(request.store, request.as_of, request.seed)
    if request.model == RULES.name:
        return Desk(view, None, RULES, watch)
    chat = load_model(request.model)
    return Desk(view, Speaker(chat), _name(request.model, chat), watch)


def _name(asked: str | None, chat: BaseChatModel) -> ModelName:
    name = asked or "local"
    if isinstance(chat, VariantChat):
        inner = _name(asked, chat.inner)
        return ModelName(name, f"{inner.runtime}, {'free' if chat.free else 'tools listed'}", inner.sha256)
    if not isinstance(chat, LocalChat):
        return ModelName(name, chat._llm_type)
    record = read_record(chat.path)
    return ModelName(name, f"llama.cpp ({chat.path.name})", record.output_sha256 if record else sha256_of(chat.path))
