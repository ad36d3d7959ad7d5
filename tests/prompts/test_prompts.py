"""Golden renderings: what the tuned model was trained on is what it is shown."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from prompts import fingerprint, fingerprints, render, template_names

BRIEF = {
    "goal": "win_back", "segments": ["lapsed"], "channels": ["email", "sms"], "budget": 3000, "discount_percent": 20,
    "categories": ["coffee"], "products": None, "weeks": 4, "starts_on": "2017-11-01", "ends_on": "2017-11-22",
}  # fmt: skip
GOLDEN: dict[str, tuple[dict[str, object], str]] = {
    "system": ({"skill": "next call"}, "next call"),
    "ask": (
        {
            "history": [{"role": "user", "text": "lapsed by email?"}],
            "message": "and by sms?",
            "mentions": "channel=sms",
        },
        "user: lapsed by email?\nand by sms?\n[channel=sms]",
    ),
    "tools": (
        {"tools": [{"name": "calendar", "arguments": "country?: string", "told": "List holidays."}]},
        "You are an assistant in a shop's marketing department. Choose the next step for the user's last message.\n"
        "Reply with one JSON object and nothing else. Call a tool like this:\n"
        '{"name":"forecast_demand","arguments":{"level":"department","name":"Bakery","weeks":6}}\n'
        'When everything asked for has been called, or nothing has to be looked up, reply {"name":"answer"}.\n'
        'When it is unclear what to look up, reply {"name":"clarify"}. When it is outside marketing, harmful or '
        'private, reply {"name":"refuse"}.\n\nTools (arguments marked ? may be left out):\n'
        "calendar(country?: string): List holidays.",
    ),
    "functions": (
        {"functions": [{"name": "area", "arguments": "base: integer", "told": "Measure an area."}]},
        "Choose the function that answers the user's message, and its arguments.\n"
        'Reply with one JSON object and nothing else, such as {"name":"function","arguments":{"argument":5}}\n'
        'When none of the functions can answer the message, reply {"name":"refuse"}.\n\n'
        "Functions (arguments marked ? may be left out):\n"
        "area(base: integer): Measure an area.",
    ),
    "result": ({"result": "lapsed 812"}, "=> lapsed 812"),
    "gather": (
        {"brief": BRIEF},
        "goal=win_back\n[segment=lapsed channel=email,sms money=3000 percent=20 category=coffee"
        " weeks=4 period=2017-11-01..2017-11-22]",
    ),
    "brief": ({"text": "Win them back", "mentions": ""}, "Win them back"),
    "copy": (
        {"channel": "sms", "goal": "launch", "voice": "warm", "slots": ["{category}", "{shop}"]},
        "sms | launch | warm | {category} {shop}",
    ),
}


@pytest.mark.parametrize("name", template_names())
def test_golden_rendering(name: str) -> None:
    values, expected = GOLDEN[name]
    assert render(name, **values) == expected


@pytest.mark.parametrize("name", template_names())
def test_missing_value_is_an_error(name: str) -> None:
    with pytest.raises(UndefinedError):
        render(name)


def test_every_template_has_its_own_fingerprint() -> None:
    assert len(set(fingerprints().values())) == len(template_names())
    assert fingerprint("system") == fingerprints()["system"]
