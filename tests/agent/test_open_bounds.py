"""Numbers at an open bound are no choice: `max_price` and `minimum_effect_percent` are above 0."""

from __future__ import annotations

import datetime as dt

import pytest

from agent.chooser import OFFERED
from agent.mentions import find_mentions
from agent.narrowing import Vocabulary, narrow_arguments


@pytest.mark.parametrize(
    ("tool", "argument", "message"),
    [
        ("search_products", "max_price", "shirts under {} dollars"),
        ("design_experiment", "minimum_effect_percent", "a test with loyals that finds {} percent"),
    ],
)
def test_zero_is_not_offered_where_more_is_asked(tool: str, argument: str, message: str) -> None:
    offered = {number: properties(tool, message.format(number)).get(argument) for number in (0, 5)}
    assert offered == {0: None, 5: {"enum": [5]}}


def properties(tool: str, message: str) -> dict[str, object]:
    mentions = find_mentions(message, dt.date(2017, 11, 1))
    schema = narrow_arguments(next(each for each in OFFERED if each.name == tool), mentions, Vocabulary())
    assert schema is not None
    found = schema["properties"]
    assert isinstance(found, dict)
    return dict(found)
