"""Names that requests over HTTP may use: known stores and models only, never paths or addresses."""

from __future__ import annotations

from agent.server.services import Services
from tools.errors import InputError


def check_names(services: Services, store: str, model: str | None = None) -> None:
    """Refuse a store or model that the server does not list.

    On the command line a store may be a folder, and a model a file or an address. A client of the server may not send
    it to files and hosts of its own choosing.

    Raises:
        InputError: The name is not in the list.
    """
    _check(
        "store", store, tuple(info.name for info in services.stores()), "import one with `marketwright store import`"
    )
    if model is not None:
        _check("model", model, tuple(info.name for info in services.models()), "leave it out for the default")


def _check(kind: str, name: str, known: tuple[str, ...], remedy: str) -> None:
    if name not in known:
        raise InputError(f"{kind} {name[:80]!r} is not served here; expected {_any_of(known)}; try that, or {remedy}")


def _any_of(names: tuple[str, ...]) -> str:
    """Write a choice.

    >>> _any_of(("demo", "shop")), _any_of(())
    ('demo or shop', 'nothing: there is none yet')
    """
    return " or ".join(names) or "nothing: there is none yet"
