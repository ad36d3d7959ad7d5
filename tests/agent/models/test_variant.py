"""What ablations compare: the same model without its grammar, or with the tools listed."""

from __future__ import annotations

import pytest
from langchain.messages import HumanMessage, SystemMessage

from agent.listing import list_tools
from agent.models.choose import load_model
from agent.models.request import AnswerError
from agent.models.variant import VariantChat, read_call
from tests.agent.scripted import ScriptedChat
from tools.catalog import TOOLS
from tools.errors import InputError


def test_free_text_around_a_call_is_not_a_parse_failure() -> None:
    chat = VariantChat(
        inner=ScriptedChat(lines=('Of course: {"tool":"calendar","args":{"country":"DE"}}.',)), free=True
    )
    answer = chat.invoke([SystemMessage("next call"), HumanMessage("German holidays?")])
    assert answer.content == '{"name":"calendar","arguments":{"country":"DE"}}'
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["output_tokens"] == 5


@pytest.mark.parametrize("text", ["", "no idea", "{", '{"a": 1}', '["calendar"]', '{"name": 3}', '{"name": ""}'])
def test_text_without_a_call_is_a_parse_failure(text: str) -> None:
    with pytest.raises(AnswerError, match="holds no call"):
        read_call(text)


def test_the_second_object_is_read_when_the_first_is_no_call() -> None:
    assert read_call('{"thought": "x"} {"name": "answer"}') == '{"name":"answer"}'


def test_every_tool_is_listed_with_its_arguments() -> None:
    listed = list_tools()
    for name in (tool.name for tool in TOOLS):
        assert f"\n{name}(" in listed
    assert "by: lifecycle|rfm|value|interest|cluster, segment?: string" in listed


def test_an_unknown_variant_is_an_unknown_model() -> None:
    with pytest.raises(InputError, match=r"local\+fast"):
        load_model("local+fast")
