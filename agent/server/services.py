"""What the server stands on: the product's own functions, passed in, so that tests pass functions of their own."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, JsonValue

from agent.approval import Decision, ExportKind
from agent.campaign import Campaign
from agent.readout import ResultsReadout
from agent.requests import AskReply, AskRequest, Finished, PlanRequest, Watcher
from agent.results import ResultsFiles
from tools.contract import Frozen
from tools.knowledge.library import FoundPassage, Shelf
from tools.warehouse.quality import QualityReport


class StoreInfo(Frozen):
    """One store that campaigns can be planned for."""

    name: str = Field(description="Name to put into requests.")
    shop_name: str = Field(description="Name of the shop as customers know it.")
    currency: str = Field(description="ISO 4217 code of all money.")
    country: str = Field(description="ISO country of the shop.")
    first_on: dt.date = Field(description="Day of the first order.")
    last_on: dt.date = Field(description="Day of the last order.")
    tables: tuple[str, ...] = Field(description="Tables the store holds.")


class ModelInfo(Frozen):
    """One model that requests may name."""

    name: str = Field(description="Name to put into requests.")
    description: str = Field(description="What it is.")
    ready: bool = Field(description="Whether it can be used now.")
    remedy: str | None = Field(None, description="What to do when it cannot.")


class ToolInfo(Frozen):
    """One tool with the schemas of what it takes and answers."""

    name: str = Field(description="Name of the tool.")
    description: str = Field(description="What it does, in a line.")
    arguments: dict[str, Any] = Field(description="JSON schema of its arguments.")
    answer: dict[str, Any] = Field(description="JSON schema of its answer.")


def new_id(now: dt.datetime) -> str:
    """Return an id that sorts by day and cannot be guessed."""
    return f"{now:%Y%m%d}-{secrets.token_hex(6)}"


def utc_now() -> dt.datetime:
    """Return the time; the server is a front door, and only front doors ask the clock."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Services:
    """Everything the server calls.

    Attributes:
        home: Folder for `campaigns/<id>/` (artifacts), `exports/<id>/` and `state/jobs/` (queue and progress).
        plan: Brief to campaign.
        ask: Message to answer.
        save: Write the artifacts of a finished campaign into a new folder.
        load: Read them back.
        approve: Record an approval of the campaign in a folder.
        reject: Record a rejection.
        export: Copy what was approved to a target folder and return the file.
        take_results: Take in the results of the campaign in a folder, and read them out.
        stores: List the stores.
        quality: Name of a store to its data-quality report.
        look_up: Name of a store, shelf, query and how many, to passages of the shop's own texts.
        models: List the models.
        tools: List the tools.
        run_tool: Name, arguments, store, as of and seed to an answer.
        now: The clock.
        new_id: Name of a new job.
    """

    home: Path
    plan: Callable[[PlanRequest, Watcher], Finished]
    ask: Callable[[AskRequest], AskReply]
    save: Callable[[Path, Finished], object]
    load: Callable[[Path], Finished]
    approve: Callable[[Path, Decision], Campaign]
    reject: Callable[[Path, Decision], Campaign]
    export: Callable[[Path, ExportKind, Path, Decision], Path]
    take_results: Callable[[Path, ResultsFiles, Decision], ResultsReadout]
    stores: Callable[[], tuple[StoreInfo, ...]]
    quality: Callable[[str], QualityReport]
    look_up: Callable[[str, Shelf, str, int], Sequence[FoundPassage]]
    models: Callable[[], tuple[ModelInfo, ...]]
    tools: Callable[[], tuple[ToolInfo, ...]]
    run_tool: Callable[[str, Mapping[str, JsonValue], str, dt.date | None, int], JsonValue]
    now: Callable[[], dt.datetime] = utc_now
    new_id: Callable[[dt.datetime], str] = new_id
