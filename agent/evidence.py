"""Evidence: the typed results of tools, and the paths by which everything else refers to them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field, JsonValue

from tools.contract import Frozen
from tools.errors import MarketwrightError

_STEP = re.compile(r"\.([a-z_][a-z0-9_]*)|\[(\d+)\]|\[([a-z_]+)=([^\]]+)\]", re.IGNORECASE)


class EvidenceError(MarketwrightError):
    """Say that a reference does not lead to a value."""


class Evidence(Frozen):
    """One tool call and what it answered; plans and copy refer into `result`."""

    id: str = Field(pattern=r"^E[1-9]\d*$", description="E1, E2, … in the order of the calls.")
    tool: str = Field(description="Name of the tool.")
    arguments: dict[str, JsonValue] = Field(description="The arguments as the tool received them.")
    as_of: dt.date = Field(description="Nothing on or after this day was read.")
    chosen_by: str = Field(description="Who asked for it: model, rules or person.")
    rows_used: int = Field(ge=0, description="Rows read to compute the result.")
    warnings: tuple[str, ...] = Field((), description="What to know before relying on it.")
    result: dict[str, JsonValue] = Field(description="The tool's answer, as its output schema says.")


def resolve(path: str, roots: Mapping[str, Any]) -> JsonValue:
    """Follow a reference such as `E2.segments[3].customers` to its value.

    A step is `.field`, `[index]` or `[field=value]` (the first item of a list whose field has that value).

    Raises:
        EvidenceError: A step leads nowhere.

    >>> resolve("E1.rows[name=b].n", {"E1": {"rows": [{"name": "a", "n": 1}, {"name": "b", "n": 2}]}})
    2
    """
    head = re.match(r"[A-Z]\w*", path)
    if not head or head.group() not in roots:
        raise EvidenceError(f"reference {path!r} starts nowhere; expected one of {', '.join(sorted(roots))}")
    value: Any = roots[head.group()]
    position = head.end()
    while position < len(path):
        step = _STEP.match(path, position)
        if not step:
            raise EvidenceError(f"reference {path!r} cannot be read at {path[position:]!r}; expected .field or [index]")
        value = _follow(value, step, path)
        position = step.end()
    return value  # type: ignore[no-any-return]


def _follow(value: Any, step: re.Match[str], path: str) -> Any:
    field, index, key, wanted = step.groups()
    if field is not None and isinstance(value, Mapping) and field in value:
        return value[field]
    if index is not None and isinstance(value, list | tuple) and int(index) < len(value):
        return value[int(index)]
    if key is not None and isinstance(value, list | tuple):
        for item in value:
            if isinstance(item, Mapping) and str(item.get(key)) == wanted:
                return item
    raise EvidenceError(f"reference {path!r} leads nowhere at {step.group()!r}; look at the evidence file it names")
