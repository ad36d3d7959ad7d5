"""The guard rails of offers: named values with their source, the shop's own where it has written them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import Field, ValidationError

from tools.errors import InputError
from tools.frozen import Frozen
from tools.home import home

RULES_FILE: Final = Path(__file__).parent.parent / "data" / "offer_rules.yaml"
OWN_FILE: Final = "offer_rules.yaml"

Percent = Annotated[float, Field(ge=0, lt=100)]


class Rule(Frozen):
    """One limit in percent."""

    value: Percent = Field(description="The limit, in percent.")
    source: str = Field(min_length=1, description="Who set it and why.")


class HalfLife(Frozen):
    """How fast results lose weight."""

    value: float | None = Field(gt=0, description="Days after which a result counts half; null: never.")
    source: str = Field(min_length=1, description="Who set it and why.")


class Exploration(Frozen):
    """How much is tried by lot."""

    value: float = Field(gt=0, le=100, description="Share of customers, in percent.")
    source: str = Field(min_length=1, description="Who set it and why.")


class OfferRules(Frozen):
    """The content of `offer_rules.yaml`."""

    margin_floor_percent: Rule = Field(description="Least margin of the price paid, after the offer.")
    discount_cap_percent: Rule = Field(description="Most that an offer may take off.")
    exploration_share_percent: Exploration = Field(description="Share of customers who get an allowed offer by lot.")
    half_life_days: HalfLife = Field(description="Discount of older results.")


def offer_rules(folder: Path | None = None) -> OfferRules:
    """Read the rules: the shop's own where its folder has some, else the house's.

    Args:
        folder: Where the shop's own would be; the home folder by default.

    Raises:
        InputError: The shop's file is not of that form.
    """
    own = (folder or home()) / OWN_FILE
    file = own if own.is_file() else RULES_FILE
    try:
        return OfferRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise InputError(
            f"file {str(file)!r} cannot be read as rules of offers ({str(error).splitlines()[0]}); expected the form "
            f"of {RULES_FILE.name} in the package; try a copy of it"
        ) from error
