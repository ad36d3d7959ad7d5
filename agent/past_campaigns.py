"""Past campaigns as passages: what was asked, what was decided and what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from agent.artifacts import CAMPAIGN_FILE
from agent.campaign import Campaign
from tools.errors import InputError
from tools.knowledge.passages import Passage, cut


def passages_of_campaigns(folder: Path, store: str) -> tuple[list[Passage], int]:
    """Return the passages of a store's campaigns anywhere below a folder, and how many files could not be read.

    Raises:
        InputError: There is no such folder.
    """
    if not folder.is_dir():
        raise InputError(f"folder {str(folder)!r} is not there; expected one with campaigns; try another")
    passages: list[Passage] = []
    unread = 0
    for file in sorted(folder.rglob(CAMPAIGN_FILE)):
        try:
            campaign = Campaign.model_validate_json(file.read_bytes())
        except (ValidationError, OSError):
            unread += 1
            continue
        if campaign.store == store:
            passages += cut(_told(campaign), f"{campaign.id}/")
    return passages, unread


def _told(campaign: Campaign) -> str:
    parts = [f"# Brief of {campaign.as_of}", campaign.brief.text, f"# State {campaign.state}", *_copy(campaign)]
    return "\n\n".join(parts)


def _copy(campaign: Campaign) -> Iterator[str]:
    for variant in campaign.copy_deck.variants:
        yield f"# {variant.channel} to {variant.segment}, {variant.id}"
        yield from (field.text for field in variant.fields.values())
