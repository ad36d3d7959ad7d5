"""Past campaigns become passages of their own store; files that are none are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.artifacts import to_json
from agent.past_campaigns import passages_of_campaigns
from tests.example_campaign import example_campaign
from tools.errors import InputError


def test_brief_and_copy_are_kept_and_damaged_files_counted(tmp_path: Path) -> None:
    campaign = example_campaign().campaign
    for name, text in (("good", to_json(campaign)), ("bad", "{}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "campaign.json").write_text(text, encoding="utf-8")
    passages, unread = passages_of_campaigns(tmp_path, campaign.store)
    assert unread == 1
    assert passages[0].text.split() == campaign.brief.text.split()[: len(passages[0].text.split())]
    assert {passage.id.split("/")[0] for passage in passages} == {campaign.id}


def test_campaigns_of_other_stores_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "campaign.json").write_text(to_json(example_campaign().campaign), encoding="utf-8")
    assert passages_of_campaigns(tmp_path, "another") == ([], 0)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        passages_of_campaigns(tmp_path / "none", "demo")
