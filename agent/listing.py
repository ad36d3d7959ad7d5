"""The tools as a list in words, for models that were not tuned to know them by heart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from agent.chooser import OFFERED
from prompts import render
from tools.catalog import TOOLS

Schema = Mapping[str, object]


@dataclass(frozen=True)
class Listed:
    """One tool as the prompt shows it."""

    name: str
    arguments: str
    told: str


def list_tools() -> str:
    """Return the instructions and tool list that stand before a prompt when the model does not know the tools."""
    told = {tool.name: tool.description for tool in TOOLS}
    listed = [
        Listed(
            tool.name, write_arguments(tool.query.model_json_schema()), told.get(tool.name, tool.query.__doc__ or "")
        )
        for tool in OFFERED
    ]
    return render("tools", tools=listed)


def write_arguments(schema: Schema) -> str:
    """Write the arguments of a tool's schema on one line.

    >>> write_arguments({"properties": {"k": {"type": "integer"}, "by": {"enum": ["a", "b"]}}, "required": ["by"]})
    'k?: integer, by: a|b'
    """
    fields = cast(Mapping[str, Schema], schema.get("properties", {}))
    required = cast(list[str], schema.get("required", []))
    return ", ".join(f"{name}{'' if name in required else '?'}: {_kind(field)}" for name, field in fields.items())


def _kind(field: Schema) -> str:
    if "enum" in field:
        return "|".join(map(str, cast(list[object], field["enum"])))
    choices = [_kind(choice) for choice in cast(list[Schema], field.get("anyOf", [])) if choice.get("type") != "null"]
    return "|".join(choices) or str(field.get("format") or field.get("type") or "text")
