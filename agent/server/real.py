"""The server's services as the product gives them: pipeline, tools, stores and models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from pydantic import JsonValue

from agent.approval import approve, export, reject
from agent.artifacts import load_campaign, save_campaign
from agent.asking import ask
from agent.desk import view_at
from agent.models.files import base_gguf, has_adapter
from agent.pipeline import plan_campaign
from agent.report import render_report
from agent.requests import Finished
from agent.results import take_results
from agent.server.services import ModelInfo, Services, StoreInfo, ToolInfo
from tools.catalog import TOOLS
from tools.catalog import run_tool as call_tool
from tools.errors import MissingCapabilityError
from tools.home import home
from tools.knowledge.library import FoundPassage, Shelf, search_shelf
from tools.warehouse.quality import QualityReport, check_store
from tools.warehouse.store import Store, list_stores, open_store


def real_services() -> Services:
    """Return the product's own functions, over the home folder."""
    return Services(
        home=home(),
        plan=plan_campaign,
        ask=ask,
        save=save,
        load=load_campaign,
        approve=approve,
        reject=reject,
        export=export,
        take_results=take_results,
        stores=stores,
        quality=quality,
        look_up=look_up,
        models=models,
        tools=tools,
        run_tool=run_tool,
    )


def save(folder: Path, finished: Finished) -> None:
    """Write a campaign's files, the report among them."""
    save_campaign(folder, finished, render_report(finished.campaign, finished.evidence))


def stores() -> tuple[StoreInfo, ...]:
    """Return the stores under the home folder."""
    return tuple(_store_info(store) for store in list_stores())


def _store_info(store: Store) -> StoreInfo:
    meta = store.meta
    return StoreInfo(
        name=store.path.name,
        shop_name=meta.shop_name,
        currency=meta.currency,
        country=meta.country,
        first_on=meta.first_at.date(),
        last_on=meta.last_at.date(),
        tables=store.tables(),
    )


def look_up(name: str, shelf: Shelf, query: str, k: int) -> Sequence[FoundPassage]:
    """Return the passages of a store's guide or past campaigns that are nearest to a query."""
    return search_shelf(open_store(name), shelf, query, k)


def quality(name: str) -> QualityReport:
    """Return a store's data-quality report; one version of a store is looked at once."""
    store = open_store(name)
    return _quality(store, store.meta.version)


@lru_cache(maxsize=8)
def _quality(store: Store, _version: str) -> QualityReport:
    return check_store(store)


def models() -> tuple[ModelInfo, ...]:
    """Return the models that need no address and no path, and whether each is there."""
    return (
        _model_info("local", "SmolLM2-135M-Instruct with the tuned adapter, on this machine's CPU", _check_local),
        _model_info("base", "SmolLM2-135M-Instruct untuned, for comparison", _check_base),
        ModelInfo(name="rules", description="No model: rules choose, templates write", ready=True),
    )


def _model_info(name: str, description: str, check: Callable[[], object]) -> ModelInfo:
    try:
        check()
    except MissingCapabilityError as error:
        return ModelInfo(name=name, description=description, ready=False, remedy=str(error))
    return ModelInfo(name=name, description=description, ready=True)


@cache
def _check_base() -> Path:
    """Look for the base model; what was found once is not looked for again."""
    return base_gguf()


def _check_local() -> None:
    _check_base()
    if not has_adapter():
        raise MissingCapabilityError("tuned adapter is not shipped; try `python -m finetune.train`, or the model base")


@cache
def tools() -> tuple[ToolInfo, ...]:
    """Return the tools with their schemas."""
    return tuple(
        ToolInfo(
            name=tool.name,
            description=tool.description,
            arguments=tool.query.model_json_schema(),
            answer=tool.answer.model_json_schema(mode="serialization"),
        )
        for tool in TOOLS
    )


def run_tool(name: str, arguments: Mapping[str, JsonValue], store: str, as_of: dt.date | None, seed: int) -> JsonValue:
    """Call a tool and return its answer as JSON."""
    answer: JsonValue = call_tool(name, arguments, view_at(store, as_of, seed)).model_dump(mode="json")
    return answer
