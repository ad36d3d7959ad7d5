"""Write the training and dev conversations: `python -m finetune.data.generate --out DIR --seed 1`."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from agent.actions import Action, DoneCall, action_messages, compact, gather_messages
from agent.briefs import brief_messages, compact_brief
from agent.mentions import find_mentions
from agent.requests import Turn
from finetune.data.asks import TOOLS, Case, joined, sequence, single, stop
from finetune.data.campaigns import brief_example, gather_example
from finetune.data.copy import copy_examples
from finetune.data.followups import dialogue, followup
from finetune.data.inventions import invented_shop
from finetune.data.reach import out_of_reach
from finetune.data.values import VOICES, Drawer, all_lines, ask_lines, gathered_lines, lines, load_yaml

COUNTS = {
    "single": 3500, "followup": 1000, "sequence": 3600, "joined": 1200,
    "stop": 3000, "gather": 120, "brief": 400, "copy": 1000,
}  # fmt: skip
"""Of those that choose calls, more than a third want one, two fifths several and a quarter none."""
DEV_COUNTS = {
    "single": 168,
    "sequence": 40,
    "joined": 60,
    "followup": 40,
    "stop": 100,
    "gather": 10,
    "brief": 60,
    "copy": 0,
}
_DEV_EVERY = 7  # one line of seven is held out, by a hash of its text
_SHORT_SHARE = 0.4  # of single asks end at the call; in the others is seen that nothing follows
_UP_TO_FIRST_CALL = 3
_DIALOGUE_SHARE = 0.5  # of conversations are hand-written, the others change a drawn call by a rule
_INVENTED_SHARE = 0.25  # of training messages speak of a shop of which no list holds a name
_AGAIN = 2  # times that the lines of a voice named by `--again` stand among the others once more
_DRAWS = 5  # tries for a case that can be written
_ROLES = {"human": "user", "ai": "assistant", "system": "system"}
Example = dict[str, object]


def held_out(line: str) -> bool:
    """Say whether a source line belongs to dev only.

    >>> held_out("hi")
    False
    """
    return int(hashlib.sha256(line.strip().encode()).hexdigest(), 16) % _DEV_EVERY == 0


def part(name: str, key: str, dev: bool, voices: Sequence[str] = VOICES) -> list[str]:
    """Return the lines of one block that belong to the split; a dev split without any takes one."""
    return of_split(all_lines(name, key, voices), dev)


def of_split(every: Sequence[str], dev: bool) -> list[str]:
    """Return those of the lines that belong to the split, or the first where none does."""
    kept = [line.strip() for line in every if held_out(line) == dev]
    return kept or [every[0].strip()]


def rule_of_split(rule: str, dev: bool) -> str | None:
    """Return a follow-up rule with the split's own wordings, or None where it has none of them."""
    head, variants = rule.strip().split(" | ", 1)
    kept = [variant for variant in variants.split(" / ") if held_out(f"{head} {variant}") == dev]
    return f"{head} | {' / '.join(kept)}" if kept else None


class Builder:
    """Draws the cases of one split."""

    def __init__(self, seed: int, dev: bool, checked: bool = True, voices: Sequence[str] = VOICES) -> None:
        """Keep the split's lines and shops; a voice that stands in `voices` twice is drawn twice as often."""
        self.rng = random.Random(f"{seed}-{dev}")  # noqa: S311 - example data, not a secret
        self.checked = checked and not dev
        self.shops = list(load_yaml("shops")["dev" if dev else "train"].values())  # type: ignore[attr-defined]
        self.asks = {tool: of_split(ask_lines(tool, voices), dev) for tool in TOOLS}
        self.brief_asks = {tool: [ask for ask in asks if "\\n" not in ask] for tool, asks in self.asks.items()}
        spoken = (line for voice in voices for line in gathered_lines(voice, "sequences"))
        written = (*lines("sequences", "sequences"), *gathered_lines("longer", "sequences"))
        self.sequences = of_split((*written, *spoken), dev)
        self.followups = [rule for rule in (rule_of_split(r, dev) for r in lines("sequences", "followups")) if rule]
        self.dialogues = part("sequences", "dialogues", dev, voices)
        self.refused = 0
        self.stops = {kind: part("stops", kind, dev, voices) for kind in ("answer", "clarify", "refuse")}
        self.openings = {
            goal: of_split(lines("briefs", goal), dev)
            for goal in load_yaml("briefs")
            if goal not in ("offer", "category", "channels", "budget", "period")
        }

    def drawer(self, shop: dict[str, list[str]] | None = None) -> Drawer:
        """Return a fresh drawer; a day is drawn too, since dates are resolved from it."""
        day = dt.date(2015, 1, 5) + dt.timedelta(self.rng.randrange(4000))
        return Drawer(self.rng, shop or self._shop(), day)

    def _shop(self) -> dict[str, list[str]]:
        if self.checked and self.rng.random() < _INVENTED_SHARE:
            return invented_shop(self.rng)
        return self.rng.choice(self.shops)

    def reachable(self, skill: str, index: int) -> tuple[Case, dt.date] | None:
        """Draw a case; in training, one whose calls can all be written under the narrowed schema."""
        for _ in range(_DRAWS):
            case, drawer = self.case(skill, index)
            if case is None:
                continue
            if not self.checked or not out_of_reach(case.message, case.history, drawer.as_of, case.calls):
                return case, drawer.as_of
            self.refused += 1
        return None

    def case(self, skill: str, index: int) -> tuple[Case | None, Drawer]:
        """Draw one case of a skill."""
        drawer = self.drawer()
        if skill == "single":
            tool = TOOLS[index % len(TOOLS)]
            return single(tool, self.asks[tool], drawer), drawer
        if skill == "sequence":
            return sequence(self.sequences[index % len(self.sequences)], drawer), drawer
        if skill == "joined":
            return self._joined(drawer), drawer
        if skill == "followup":
            if self.rng.random() < _DIALOGUE_SHARE:
                return dialogue(self.rng.choice(self.dialogues), drawer), drawer
            fresh = Drawer(self.rng, drawer.shop, drawer.as_of)
            rule = self.followups[index % len(self.followups)]
            tool = rule.split()[0]
            return followup(rule, self.asks[tool], drawer, fresh), drawer
        kind = ("answer", "clarify", "refuse")[index % 3]
        return stop(kind, self.rng.choice(self.stops[kind]), drawer), drawer

    def _joined(self, drawer: Drawer) -> Case:
        tools = self.rng.choices(TOOLS, k=self.rng.choice((2, 2, 2, 3, 3, 4)))
        asks = [self.rng.choice(self.brief_asks[tool]) for tool in tools]
        return joined([(ask, Drawer(self.rng, drawer.shop, drawer.as_of)) for ask in asks], self.rng)


