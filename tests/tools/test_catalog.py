"""What every tool of the list promises."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from tools.catalog import TOOLS, run_tool, tool_named
from tools.contract import Answer, Query, Tool
from tools.errors import ToolError
from tools.warehouse.view import StoreView

LONGEST_DESCRIPTION = 160


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_says_what_it_does(tool: Tool[Any, Any]) -> None:
    assert tool.description.endswith(".")
    assert len(tool.description) <= LONGEST_DESCRIPTION
    assert tool.run.__module__ == f"tools.{tool.name}"
    assert issubclass(tool.query, Query)
    assert issubclass(tool.answer, Answer)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_field_is_described(tool: Tool[Any, Any]) -> None:
    models: list[type[BaseModel]] = [tool.query, tool.answer]
    for model in models:
        missing = [name for name, field in model.model_fields.items() if not field.description]
        assert missing == []


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_schemas_are_closed(tool: Tool[Any, Any]) -> None:
    assert tool.query.model_json_schema()["additionalProperties"] is False


def test_names_are_unique() -> None:
    assert len({tool.name for tool in TOOLS}) == len(TOOLS)


def test_an_unknown_tool_names_the_nearest() -> None:
    with pytest.raises(ToolError, match="try 'predict_response'"):
        tool_named("predict_responses")


def test_wrong_arguments_are_explained_in_a_line(tiny_view: StoreView) -> None:
    with pytest.raises(ToolError) as caught:
        run_tool("profile_customers", {"by": "colour", "size": 3}, tiny_view)
    message = str(caught.value)
    assert "\n" not in message
    assert "'by'" in message
    assert "'lifecycle'" in message
    assert "'size'" in message


def test_arguments_reach_the_tool(tiny_view: StoreView) -> None:
    answer = run_tool("calendar", {"starts_on": "2024-07-01", "ends_on": "2024-07-07"}, tiny_view)
    assert answer.model_dump()["country"] == "US"
