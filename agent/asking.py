"""Answer one message: the model chooses calls, tools answer, code writes the words."""

from __future__ import annotations

from typing import Literal

from agent.actions import MAX_STEPS, Action, DoneCall
from agent.answers import answer_from
from agent.chooser import asking_chooser
from agent.desk import Desk
from agent.digests import digest_evidence
from agent.front import open_desk
from agent.ledger import Ledger
from agent.requests import AskReply, AskRequest, Refusal, ToolCall, Watcher, ignore
from agent.speaker import Usage

_WORDS = {
    "answer": "This needs none of the shop's data, and so far I answer from the shop's data only: "
    "ask about its customers, products, demand, response, budget, tests, calendar, fairness or anomalies.",
    "clarify": "I cannot tell what to look up. Say what it is about - which customers, which category, which channel, "
    "what amount or which days - and I will.",
    "refuse": "I cannot do that here: it lies outside this shop's marketing, or it would harm or expose a person.",
}


def ask(request: AskRequest, on_event: Watcher = ignore) -> AskReply:
    """Answer one message with tool calls, an answer in words and the evidence it stands on.

    Raises:
        InputError: Unknown store or model, or a day about which the data say nothing.
        MissingCapabilityError: The model is not there.
    """
    return reply(request, open_desk(request, on_event))


def reply(request: AskRequest, desk: Desk) -> AskReply:
    """Answer at an open desk."""
    choose = asking_chooser(request.message, request.history, desk)
    ledger = Ledger(desk, "gather")
    author: Literal["model", "rules"] = "model" if desk.speaker else "rules"
    done: list[DoneCall] = []
    last: Action | None = None
    while len(done) < MAX_STEPS:
        last = choose(done)
        if last is None or last.stops:
            break
        outcome = ledger.call(last.name, last.arguments, author)
        done.append(DoneCall(last, digest_evidence(outcome)))
    calls = tuple(ToolCall(name=call.action.name, arguments=call.action.arguments) for call in done)
    failed = [f"{failure.tool} could not answer: {failure.reason}" for failure in ledger.failures]
    told = "\n".join([answer_from(ledger.evidence, desk.shop.currency), *failed]).strip()
    stop = last.name if last is not None and last.stops else "answer"
    refusal = _refusal(stop) if not calls else None
    words = refusal.message if refusal else told or _WORDS["answer"]
    usage = desk.speaker.usage if desk.speaker else Usage()
    return AskReply(
        tool_calls=calls,
        answer=words,
        evidence=ledger.evidence,
        refusal=refusal,
        chosen_by=author,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
    )


def _refusal(stop: str) -> Refusal | None:
    if stop == "clarify":
        return Refusal(kind="clarify", message=_WORDS[stop])
    return Refusal(kind="refuse", message=_WORDS[stop]) if stop == "refuse" else None
