"""A result in a few words, as the model sees it before it chooses the next call."""

from __future__ import annotations

from typing import Any

from agent.evidence import Evidence
from agent.ledger import Failure

_MOST_NAMES = 8


def digest_evidence(outcome: Evidence | Failure) -> str:
    """Return the names and counts of a result in at most a line.

    >>> digest_evidence(Failure("calendar", {}, "no such day"))
    'error: no such day'
    """
    if isinstance(outcome, Failure):
        return f"error: {outcome.reason}"
    return _DIGESTS.get(outcome.tool, _plain)(outcome.result)


def _plain(_result: dict[str, Any]) -> str:
    return "done"


def _segments(result: dict[str, Any]) -> str:
    return ", ".join(f"{row['name']} {row['customers']}" for row in result["segments"][:_MOST_NAMES])


def _products(result: dict[str, Any]) -> str:
    return f"{len(result['products'])} products"


def _response(result: dict[str, Any]) -> str:
    return f"{result['rate_percent']}%"


def _budget(result: dict[str, Any]) -> str:
    return f"spent {result['spent']}, unspent {result['unspent']}"


def _events(result: dict[str, Any]) -> str:
    return ", ".join(event["name"] for event in result["events"][:_MOST_NAMES]) or "nothing"


_DIGESTS = {
    "profile_customers": _segments,
    "recommend_products": _products,
    "search_products": _products,
    "predict_response": _response,
    "allocate_budget": _budget,
    "calendar": _events,
}
