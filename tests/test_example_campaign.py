"""The imagined campaign keeps to its own evidence."""

from __future__ import annotations

from agent.campaign import Campaign
from tests.example_campaign import example_campaign


def test_example_is_complete_and_repeats() -> None:
    example = example_campaign()
    assert example == example_campaign()
    assert Campaign.model_validate_json(example.campaign.model_dump_json()) == example.campaign
    assert [entry.id for entry in example.campaign.evidence] == [piece.id for piece in example.evidence]
