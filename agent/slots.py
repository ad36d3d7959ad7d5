"""Slots: the facts that copy may state, named, and filled in by code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.figures import Figure

_SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def slots_in(template: str) -> tuple[str, ...]:
    """Return the slots that a template uses, in order.

    >>> slots_in("Save {discount} until {ends_on}")
    ('discount', 'ends_on')
    """
    return tuple(match[1] for match in _SLOT.finditer(template))


def fill_slots(template: str, slots: Mapping[str, Figure]) -> str:
    """Fill every known slot with its fact; an unknown one stays as it is, for the check to find."""
    return _SLOT.sub(lambda match: slots[match[1]].text if match[1] in slots else match[0], template)
