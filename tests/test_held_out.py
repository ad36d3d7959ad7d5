"""The cases that score the product are held out: no message of theirs is one that the model was trained on."""

from __future__ import annotations

import json
import re

from evals.casefile import read_cases
from evals.suite import CASES
from evals.suites import campaign, tool_choice
from evals.suites.campaign import CampaignCase
from evals.suites.tool_choice import ToolChoiceCase
from finetune.data.generate import COUNTS, build

SEED = 1
"""The seed that training data are written with."""

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")


FURTHER = ("tool_choice_more", "tool_choice_blind", "tool_choice_fresh", "tool_choice_third", "example")


def plain(text: str) -> str:
    """Return a text without case, punctuation and the values of its numbers.

    >>> plain("Forecast SALES, for 6 weeks!")
    'forecast sales for 0 weeks'
    """
    return " ".join(re.findall(r"\w+", _NUMBER.sub("0", text.casefold())))


def case_texts() -> set[str]:
    """Return the messages and briefs of our own cases and of the example."""
    further = (CASES / f"{name}.yaml" for name in FURTHER)
    paths = (tool_choice.SUITE.cases_path, *further)
    messages = {case.message for path in paths for case in read_cases(path, ToolChoiceCase).cases}
    return messages | {case.brief for case in read_cases(campaign.SUITE.cases_path, CampaignCase).cases}


def trained_texts() -> set[str]:
    """Return every text that training examples hold: prompts, histories, messages, briefs."""
    examples = [json.loads(json.dumps(example)) for example in build(SEED, False, COUNTS, checked=False)]
    turns = {turn["content"] for example in examples for turn in example["messages"]}
    return turns | {example[field] for example in examples for field in ("message", "text") if field in example}


def test_no_case_is_trained_on() -> None:
    trained = {plain(text) for text in trained_texts()}
    met = [text for text in sorted(case_texts()) if plain(text) in trained]
    assert len(trained) > len(case_texts())
    assert not met
