"""Errors as problem details (RFC 9457): what is wrong, what was expected, what to do."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from tools.contract import Frozen
from tools.errors import MarketwrightError, MissingCapabilityError, ToolError

MEDIA_TYPE = "application/problem+json"
LOG = logging.getLogger("marketwright.server")


class FieldProblem(Frozen):
    """One field of the request that is wrong."""

    field: str = Field(description="Path of the field.")
    message: str = Field(description="What is wrong with it.")


class Problem(Frozen):
    """What went wrong, in the shape of RFC 9457."""

    type: str = Field(description="What kind of problem, as a URN that programs may compare.")
    title: str = Field(description="The kind in words.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="This problem: what is wrong, what was expected, what to do.")
    errors: tuple[FieldProblem, ...] = Field((), description="Fields that are wrong, for problems of validation.")


_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "The request cannot be served as it stands.", "content": _CONTENT},
    "5XX": {"description": "The server lacks something or failed.", "content": _CONTENT},
}


class ProblemError(Exception):
    """Carry a problem to the client."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def problem(status: int, kind: str, title: str, detail: str) -> Problem:
    """Make a problem.

    >>> problem(404, "unknown-campaign", "There is no such campaign", "campaign 'x' …").type
    'urn:marketwright:problem:unknown-campaign'
    """
    return Problem(type=f"urn:marketwright:problem:{kind}", title=title, status=status, detail=detail)


def problem_of(error: MarketwrightError) -> Problem:
    """Put one of our errors into a problem.

    >>> problem_of(MissingCapabilityError("model 'local' is not built")).status
    503
    """
    if isinstance(error, MissingCapabilityError):
        return problem(503, "missing-capability", "Something this needs is not there", str(error))
    if error.exit_code == 1:
        return problem(409, "checks-failed", "A check fails", str(error))
    if isinstance(error, ToolError):
        return problem(422, "tool", "The store's data cannot answer this", str(error))
    return problem(422, "input", "The request cannot be used as it stands", str(error))


def crash_problem() -> Problem:
    """Describe a bug without its inside; the log holds the trace."""
    return problem(
        500, "internal", "The server failed", "The server met an error it did not expect; its log says more; try again."
    )


def respond(what: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """Answer with a problem."""
    return JSONResponse(what.model_dump(), what.status, headers=headers, media_type=MEDIA_TYPE)


def add_problem_responses(app: FastAPI) -> None:
    """Make every error of the app a problem."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(MarketwrightError, _on_ours)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_crash)


async def _on_problem(_request: Request, error: Exception) -> JSONResponse:
    return respond(error.problem if isinstance(error, ProblemError) else crash_problem())


async def _on_ours(_request: Request, error: Exception) -> JSONResponse:
    return respond(problem_of(error) if isinstance(error, MarketwrightError) else crash_problem())


async def _on_validation(_request: Request, error: Exception) -> JSONResponse:
    faults = error.errors() if isinstance(error, RequestValidationError) else ()
    fields = tuple(FieldProblem(field=_field(fault["loc"]), message=fault["msg"]) for fault in faults)
    detail = "; ".join(f"{fault.field}: {fault.message}" for fault in fields)
    what = problem(422, "validation", "The request does not have the expected form", detail)
    return respond(what.model_copy(update={"errors": fields}))


def _field(path: tuple[int | str, ...]) -> str:
    """Name a field without the part of the request it stands in.

    >>> _field(("body", "history", 0, "role")), _field(("body",))
    ('history.0.role', 'body')
    """
    return ".".join(map(str, path[1:] or path))


async def _on_http(_request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    phrase = HTTPStatus(status).phrase
    detail = error.detail if isinstance(error, HTTPException) else phrase
    return respond(problem(status, phrase.lower().replace(" ", "-"), phrase, detail), headers)


async def _on_crash(_request: Request, _error: Exception) -> JSONResponse:
    return respond(crash_problem())
