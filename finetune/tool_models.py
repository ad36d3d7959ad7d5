"""All fourteen tools as the narrowing needs them: the catalogue's, and the designed ones that are not built yet."""

from __future__ import annotations

from agent.chooser import OFFERED
from agent.narrowing import Offered


def every_tool() -> tuple[Offered, ...]:
    """Return the tools as they are offered when the product asks the model."""
    return OFFERED
