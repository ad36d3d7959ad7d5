"""The application: API, documentation and chat page in one process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute

from agent.server import answers, campaigns, health, results
from agent.server.guard import LOCAL_HOSTS, Guard
from agent.server.office import Office
from agent.server.problems import add_problem_responses
from agent.server.services import Services
from agent.server.worker import Worker
from tools.errors import MissingCapabilityError
from tools.experiments.results_file import MOST_RESULT_BYTES

PAGE = Path(__file__).with_name("page")

MOST_BODY_BYTES = 256 * 1024
"""Largest request body: the longest brief in four-byte characters, three times over."""

STOP_SECONDS = 2.0
"""How long leaving waits for the running piece of work."""

MOST_BYTES_OF: Mapping[str, int] = {"/results": MOST_RESULT_BYTES}
"""Larger bodies, by the end of the path that takes them."""

DESCRIPTION = "Turn a brief into a checked campaign in which every number has a source; ask questions; call the tools."


def create_app(services: Services, hosts: Iterable[str] = LOCAL_HOSTS) -> FastAPI:
    """Make the application over the given services.

    Args:
        services: What the server calls.
        hosts: Host names it answers to; `*` for all.

    Raises:
        MissingCapabilityError: The built chat page is not in the package.
    """
    if not (PAGE / "index.html").is_file():
        raise MissingCapabilityError("chat page is not built; expected agent/server/page; try `make page`")
    worker = Worker()
    app = FastAPI(
        title="Marketwright",
        version=_version(),
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        generate_unique_id_function=_operation_name,
    )
    app.state.worker, app.state.office = worker, Office(services, worker)
    app.add_middleware(Guard, hosts=hosts, most_bytes=MOST_BODY_BYTES, most_bytes_of=MOST_BYTES_OF)
    add_problem_responses(app)
    for part in (campaigns, results, answers, health):
        app.include_router(part.router)
    app.frontend("/", directory=PAGE, fallback=None)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.worker.start()
    app.state.office.open()
    yield
    app.state.worker.stop(STOP_SECONDS)


def _operation_name(route: APIRoute) -> str:
    return route.name


def _version() -> str:
    try:
        return version("marketwright")
    except PackageNotFoundError:
        return "0"
