"""Pick a model by name, and say why that one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import cast

from langchain.chat_models import BaseChatModel
from pydantic import SecretStr

from agent.listing import list_tools
from agent.models.build import build_model
from agent.models.files import ADAPTER, base_gguf, has_adapter
from agent.models.local import LocalChat
from agent.models.server import ServerChat
from agent.models.variant import VariantChat
from tools.errors import InputError

NAMES = ("local", "base", "transformers", "server:URL#MODEL", "a .gguf file", "a model folder")
"""What `--model` takes, beside `rules`, which is no language model."""

VARIANTS = ("tools", "free")
"""What may follow a name after `+`, for comparisons: the tools listed in the prompt; decoding not constrained."""

DEFAULT = "local"
SERVER = "server:"
KEY_VARIABLE = "MARKETWRIGHT_SERVER_KEY"
TORCH_HOME = "agent.models.reference"
"""Imported by name and only when asked for: torch and transformers take seconds to import."""


def load_model(name: str | None = None) -> BaseChatModel:
    """Load a model once per process; the first time, print on stderr which one and why.

    Args:
        name: One of `NAMES`; none takes `local`.

    Raises:
        InputError: The name means nothing.
        MissingCapabilityError: The model is not there; the message says how to get it.
    """
    return _load(name or DEFAULT, "asked for" if name else "the default")


@lru_cache(maxsize=4)
def _load(name: str, asked: str) -> BaseChatModel:
    model, reason = _open(name)
    print(f"model: {name} ({asked}; {reason})", file=sys.stderr)
    return model


def _open(name: str) -> tuple[BaseChatModel, str]:
    stem, _, variant = name.rpartition("+")
    if stem and variant in VARIANTS:
        inner, reason = _open(stem)
        if variant == "free":
            return VariantChat(inner=inner, free=True), f"{reason}; {variant}"
        if isinstance(inner, LocalChat):  # the list, 1,400 tokens, is read once
            inner = inner.model_copy(update={"reuse": True})
        return VariantChat(inner=inner, preface=list_tools()), f"{reason}; {variant}"
    if name in LOADERS:
        return LOADERS[name]()
    if name.startswith(SERVER):
        return _server(name)
    path = Path(name).expanduser()
    if path.suffix == ".gguf":
        return LocalChat(path=path), f"{path.name} through llama.cpp"
    if path.is_dir():
        return _reference("reference_folder", path), f"{path.name} through transformers"
    raise InputError(f"model {name!r} is unknown; expected one of: {', '.join(NAMES)}; try local")


def _local() -> tuple[BaseChatModel, str]:
    return LocalChat(path=build_model()), "SmolLM2-135M with the tuned adapter, Q8_0, through llama.cpp"


def _base() -> tuple[BaseChatModel, str]:
    return LocalChat(path=base_gguf()), "SmolLM2-135M untuned, through llama.cpp"


def _transformers() -> tuple[BaseChatModel, str]:
    if has_adapter():
        return _reference("reference_base", ADAPTER), "SmolLM2-135M with the tuned adapter, through transformers"
    return _reference("reference_base", None), "SmolLM2-135M untuned, since no adapter is shipped, through transformers"


def _reference(loader: str, path: Path | None) -> BaseChatModel:
    load = cast(Callable[[Path | None], BaseChatModel], getattr(import_module(TORCH_HOME), loader))
    return load(path)


def _server(name: str) -> tuple[BaseChatModel, str]:
    url, _, model = name.removeprefix(SERVER).partition("#")
    if not (url.startswith(("http://", "https://")) and model):
        raise InputError(
            f"model {name!r} is incomplete; expected server:URL#MODEL; try server:http://host:8000/v1#qwen"
        )
    key = os.environ.get(KEY_VARIABLE)
    return ServerChat(url=url, model=model, key=SecretStr(key) if key else None), f"{model} at {url}"


LOADERS: dict[str, Callable[[], tuple[BaseChatModel, str]]] = {
    "local": _local,
    "base": _base,
    "transformers": _transformers,
}
"""The models with a name of their own."""
