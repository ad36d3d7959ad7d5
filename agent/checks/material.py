"""What every check is given, and how it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from agent.campaign import Brief, CheckResult, CopyDeck, Finding, Plan, Severity, Status
from agent.dossier import Dossier
from agent.figures import Figure, Text


@dataclass(frozen=True)
class Material:
    """A plan and its copy with everything they refer to."""

    dossier: Dossier
    plan: Plan
    copy_deck: CopyDeck

    @property
    def brief(self) -> Brief:
        """Return the brief."""
        return self.dossier.brief

    @cached_property
    def figures(self) -> tuple[tuple[str, Figure], ...]:
        """Return every figure of plan and copy with its path."""
        return tuple((path, part) for path, part in self._parts() if isinstance(part, Figure))

    @cached_property
    def texts(self) -> tuple[tuple[str, Text], ...]:
        """Return every text of the plan with its path; copy has slots of its own and is not among them."""
        return tuple((path, part) for path, part in walk(self.plan, "plan") if isinstance(part, Text))

    def _parts(self) -> Iterator[tuple[str, BaseModel]]:
        yield from walk(self.plan, "plan")
        yield from walk(self.copy_deck, "copy_deck")


Check = Callable[[Material], CheckResult]


def walk(value: Any, path: str) -> Iterator[tuple[str, BaseModel]]:
    """Yield every pydantic object below a value with its path, parents first."""
    if isinstance(value, BaseModel):
        yield path, value
        for name in type(value).model_fields:
            yield from walk(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, f"{path}.{key}")
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from walk(item, f"{path}[{index}]")


def report(check: str, examined: int, problems: list[tuple[Severity, str, str]]) -> CheckResult:
    """Return a check's result; nothing examined is `not_applicable`, and only errors fail.

    Args:
        check: Name of the check.
        examined: How many items it looked at.
        problems: Severity, place and message of each finding.

    >>> report("limits", 0, []).status
    'not_applicable'
    """
    findings = tuple(Finding(check=check, severity=s, where=where, message=text) for s, where, text in problems)
    failed = any(finding.severity == "error" for finding in findings)
    status: Status = "failed" if failed else "passed" if examined else "not_applicable"
    return CheckResult(check=check, status=status, examined=examined, findings=findings)
