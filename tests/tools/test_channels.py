"""Words for channels, and who may be reached."""

from __future__ import annotations

import pytest

from tools.channels import find_channel, reachable, unit_costs
from tools.errors import ToolError
from tools.warehouse.view import StoreView


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("E-Mail", "email"),
        ("text messages", "sms"),
        ("Facebook", "meta_ads"),
        ("direct mail", "coupon_mail"),
        ("emial", "email"),
    ],
)
def test_words(words: str, name: str) -> None:
    assert find_channel(words).name == name


def test_the_stores_own_names_come_first() -> None:
    assert find_channel("Search", ("search",)).name == "search"
    assert find_channel("search").name == "google_ads"


def test_unknown_channel() -> None:
    with pytest.raises(ToolError, match="smoke signals"):
        find_channel("smoke signals")


def test_no_word_means_two_channels() -> None:
    words = [alias for cost in unit_costs().channels.values() for alias in cost.aliases]
    assert len(words) == len(set(words))


def test_every_cost_has_a_source() -> None:
    assert all(len(cost.source) > 20 for cost in unit_costs().channels.values())


def test_consents_count_by_channel(busy_view: StoreView) -> None:
    some = frozenset(("c000", "c001", "c002"))
    assert reachable(busy_view, "email", some)[0] == {"c000", "c002"}
    assert reachable(busy_view, "google_ads", some) == (some, None)


def test_without_consents_everybody_counts(tiny_view: StoreView) -> None:
    found, warning = reachable(tiny_view, "email", frozenset(("c01",)))
    assert found == {"c01"}
    assert warning is not None
