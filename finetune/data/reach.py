"""Whether the model could write an expected call at all: a target that the narrowed schema refuses poisons training."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from agent.actions import DoneCall, compact, read_message
from agent.chooser import OFFERED
from agent.models.grammar import accepts, grammar_of
from agent.narrowing import Vocabulary, action_schema
from agent.requests import Turn


def out_of_reach(message: str, history: Sequence[Turn], as_of: dt.date, calls: Sequence[DoneCall]) -> list[str]:
    """Return the calls, in the JSON that the model writes, that the schema narrowed to the message refuses.

    >>> from agent.actions import Action
    >>> asked = Action(name="calendar", arguments={"starts_on": "2017-12-01", "ends_on": "2017-12-31"})
    >>> out_of_reach("holidays in December", (), dt.date(2017, 11, 1), [DoneCall(asked)])
    []
    >>> len(out_of_reach("holidays in May", (), dt.date(2017, 11, 1), [DoneCall(asked)]))
    1
    """
    mentions = read_message(message, history, as_of)
    refused = []
    for index, call in enumerate(calls):
        chosen = [tool for tool in OFFERED if tool.name == call.action.name]  # the other branches cannot accept it
        schema = action_schema(chosen, mentions, Vocabulary(as_of=as_of), calls[:index])
        written = compact(call.action)
        if not accepts(grammar_of(schema), written):
            refused.append(written)
    return refused
