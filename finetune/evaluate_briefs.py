"""Score the reading of held-out briefs, field by field: `python -m finetune.evaluate_briefs --data dev.jsonl`."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from langchain_core.language_models.chat_models import BaseChatModel

from agent.briefs import ExtractedBrief, brief_messages, brief_schema, parse_brief
from agent.mentions import find_mentions
from agent.models.choose import load_model
from agent.rules import extract_brief
from agent.speaker import Speaker
from finetune.batches import read_examples

_LONGEST_ANSWER = 320

Reader = Callable[[str, dt.date], ExtractedBrief]


def model_reader(chat: BaseChatModel) -> Reader:
    """Read briefs by a chat model, as the product does."""
    speaker = Speaker(chat)

    def read(text: str, as_of: dt.date) -> ExtractedBrief:
        mentions = find_mentions(text, as_of)
        answer = speaker.say(brief_messages(mentions), brief_schema(mentions), max_tokens=_LONGEST_ANSWER)
        return parse_brief(answer)

    return read


def rules_reader(text: str, as_of: dt.date) -> ExtractedBrief:
    """Read briefs by keywords."""
    return extract_brief(text, find_mentions(text, as_of))


def read_cases(path: Path) -> list[tuple[str, dt.date, ExtractedBrief]]:
    """Return text, day and wanted fields of the briefs in a file of examples."""
    return [
        (str(e["text"]), dt.date.fromisoformat(str(e["as_of"])), parse_brief(e["messages"][-1]["content"]))  # type: ignore[index]
        for e in read_examples(path)
        if e["skill"] == "brief"
    ]


def table(cases: Sequence[tuple[str, dt.date, ExtractedBrief]], read: Reader) -> str:
    """Return the share of briefs read right, by field and as a whole."""
    pairs = [(wanted, read(text, as_of)) for text, as_of, wanted in cases]
    lines = [f"{'field':<18} right % of {len(pairs)}"]
    for field in ExtractedBrief.model_fields:
        right = sum(getattr(wanted, field) == getattr(got, field) for wanted, got in pairs)
        lines.append(f"{field:<18} {100 * right / len(pairs):.1f}")
    lines.append(f"{'all fields':<18} {100 * sum(wanted == got for wanted, got in pairs) / len(pairs):.1f}")
    return "\n".join(lines)


def main() -> None:
    """Score one reader from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default="local", help="rules, local, base, a .gguf file or a model folder")
    options = parser.parse_args()
    read = rules_reader if options.model == "rules" else model_reader(load_model(options.model))
    print(table(read_cases(options.data), read))


if __name__ == "__main__":
    main()
