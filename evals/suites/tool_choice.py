"""Does one message lead to the right tools with the right arguments, or to none where none is right?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import Field, JsonValue, field_validator, model_validator

from agent.asking import ask
from agent.models.request import AnswerError
from agent.requests import AskReply, AskRequest, Turn
from evals.calls import Comparison, compare_calls, write_calls
from evals.casefile import Case
from evals.history import read_history
from evals.scoring import Attempt, Measure, Score, Sheet
from evals.suite import Scene, Suite
from tools.frozen import Frozen

NoCall = Literal["clarify", "refuse", "answer"]


_FIELDS = {"tool": "name", "args": "arguments"}


class WantedCall(Frozen):
    """A call that is wanted; arguments that are not listed may have any value."""

    name: str = Field(min_length=1, description="Name of the tool.")
    arguments: dict[str, JsonValue] = Field({}, description="Arguments to compare.")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, raw: Any) -> Any:
        """Take a bare name for a call without listed arguments, and `tool` and `args` for the fields' names."""
        if isinstance(raw, str):
            return {"name": raw}
        if not isinstance(raw, Mapping):
            return raw
        return {_FIELDS.get(str(key), key): value for key, value in raw.items() if value is not None}


class Expect(Frozen):
    """Either calls, or no call of a kind."""

    calls: tuple[WantedCall, ...] | None = Field(None, min_length=1, description="Calls, in order unless `any_order`.")
    any_order: bool = Field(False, description="Whether the calls may come in any order.")
    no_call: NoCall | None = Field(None, description="Ask back, refuse, or answer without tools.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Expect:
        """Hold that exactly one of the two is given."""
        if (self.calls is None) == (self.no_call is None):
            raise ValueError("expected either `calls` or `no_call`, not both and not neither")
        return self


class ToolChoiceCase(Case):
    """One message and what it should lead to."""

    message: str = Field(min_length=1, description="What the marketer says.")
    history: tuple[Turn, ...] = Field((), description="Earlier turns, oldest first.")
    expect: Expect = Field(description="Calls that are wanted, or why none is.")

    @field_validator("history", mode="before")
    @classmethod
    def _turns(cls, raw: Any) -> Any:
        return read_history(raw)


Given = Attempt[AskReply]


def answer_case(case: ToolChoiceCase, scene: Scene) -> AskReply:
    """Ask the product."""
    return ask(
        AskRequest(
            message=case.message,
            store=scene.store_of(case),
            as_of=scene.day_of(case),
            model=scene.model,
            seed=scene.seed,
            history=case.history,
        )
    )


def reply_kind(given: Given) -> str:
    """Tell what a reply is: `calls`, `clarify`, `refuse`, `answer`, or `error` where the product gave up."""
    if given.output is None:
        return "error"
    if given.output.tool_calls:
        return "calls"
    return given.output.refusal.kind if given.output.refusal else "answer"


def _compare(case: ToolChoiceCase, given: Given) -> Comparison | None:
    if case.expect.calls is None:
        return None
    made = given.output.tool_calls if given.output else ()
    return compare_calls(case.expect.calls, made, any_order=case.expect.any_order)


def _reason(found: Comparison, given: Given) -> str:
    if given.error:
        return f"error: {given.error}"
    return "; ".join(found.faults)


def score_exact(case: ToolChoiceCase, given: Given) -> Score | None:
    """Score whether the calls are exactly the wanted ones."""
    found = _compare(case, given)
    return None if found is None else Score(int(found.exact), 1, _reason(found, given))


def score_names(case: ToolChoiceCase, given: Given) -> Score | None:
    """Score how many of the wanted tools were called."""
    found = _compare(case, given)
    return None if found is None else Score(found.names, found.names_wanted, _reason(found, given))


def score_arguments(case: ToolChoiceCase, given: Given) -> Score | None:
    """Score how many listed arguments are right, among wanted calls whose tool was called."""
    found = _compare(case, given)
    if not found or not found.arguments_wanted:
        return None
    return Score(found.arguments, found.arguments_wanted, _reason(found, given))


def score_sequence(case: ToolChoiceCase, given: Given) -> Score | None:
    """Score whether several wanted tools came in the wanted order, none missing and none extra."""
    found = _compare(case, given)
    if not found or found.names_wanted == 1:
        return None
    return Score(int(found.in_sequence), 1, _reason(found, given))


def score_no_call(case: ToolChoiceCase, given: Given) -> Score | None:
    """Score whether no tool was called and the reply is of the wanted kind."""
    if case.expect.no_call is None:
        return None
    kind = reply_kind(given)
    right = kind == case.expect.no_call
    return Score(int(right), 1, "" if right else f"wanted {case.expect.no_call}, got {given.error or kind}")


def score_silence(case: ToolChoiceCase, given: Given) -> Score | None:
    """Score whether no tool was called where none is wanted, whatever was said."""
    if case.expect.no_call is None:
        return None
    return Score(int(reply_kind(given) in ("clarify", "refuse", "answer")), 1, "")


def score_parse_failure(case: ToolChoiceCase, given: Given) -> Score | None:
    """Score whether the model's text could not be read at all; rules write no text."""
    if given.output is not None and given.output.chosen_by == "rules":
        return None
    failed = isinstance(given.error, AnswerError)
    return Score(int(failed), 1, f"parse failure: {given.error}" if failed else "")


def score_chooser(case: ToolChoiceCase, given: Given) -> Score | None:
    """Score whether the model chose, rather than the rules that stand in for it."""
    return None if given.output is None else Score(int(given.output.chosen_by == "model"), 1, "")


def score_kind(kind: NoCall) -> Callable[[ToolChoiceCase, Given], Score | None]:
    """Make the scorer of the cases that want one kind of reply without calls."""
    return lambda case, given: score_no_call(case, given) if case.expect.no_call == kind else None


def write_expectation(case: ToolChoiceCase) -> str:
    """Write what is wanted on one line."""
    if case.expect.calls is None:
        return f"no call: {case.expect.no_call}"
    return write_calls(case.expect.calls) + (" in any order" if case.expect.any_order else "")


def write_reply(given: Given) -> str:
    """Write what came on one line."""
    if given.output is not None and given.output.tool_calls:
        return write_calls(given.output.tool_calls)
    return f"no call: {reply_kind(given)}"


EXACT_CALL_FLOOR, NO_CALL_FLOOR = 0.46, 0.60
"""What rules alone reach on our own cases (BENCHMARKS.md); a model that does worse is not worth its time."""

MEASURES: tuple[Measure[ToolChoiceCase, AskReply], ...] = (
    Measure(
        "exact call",
        "cases that want calls where the calls are the wanted ones, none extra, every listed argument equal",
        score_exact,
        floor=EXACT_CALL_FLOOR,
    ),
    Measure("tool name", "wanted calls whose tool was called", score_names),
    Measure(
        "arguments",
        "listed arguments given with an equal value, in wanted calls whose tool was called",
        score_arguments,
    ),
    Measure(
        "sequence", "cases of several calls whose tools are the wanted ones, in order unless any_order", score_sequence
    ),
    Measure(
        "no call",
        "cases that want no call where none was made and the reply is of the wanted kind",
        score_no_call,
        floor=NO_CALL_FLOOR,
    ),
    Measure("no call: clarify", "the same, of cases that want a question back", score_kind("clarify")),
    Measure("no call: refuse", "the same, of cases that want a refusal", score_kind("refuse")),
    Measure("no call: answer", "the same, of cases that want an answer without tools", score_kind("answer")),
    Measure("silence", "cases that want no call where none was made, whatever was said", score_silence),
    Measure(
        "parse failures", "cases where the model's text could not be read as a step", score_parse_failure, ceiling=0.0
    ),
    Measure("model chose", "replies that the model chose, the rest being rules", score_chooser, decides=False),
)
"""What is measured."""

SUITE = Suite(
    name="tool_choice",
    told="does one message lead to the right tools with the right arguments, or to none where none is right?",
    case_type=ToolChoiceCase,
    product=answer_case,
    sheet=Sheet(MEASURES, write_expectation, write_reply),
)
