"""Claims: words that copy must not use, and the opt-out that it must carry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agent.campaign import CheckResult, CopyVariant, Severity
from agent.checks.material import Material, report

_CLAIMS = Path(__file__).with_name("claims.yaml")
_Problems = list[tuple[Severity, str, str]]


@cache
def _groups() -> dict[str, Any]:
    groups: dict[str, Any] = yaml.safe_load(_CLAIMS.read_text(encoding="utf-8"))
    return groups


def claims_in(text: str) -> list[tuple[str, str]]:
    """Return the forbidden words of a text with the reason why each is.

    >>> claims_in("The cheapest bread")[0][0], claims_in("Better bread")
    ('cheapest', [])
    """
    lower = text.lower()
    return [(word, group["reason"]) for group in _groups().values() for word in group["words"] if _holds(lower, word)]


def check_claims(material: Material) -> CheckResult:
    """Find forbidden words in the copy."""
    problems: _Problems = []
    count = 0
    for index, variant in enumerate(material.copy_deck.variants):
        count += len(variant.fields)
        problems += claim_problems(variant, f"copy_deck.variants[{index}]", banned_by_guide(material))
    return report("claims", count, problems)


def banned_by_guide(material: Material) -> tuple[str, ...]:
    """Return the words that the shop's own brand guide bans, as the campaign recorded them."""
    return tuple(str(word) for word in material.dossier.policy.get("guide", {}).get("banned", ()))


def claim_problems(variant: CopyVariant, path: str, banned: Sequence[str] = ()) -> _Problems:
    """Return the forbidden words of one variant, looked for in what was written and not in the shop's own names."""
    return [
        ("error", f"{path}.fields.{name}", f"{variant.id} says {word!r}: {reason}")
        for name, text in variant.fields.items()
        for word, reason in (*claims_in(text.template), *_of_guide(text.template, banned))
    ]


def _of_guide(text: str, banned: Sequence[str]) -> list[tuple[str, str]]:
    return [(word, "the shop's brand guide bans it") for word in banned if _holds(text.lower(), word)]


def _holds(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def check_opt_out(material: Material) -> CheckResult:
    """Find messages without the opt-out that their channel must carry."""
    rules: dict[str, str] = material.dossier.policy["opt_out"]
    problems: _Problems = []
    count = 0
    for index, variant in enumerate(material.copy_deck.variants):
        if variant.channel in rules:
            count += 1
            if not any("{opt_out_" in text.template for text in variant.fields.values()):
                told = f"{variant.id} has no opt-out; expected {rules[variant.channel]!r}"
                problems.append(("error", f"copy_deck.variants[{index}]", told))
    return report("opt_out", count, problems)
