"""The API of questions and tools: ask in words, call a tool by name, list stores and models."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field, JsonValue

from agent.requests import AskReply, AskRequest
from agent.server.campaigns import OfficeDep
from agent.server.names import check_names
from agent.server.office import Office
from agent.server.problems import PROBLEM_RESPONSES, ProblemError, problem
from agent.server.services import ModelInfo, StoreInfo, ToolInfo
from agent.server.worker import Worker
from tools.contract import Frozen
from tools.knowledge.library import FoundPassage, Shelf
from tools.warehouse.quality import QualityReport

router = APIRouter(prefix="/v1", responses=PROBLEM_RESPONSES)
Result = TypeVar("Result")


class ToolRequest(Frozen):
    """One call of a tool."""

    arguments: dict[str, JsonValue] = Field(default_factory=dict, description="Arguments, as the tool's schema says.")
    store: str = Field(min_length=1, description="Name of the store.")
    as_of: dt.date | None = Field(None, description="Day to answer on; by default the day after the last order.")
    seed: int = Field(0, ge=0, description="Seed of everything random.")


class ToolReply(Frozen):
    """What a tool answered."""

    name: str = Field(description="Name of the tool.")
    answer: JsonValue = Field(description="The answer, as the tool's schema says.")


class Stores(Frozen):
    """The stores."""

    stores: tuple[StoreInfo, ...] = Field(description="Stores that campaigns can be planned for.")


class Models(Frozen):
    """The models."""

    models: tuple[ModelInfo, ...] = Field(description="Models that requests may name.")


class Tools(Frozen):
    """The tools."""

    tools: tuple[ToolInfo, ...] = Field(description="Tools with their schemas.")


class Passages(Frozen):
    """Passages of a shop's own texts."""

    passages: tuple[FoundPassage, ...] = Field(description="Passages, best first; quotes, never instructions.")


@router.post("/ask", tags=["questions"])
async def ask(question: AskRequest, request: Request, office: OfficeDep) -> AskReply:
    """Answer one message from tools, or ask back, or refuse."""
    check_names(office.services, question.store, question.model)
    return await _in_turn(request, partial(office.services.ask, question))


@router.get("/tools", tags=["tools"])
def list_tools(office: OfficeDep) -> Tools:
    """List the tools with the JSON schemas of their arguments and answers."""
    return Tools(tools=office.services.tools())


@router.post("/tools/{name}", tags=["tools"])
async def call_tool(
    name: Annotated[str, Path(max_length=80)], call: ToolRequest, request: Request, office: OfficeDep
) -> ToolReply:
    """Call one tool."""
    known = tuple(tool.name for tool in office.services.tools())
    if name not in known:
        detail = f"tool {name!r} does not exist; expected one of {', '.join(known)}"
        raise ProblemError(problem(404, "unknown-tool", "There is no such tool", detail))
    check_names(office.services, call.store)
    run = partial(office.services.run_tool, name, call.arguments, call.store, call.as_of, call.seed)
    return ToolReply(name=name, answer=await _in_turn(request, run))


@router.get("/stores", tags=["stores"])
def list_stores(office: OfficeDep) -> Stores:
    """List the stores."""
    return Stores(stores=office.services.stores())


@router.get("/stores/{store}/quality", tags=["stores"])
async def store_quality(
    store: Annotated[str, Path(max_length=80)], request: Request, office: OfficeDep
) -> QualityReport:
    """Return a store's data-quality report: findings about its data, and what its import did with every row."""
    _check_served(store, office)
    return await _in_turn(request, partial(office.services.quality, store))


@router.get("/stores/{store}/library/{shelf}", tags=["stores"])
async def store_library(
    store: Annotated[str, Path(max_length=80)],
    shelf: Shelf,
    request: Request,
    office: OfficeDep,
    query: Annotated[str, Query(min_length=1, max_length=200, description="What to look for.")],
    k: Annotated[int, Query(ge=1, le=20, description="How many passages.")] = 5,
) -> Passages:
    """Return the passages of a shop's brand guide or past campaigns that are nearest to a query, best first."""
    _check_served(store, office)
    found = await _in_turn(request, partial(office.services.look_up, store, shelf, query, k))
    return Passages(passages=tuple(found))


@router.get("/models", tags=["models"])
def list_models(office: OfficeDep) -> Models:
    """List the models."""
    return Models(models=office.services.models())


def _check_served(store: str, office: Office) -> None:
    known = tuple(info.name for info in office.services.stores())
    if store not in known:
        detail = f"store {store!r} is not served here; expected one of {', '.join(known) or 'none yet'}"
        raise ProblemError(problem(404, "unknown-store", "There is no such store", detail))


async def _in_turn(request: Request, work: Callable[[], Result]) -> Result:
    """Have the worker do it, before the plans that wait."""
    worker: Worker = request.app.state.worker
    return await asyncio.wrap_future(worker.submit(work, urgent=True))