def build(
    seed: int, dev: bool, counts: dict[str, int], checked: bool = True, voices: Sequence[str] = VOICES
) -> Iterator[Example]:
    """Yield the split's examples; unless `checked`, also those of training that the model could not write."""
    builder = Builder(seed, dev, checked, voices)
    for skill in ("single", "sequence", "joined", "followup", "stop"):
        for index in range(counts[skill]):
            drawn = builder.reachable(skill, index)
            if drawn is not None:
                short = not dev and skill == "single" and builder.rng.random() < _SHORT_SHARE
                yield case_example(skill, *drawn, short)
    for _ in range(counts["gather"]):
        brief, done = gather_example(builder.rng, builder.rng.choice(builder.shops), builder.drawer().as_of)
        messages = [*gather_messages(brief, done), AIMessage(compact(Action(name="answer")))]
        yield _example("gather", "gather", messages, expect=[c.action.model_dump() for c in done])
    for _ in range(counts["brief"]):
        drawer = builder.drawer()
        text, found = brief_example(drawer, builder.openings)
        messages = [*brief_messages(find_mentions(text, drawer.as_of)), AIMessage(compact_brief(found))]
        yield _example("brief", found.goal or "other", messages, text=text, as_of=str(drawer.as_of))
    for family, messages in copy_examples(builder.rng, counts["copy"]):
        yield _example("copy", family, messages)


def case_example(skill: str, case: Case, as_of: dt.date, short: bool = False) -> Example:
    """Render a case as the conversation that is trained, by the functions that serve; `short` ends it at the call."""
    messages = action_messages(case.message, case.history, case.calls, as_of)
    messages = [*messages, AIMessage(compact(Action(name=case.stop)))]
    if short:
        messages = messages[:_UP_TO_FIRST_CALL]
    return _example(
        skill, case.family, messages,
        message=case.message, as_of=str(as_of), history=[{"role": t.role, "text": t.text} for t in case.history],
        expect=[c.action.model_dump() for c in case.calls], results=[c.result for c in case.calls], stop=case.stop,
    )  # fmt: skip


def _example(skill: str, family: str, messages: list[BaseMessage], **more: object) -> Example:
    shown = [{"role": _ROLES[m.type], "content": m.content} for m in messages]
    if not isinstance(messages[-1], AIMessage) or not isinstance(messages[1], HumanMessage):
        raise TypeError("an example must begin with a user and end with an assistant")
    return {"skill": skill, "family": family, "messages": shown, **more}


def share(examples: Sequence[Example]) -> float:
    """Return the share of cases with a call that the narrowed schema refuses."""
    cases = [example for example in examples if example.get("expect") and "message" in example]
    return sum(bool(refusals(case)) for case in cases) / max(1, len(cases))


def refusals(example: Example) -> list[str]:
    """Return the expected calls of a written case that the narrowed schema would not let the model write."""
    history = [Turn.model_validate(turn) for turn in example["history"]]  # type: ignore[attr-defined]
    steps = [Action.model_validate(action) for action in example["expect"]]  # type: ignore[attr-defined]
    done = [DoneCall(a, r) for a, r in zip(steps, example["results"], strict=True)]  # type: ignore[call-overload]
    return out_of_reach(str(example["message"]), history, dt.date.fromisoformat(str(example["as_of"])), done)


def main() -> None:
    """Write `train.jsonl` and `dev.jsonl`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--again", nargs="*", default=(), choices=[Path(voice).name for voice in VOICES], metavar="VOICE"
    )
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name, dev, counts in (("train", False, COUNTS), ("dev", True, DEV_COUNTS)):
        voices = VOICES if dev else (*VOICES, *(f"voices/{voice}" for voice in options.again for _ in range(_AGAIN)))
        examples = list(build(options.seed, dev, counts, voices=voices))
        text = "".join(json.dumps(example, ensure_ascii=False) + "\n" for example in examples)
        (options.out / f"{name}.jsonl").write_text(text, encoding="utf-8")
        reach = f", {share(examples):.1%} of the cases out of the grammar's reach" if dev else ""
        print(f"{name}: {len(examples)} examples{reach}")


if __name__ == "__main__":
    main()
