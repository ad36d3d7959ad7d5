"""One message leads to calls, words and evidence, or to an honest no."""

from __future__ import annotations

from agent.asking import reply
from agent.desk import Desk
from agent.requests import AskReply, AskRequest
from agent.speaker import Speaker
from tests.agent.scripted import ScriptedChat
from tools.warehouse.view import StoreView


def answered(view: StoreView, *script: str) -> AskReply:
    desk = Desk(view, Speaker(ScriptedChat(lines=script)))
    return reply(AskRequest(message="how many lapsed customers do we have?", store="tiny"), desk)


def test_a_call_is_run_and_put_into_words(tiny_view: StoreView) -> None:
    said = answered(tiny_view, '{"name":"profile_customers","arguments":{"by":"lifecycle"}}', '{"name":"answer"}')
    assert [call.name for call in said.tool_calls] == ["profile_customers"]
    assert "lapsed 2" in said.answer
    assert said.refusal is None


def test_a_clarification_calls_nothing(tiny_view: StoreView) -> None:
    said = answered(tiny_view, '{"name":"clarify"}')
    assert said.refusal is not None
    assert (said.refusal.kind, said.tool_calls, said.evidence) == ("clarify", (), ())


def test_a_refusal_calls_nothing(tiny_view: StoreView) -> None:
    said = answered(tiny_view, '{"name":"refuse"}')
    assert said.refusal is not None
    assert said.refusal.kind == "refuse"


def test_a_model_that_repeats_itself_is_stopped(tiny_view: StoreView) -> None:
    said = answered(tiny_view, '{"name":"profile_customers","arguments":{"by":"lifecycle"}}')
    assert len(said.tool_calls) == 1


def test_a_tool_that_cannot_answer_says_why(tiny_view: StoreView) -> None:
    call = '{"name":"predict_response","arguments":{"segment":"martians","channel":"email"}}'
    said = answered(tiny_view, call, '{"name":"answer"}')
    assert "martians" in said.answer
    assert said.evidence == ()


def test_a_repetition_is_asked_for_again_without_its_tool(tiny_view: StoreView) -> None:
    first = '{"name":"profile_customers","arguments":{"by":"lifecycle"}}'
    said = answered(tiny_view, first, first, '{"name":"calendar","arguments":{}}', '{"name":"answer"}')
    assert [call.name for call in said.tool_calls] == ["profile_customers", "calendar"]


def test_slips_are_mended_and_the_reading_is_told(tiny_view: StoreView) -> None:
    told: list[str] = []
    desk = Desk(tiny_view, None, watch=lambda event: told.append(event.message))
    said = reply(AskRequest(message="how many lapsd custmoers do we have?", store="tiny"), desk)
    assert [call.arguments["segment"] for call in said.tool_calls] == ["lapsed"]
    assert "read as: how many lapsed customers do we have?" in told
