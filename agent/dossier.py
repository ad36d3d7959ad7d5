"""The dossier: brief, shop, policy and evidence together, and the only way to make figures and texts from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from agent.campaign import Brief
from agent.evidence import Evidence
from agent.figures import Figure, Text, Unit, figure, text

_POLICY = Path(__file__).with_name("policy.yaml")


@dataclass(frozen=True)
class Shop:
    """What a campaign says about the shop itself.

    Attributes:
        currency: ISO 4217 code.
        country: ISO 3166 code.
    """

    name: str
    shop_name: str
    currency: str
    country: str


@dataclass(frozen=True)
class Dossier:
    """Everything a plan may refer to.

    Attributes:
        policy: The house's own values, referred to as P.
        evidence: Tool results in order.
    """

    brief: Brief
    shop: Shop
    policy: Mapping[str, Any]
    evidence: tuple[Evidence, ...] = ()

    @cached_property
    def roots(self) -> Mapping[str, Any]:
        """Return what references start with: B (brief), S (shop), P (policy), and the id of each evidence."""
        shop = {"name": self.shop.name, "shop_name": self.shop.shop_name, "country": self.shop.country}
        return {
            "B": self.brief.model_dump(mode="json"),
            "S": shop,
            "P": self.policy,
            **{item.id: item.result for item in self.evidence},
        }

    def find(self, tool: str, **wanted: object) -> Evidence | None:
        """Return the last evidence of a tool whose result has the wanted values, or None."""
        for item in reversed(self.evidence):
            if item.tool == tool and all(item.result.get(key) == value for key, value in wanted.items()):
                return item
        return None

    def figure(self, source: str, unit: Unit) -> Figure:
        """Make a figure from a source over the roots, in the shop's currency."""
        return figure(source, unit, self.roots, self.shop.currency)

    def text(self, template: str) -> Text:
        """Make a text from a template over the roots, in the shop's currency."""
        return text(template, self.roots, self.shop.currency)


def load_policy() -> dict[str, Any]:
    """Read the house's own values."""
    policy: dict[str, Any] = yaml.safe_load(_POLICY.read_text(encoding="utf-8"))
    return policy
