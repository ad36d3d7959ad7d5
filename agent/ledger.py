"""The evidence ledger: runs tool calls, numbers their results, and keeps the calls that could not be answered."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from agent.campaign import Author
from agent.desk import Desk
from agent.evidence import Evidence
from agent.requests import Event, Step
from tools.catalog import run_tool
from tools.errors import MissingCapabilityError, ToolError


@dataclass(frozen=True)
class Failure:
    """A call that the tool could not answer.

    Attributes:
        reason: What the tool said.
    """

    tool: str
    arguments: dict[str, JsonValue]
    reason: str


class Ledger:
    """Evidence in the order of the calls; ids are never given twice."""

    def __init__(self, desk: Desk, step: Step, evidence: tuple[Evidence, ...] = ()) -> None:
        self._desk = desk
        self._step: Step = step
        self.evidence = evidence
        self.failures: tuple[Failure, ...] = ()

    def call(self, tool: str, arguments: Mapping[str, JsonValue], chosen_by: Author) -> Evidence | Failure:
        """Run one call and write down what came of it."""
        started = time.monotonic()
        given = dict(arguments)
        try:
            answer = run_tool(tool, given, self._desk.view)
        except (ToolError, MissingCapabilityError) as error:
            failure = Failure(tool, given, str(error))
            self.failures = (*self.failures, failure)
            self._tell("error", f"{tool} could not answer: {error}", tool, given, None, started)
            return failure
        item = Evidence(
            id=f"E{len(self.evidence) + 1}",
            tool=tool,
            arguments=given,
            as_of=self._desk.view.as_of,
            chosen_by=chosen_by,
            rows_used=answer.rows_used,
            warnings=answer.warnings,
            result=answer.model_dump(mode="json"),
        )
        self.evidence = (*self.evidence, item)
        self._tell("tool", f"{item.id} {_call_text(tool, given)}, chosen by {chosen_by}", tool, given, item.id, started)
        return item

    def _tell(
        self,
        kind: str,
        message: str,
        tool: str,
        arguments: dict[str, JsonValue],
        evidence_id: str | None,
        started: float,
    ) -> None:
        self._desk.watch(
            Event.model_validate(
                {
                    "step": self._step,
                    "kind": kind,
                    "message": message,
                    "tool": tool,
                    "arguments": arguments,
                    "evidence_id": evidence_id,
                    "seconds": round(time.monotonic() - started, 3),
                }
            )
        )


def _call_text(tool: str, arguments: Mapping[str, JsonValue]) -> str:
    return f"{tool}({', '.join(f'{key}={value}' for key, value in arguments.items())})"
