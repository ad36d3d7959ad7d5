"""Slots: the facts that copy may state, named, and filled in by code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agent.figures import Figure

_SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_ANY_SLOT = re.compile(r"\{[^{}]*\}")
_STARTS = re.compile(r"(?:^|[.!?:]\s|\n)\s*$")


def slots_in(template: str) -> tuple[str, ...]:
    """Return the slots that a template uses, in order.

    >>> slots_in("Save {discount} until {ends_on}")
    ('discount', 'ends_on')
    """
    return tuple(match[1] for match in _SLOT.finditer(template))


def own_text(template: str) -> str:
    """Return what a template says in words of its own: every slot is a space.

    >>> own_text("Save {discount} now")
    'Save   now'
    """
    return _ANY_SLOT.sub(" ", template)


def fill_slots(template: str, slots: Mapping[str, Figure]) -> str:
    """Fill every known slot with its fact, with a capital where a sentence starts.

    An unknown slot stays as it is, for the check to find.
    """

    def fill(match: re.Match[str]) -> str:
        if match[1] not in slots:
            return match[0]
        fact = slots[match[1]].text
        return fact[:1].upper() + fact[1:] if _STARTS.search(template[: match.start()]) else fact

    return _SLOT.sub(fill, template)
