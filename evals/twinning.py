"""Twins of tool-choice cases: the same ask with slips of the keyboard, with an unknown name, or beside another ask."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from evals.suites.tool_choice import Expect, ToolChoiceCase, WantedCall

UNKNOWN_NAMES: Final = (
    "accordions", "bicycle chains", "bird feeders", "bow ties", "chess clocks", "crash helmets", "dry suits",
    "fishing reels", "kayak paddles", "microscope slides", "model trains", "oil paints", "piano stools",
    "pottery wheels", "roof racks", "saddle pads", "snowboards", "stained glass", "sundials", "surfboards",
    "telescope lenses", "tent poles", "typewriters", "violin strings", "weather vanes", "welding gloves",
)  # fmt: skip
"""Goods that no grocery sells; none of them occurs in the training sources or the cases (tests/evals/test_twins.py)."""

_NAMING: Final = ("name", "category")
"""Arguments that hold a name of the store."""
_SHORTEST: Final = 4  # letters in which a slip leaves a word to be recognised
_EVERY: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@dataclass(frozen=True)
class Twin:
    """A case beside the clean cases that it was made of; it is held against all of them being right.

    Attributes:
        kind: `unknown name`, `slips` or `joined`.
        case: The twin.
        clean: The cases it was made of.
    """

    kind: str
    case: ToolChoiceCase
    clean: tuple[ToolChoiceCase, ...]


def make_twins(cases: Sequence[ToolChoiceCase], known: frozenset[str]) -> Iterator[Twin]:
    """Make every twin of the cases that want one call and have no earlier turns.

    Args:
        cases: The clean cases.
        known: The store's names of categories and departments, in lower case.
    """
    single = [case for case in cases if case.expect.calls and len(case.expect.calls) == 1 and not case.history]
    for case in single:
        unknown = with_unknown_name(case, known)
        if unknown:
            yield Twin("unknown name", unknown, (case,))
        slipped = with_slips(case)
        if slipped.message != case.message:
            yield Twin("slips", slipped, (case,))
    further = len(single) // 2
    for first, second in zip(single, (*single[further:], *single[:further]), strict=True):
        if _tool(first) != _tool(second) and "\n" not in first.message + second.message:
            yield Twin("joined", join(first, second), (first, second))


def with_unknown_name(case: ToolChoiceCase, known: frozenset[str]) -> ToolChoiceCase | None:
    """Put a name that no grocery has in the place of the store's one in message and call; None where there is none.

    >>> case = ToolChoiceCase.model_validate(
    ...     {"id": "a", "message": "Coffee outlook", "expect": {"calls": [
    ...     {"name": "forecast_demand", "arguments": {"level": "category", "name": "coffee"}}]}})
    >>> twin = with_unknown_name(case, frozenset(["coffee"]))
    >>> twin.message == f"{twin.expect.calls[0].arguments['name'].capitalize()} outlook"
    True
    """
    call = _call(case)
    said = next((str(call.arguments[key]) for key in _NAMING if str(call.arguments.get(key)).lower() in known), None)
    place = re.search(rf"(?<!\w){re.escape(said)}(?!\w)", case.message, re.IGNORECASE) if said else None
    if said is None or place is None:
        return None
    name = random.Random(case.id).choice(UNKNOWN_NAMES)  # noqa: S311 - test data, not a secret
    shown = name.capitalize() if place[0][0].isupper() and place.start() == 0 else name
    message = f"{case.message[: place.start()]}{shown}{case.message[place.end() :]}"
    arguments = {key: name if value == said else value for key, value in call.arguments.items()}
    return _twin(case, "unknown", message, (WantedCall(name=call.name, arguments=arguments),))


def with_slips(case: ToolChoiceCase) -> ToolChoiceCase:
    """Mistype every third word, or the next that is long enough; words that the call copies are spared.

    >>> case = ToolChoiceCase.model_validate({"id": "a", "message": "please forecast the sales of coffee",
    ...     "expect": {"calls": [{"name": "forecast_demand", "arguments": {"name": "coffee"}}]}})
    >>> sum(a != b for a, b in zip(case.message.split(), with_slips(case).message.split()))
    1
    """
    rng = random.Random(case.id)  # noqa: S311 - test data, not a secret
    copied = {word.lower() for text in _texts(_call(case).arguments) for word in _WORD.findall(text)}
    parts, at, due = [], 0, 0
    for count, match in enumerate(_WORD.finditer(case.message), 1):
        due += count % _EVERY == 0
        if due and len(match[0]) >= _SHORTEST and match[0].lower() not in copied:
            parts += [case.message[at : match.start()], _slip(match[0], rng)]
            at, due = match.end(), due - 1
    message = "".join((*parts, case.message[at:]))
    return _twin(case, "slips", message, case.expect.calls or ())


def join(first: ToolChoiceCase, second: ToolChoiceCase) -> ToolChoiceCase:
    """Ask both in one message, in order."""
    message = f"{first.message.rstrip(' .?!')}. Also: {second.message}"
    calls = (*(first.expect.calls or ()), *(second.expect.calls or ()))
    return _twin(first, second.id, message, calls)


def _call(case: ToolChoiceCase) -> WantedCall:
    return (case.expect.calls or ())[0]


def _tool(case: ToolChoiceCase) -> str:
    return _call(case).name


def _twin(case: ToolChoiceCase, suffix: str, message: str, calls: tuple[WantedCall, ...]) -> ToolChoiceCase:
    return case.model_copy(update={"id": f"{case.id}+{suffix}", "message": message, "expect": Expect(calls=calls)})


def _texts(value: JsonValue | Mapping[str, JsonValue]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    slips = {swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]} - {word}
    return rng.choice(sorted(slips))
