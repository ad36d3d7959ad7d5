"""Copy from templates: the measured baseline, and what stands in where no text of the model passes its checks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agent.copywriting import CopyRequest
from agent.slots import slots_in
from tools.errors import MissingCapabilityError

_TEMPLATES = Path(__file__).with_name("templates.yaml")


@cache
def _templates() -> dict[str, list[dict[str, Any]]]:
    templates: dict[str, list[dict[str, Any]]] = yaml.safe_load(_TEMPLATES.read_text(encoding="utf-8"))
    return templates


def template_copy(request: CopyRequest) -> dict[str, str]:
    """Return the first template of the channel whose slots the request offers, in its voice if there is one.

    Raises:
        MissingCapabilityError: The channel has no templates.

    >>> request = CopyRequest(channel="sms", goal="win_back", voice="plain", slots=("shop", "discount", "ends_on"))
    >>> template_copy(request)["text"]
    '{shop}: your offer is {discount} off, open until {ends_on}.'
    """
    entries = _templates().get(request.channel, [])
    ordered = sorted(entries, key=lambda entry: entry["voice"] != request.voice)
    for entry in ordered:
        fields: dict[str, str] = entry["fields"]
        if all(slot in request.slots for text in fields.values() for slot in slots_in(text)):
            return dict(fields)
    raise MissingCapabilityError(
        f"channel {request.channel!r} has no templates; expected one of {', '.join(_templates())}"
    )
