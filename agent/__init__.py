"""Marketwright: from a marketer's paragraph to an approved, measurable campaign.

    from agent import PlanRequest, plan_campaign

    finished = plan_campaign(PlanRequest(brief="…", store="demo"))

The names below are loaded when first used, so that importing the package stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.asking import ask
    from agent.pipeline import plan_campaign
    from agent.requests import AskReply, AskRequest, Finished, PlanRequest

__all__ = ["AskReply", "AskRequest", "Finished", "PlanRequest", "ask", "plan_campaign"]

_HOMES = {
    "AskReply": "agent.requests",
    "AskRequest": "agent.requests",
    "Finished": "agent.requests",
    "PlanRequest": "agent.requests",
    "ask": "agent.asking",
    "plan_campaign": "agent.pipeline",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its home on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'agent' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
