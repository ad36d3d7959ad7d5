"""Copy as it will look: what each channel's card shows, and how many parts a text message needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.campaign import Campaign, CopyVariant
from agent.checks.limits import sms_parts
from agent.figures import Text
from agent.report.wording import plain


@dataclass(frozen=True)
class Preview:
    """One variant with what the page says about it.

    Attributes:
        variant: The copy.
        parts: Messages that a text message is cut into; None for other channels.
        others: Fields that the channel's card does not place by itself.
    """

    variant: CopyVariant
    parts: int | None
    others: Mapping[str, Text]


_PLACED = {"email": ("subject", "preheader", "body", "call_to_action"), "sms": ("text",)}


def previews(campaign: Campaign) -> tuple[Preview, ...]:
    """Make one preview for each variant, in the deck's order."""
    return tuple(_preview(variant) for variant in campaign.copy_deck.variants)


def _preview(variant: CopyVariant) -> Preview:
    placed = _PLACED.get(variant.channel, ())
    text = variant.fields.get("text")
    return Preview(
        variant=variant,
        parts=sms_parts(text.text) if variant.channel == "sms" and text else None,
        others={plain(name): field for name, field in variant.fields.items() if name not in placed},
    )
