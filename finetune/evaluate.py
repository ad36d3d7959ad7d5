"""Score planners on held-out messages: `python -m finetune.evaluate --data dev.jsonl --model local`.

A case is a message with the calls it means, in order, or the stop that is right. Phrasings and shop words of dev do not
occur in training. Every planner answers under the narrowed schema; the rules need none.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from langchain.chat_models import BaseChatModel

from agent.actions import MAX_STEPS, Action, DoneCall, action_messages, read_message
from agent.chooser import speak_action
from agent.mentions import Mentions
from agent.models.choose import load_model
from agent.narrowing import Vocabulary, repeats
from agent.requests import Turn
from agent.rules import next_action
from agent.speaker import Speaker
from finetune.batches import read_examples


@dataclass(frozen=True)
class Message:
    """One held-out case."""

    skill: str
    text: str
    as_of: dt.date
    history: tuple[Turn, ...]
    expected: tuple[Action, ...]
    results: tuple[str, ...]
    stop: str


@dataclass(frozen=True)
class Outcome:
    """What a planner did with a case."""

    case: Message
    calls: tuple[Action, ...]
    stop: str
    seconds: float

    @property
    def exact(self) -> bool:
        """Say whether calls, order and arguments are as expected; for a case without calls, whether the stop is."""
        if self.case.expected:
            return [plain_action(a) for a in self.calls] == [plain_action(a) for a in self.case.expected]
        return not self.calls and self.stop == self.case.stop

    @property
    def names(self) -> bool:
        """Say whether the right tools were called in order; without calls, whether none was."""
        return [a.name for a in self.calls] == [a.name for a in self.case.expected]


Planner = Callable[[Message, Mentions, Sequence[DoneCall]], Action | None]


def plain_action(action: Action) -> tuple[str, str]:
    """Return name and arguments in a form that ignores case and whole floats.

    >>> plain_action(Action(name="x", arguments={"k": 5.0, "q": "Tea"}))
    ('x', '{"k": 5, "q": "tea"}')
    """
    return action.name, json.dumps(_normal(action.arguments), sort_keys=True)


def _normal(value: object) -> object:
    if isinstance(value, str):
        return value.strip().lower().replace("_", " ")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_normal(part) for part in value]
    return {key: _normal(part) for key, part in value.items()} if isinstance(value, dict) else value


def read_cases(path: Path) -> list[Message]:
    """Read the messages of a file of examples; other skills are left out."""
    return [
        Message(
            skill=str(e["skill"]),
            text=str(e["message"]),
            as_of=dt.date.fromisoformat(str(e["as_of"])),
            history=tuple(Turn.model_validate(turn) for turn in e["history"]),  # type: ignore[attr-defined]
            expected=tuple(Action.model_validate(a) for a in e["expect"]),  # type: ignore[attr-defined]
            results=tuple(e["results"]),  # type: ignore[arg-type]
            stop=str(e["stop"]),
        )
        for e in read_examples(path)
        if "message" in e
    ]


def model_planner(chat: BaseChatModel) -> Planner:
    """Plan by a chat model under the narrowed schema, as the product does."""
    speaker = Speaker(chat)

    def plan(case: Message, mentions: Mentions, done: Sequence[DoneCall]) -> Action | None:
        messages = action_messages(case.text, case.history, done, case.as_of, mentions)
        return speak_action(speaker, messages, mentions, Vocabulary(as_of=case.as_of), done)

    return plan


def rules_planner(_: Message, mentions: Mentions, done: Sequence[DoneCall]) -> Action | None:
    """Plan by keywords."""
    return next_action(mentions, done)


def play(case: Message, plan: Planner) -> Outcome:
    """Let a planner answer one message to its end."""
    began = time.monotonic()
    mentions = read_message(case.text, case.history, case.as_of)
    done: list[DoneCall] = []
    stop = "limit"
    while len(done) < MAX_STEPS:
        action = plan(case, mentions, done)
        if action is None or action.stops or repeats(action, done, mentions.text):
            stop = action.name if action is not None and action.stops else "answer"
            break
        result = case.results[len(done)] if len(done) < len(case.results) else "done"
        done.append(DoneCall(action, result))
    return Outcome(case, tuple(call.action for call in done), stop, time.monotonic() - began)


def table(outcomes: Iterable[Outcome]) -> str:
    """Return one line a group: cases, exact, right tools, seconds."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.case.skill if outcome.case.expected else outcome.case.stop].append(outcome)
    lines = [f"{'group':<10} {'n':>4} {'exact %':>8} {'tools %':>8} {'s/case':>7}"]
    for name, group in sorted(groups.items()):
        exact, names = sum(o.exact for o in group) / len(group), sum(o.names for o in group) / len(group)
        seconds = sum(o.seconds for o in group) / len(group)
        lines.append(f"{name:<10} {len(group):>4} {100 * exact:>8.1f} {100 * names:>8.1f} {seconds:>7.2f}")
    return "\n".join(lines)


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    """Return one line for each case that was not answered exactly."""
    return [
        f"{o.case.skill}: {o.case.text!r}\n  wanted {[a.model_dump() for a in o.case.expected] or o.case.stop}\n"
        f"  got    {[a.model_dump() for a in o.calls] or o.stop}"
        for o in outcomes
        if not o.exact
    ]


def main() -> None:
    """Score one planner from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="local", help="rules, local, base, a .gguf file or a model folder")
    parser.add_argument("--every", type=int, default=1, help="score every n-th case only")
    parser.add_argument("--show", type=int, default=0, help="failures to print")
    options = parser.parse_args()
    plan = rules_planner if options.model == "rules" else model_planner(load_model(options.model))
    outcomes = [play(case, plan) for case in read_cases(options.data)[:: options.every]]
    print(table(outcomes))
    print("\n".join(failures(outcomes)[: options.show]))


if __name__ == "__main__":
    main()
