"""The base of everything typed that enters or leaves."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Base of everything typed that enters or leaves: immutable, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
