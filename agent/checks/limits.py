"""Limits: what each channel can carry, and when."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from agent.campaign import CheckResult, CopyVariant, Severity
from agent.checks.material import Material, report

_LIMITS = Path(__file__).parents[1] / "channels.yaml"
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_DOUBLE = frozenset("^{}\\[~]|€\f")
_Problems = list[tuple[Severity, str, str]]


@cache
def channel_limits() -> dict[str, Any]:
    """Read the limits of each channel's fields."""
    limits: dict[str, Any] = yaml.safe_load(_LIMITS.read_text(encoding="utf-8"))
    return limits


def sms_parts(text: str) -> int:
    """Return how many messages a text takes on the wire (3GPP TS 23.038 and 23.040).

    >>> sms_parts("a" * 160), sms_parts("a" * 161), sms_parts("你" * 70), sms_parts("你" * 71)
    (1, 2, 1, 2)
    """
    if all(char in _GSM7 or char in _GSM7_DOUBLE for char in text):
        length, whole, part = sum(2 if char in _GSM7_DOUBLE else 1 for char in text), 160, 153
    else:
        length, whole, part = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= whole else -(-length // part)


def check_limits(material: Material) -> CheckResult:
    """Compare each field of the copy with its channel's limits."""
    problems: _Problems = []
    count = 0
    for index, variant in enumerate(material.copy_deck.variants):
        count += len(variant.fields)
        problems += limit_problems(variant, f"copy_deck.variants[{index}]")
    return report("channel_limits", count, problems)


def limit_problems(variant: CopyVariant, path: str) -> _Problems:
    """Return where one variant exceeds its channel's limits or lacks a field."""
    fields = channel_limits()[variant.channel]["fields"]
    problems: _Problems = []
    for name, limit in fields.items():
        where = f"{path}.fields.{name}"
        text = variant.fields[name].text if name in variant.fields else ""
        if not text.strip():
            problems.append(("error", where, f"{variant.id} has no {name}; expected one; write the copy again"))
        elif len(text) > limit["most"]:
            problems.append(
                ("error", where, f"{variant.id} {name} has {len(text)} characters; at most {limit['most']}")
            )
        elif len(text) > limit["recommended"]:
            told = f"{variant.id} {name} has {len(text)} characters; {limit['recommended']} are recommended"
            problems.append(("warning", where, told))
    return problems


def check_quiet_hours(material: Material) -> CheckResult:
    """Find sends outside the allowed hours, or outside the brief's days."""
    quiet = material.dossier.policy["quiet_hours"]
    problems: _Problems = []
    for index, send in enumerate(material.plan.schedule):
        at, on = str(send.at.value), dt.date.fromisoformat(str(send.on.value))
        where = f"plan.schedule[{index}]"
        if at >= quiet["from"] or at < quiet["to"]:
            problems.append(
                ("error", where, f"{send.channel} at {at} falls into quiet hours {quiet['from']}-{quiet['to']}")
            )
        if not material.brief.starts_on <= on <= material.brief.ends_on:
            problems.append(("error", where, f"{send.channel} on {on} lies outside the brief's days"))
    return report("quiet_hours", len(material.plan.schedule), problems)
