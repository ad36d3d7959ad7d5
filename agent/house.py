"""The house's own rules for a campaign: the policy, with what the shop's brand guide adds."""

from __future__ import annotations

from typing import Any

from agent.dossier import load_policy
from tools.knowledge.library import words_of
from tools.warehouse.folder import StoreFolder


def house_policy(store: StoreFolder) -> dict[str, Any]:
    """Return the policy; words that the store's guide bans stand under `guide`, for the checks to read."""
    banned = words_of(store).banned
    return load_policy() | ({"guide": {"banned": list(banned)}} if banned else {})
