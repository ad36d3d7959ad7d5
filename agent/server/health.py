"""Whether the process lives, whether it can work, and the page that documents the API."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from pydantic import Field

from agent.server.campaigns import OfficeDep
from tools.contract import Frozen

router = APIRouter(tags=["health"])
DOCS = Path(__file__).with_name("page") / "docs.html"


class Health(Frozen):
    """Whether the process lives."""

    status: str = Field(description="ok.")


class Readiness(Frozen):
    """Whether campaigns can be planned now."""

    ready: bool = Field(description="Whether there is a store and a model that can be used.")
    missing: tuple[str, ...] = Field(description="What is missing and what to do.")
    waiting: int = Field(description="Campaigns that wait.")


@router.get("/healthz")
def healthz() -> Health:
    """Say that the process lives."""
    return Health(status="ok")


@router.get("/readyz", responses={503: {"model": Readiness, "description": "Something is missing."}})
def readyz(office: OfficeDep, response: Response) -> Readiness:
    """Say whether campaigns can be planned now, and what is missing otherwise."""
    missing = []
    if not office.services.stores():
        missing.append("no store; try `marketwright demo` or `marketwright store import`")
    models = office.services.models()
    if not any(model.ready for model in models):
        missing.extend(f"model {model.name}: {model.remedy}" for model in models if model.remedy)
    response.status_code = 503 if missing else 200
    return Readiness(ready=not missing, missing=tuple(missing), waiting=office.book.waiting())


@router.get("/docs", include_in_schema=False)
def docs() -> FileResponse:
    """Show the API's documentation, without any other host."""
    return FileResponse(DOCS, media_type="text/html")
