"""Settle a brief: resolve its names against the store, fill what it left open, and write down each assumption."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from agent.briefs import WRITABLE_CHANNELS, ExtractedBrief
from agent.campaign import Author, Brief, Goal, OfferKind
from agent.dossier import load_policy
from agent.mentions import Mentions
from agent.requests import PlanRequest
from agent.vocabulary import offered_categories
from tools.customers.segments import find_segment
from tools.errors import InputError, ToolError
from tools.names import resolve_name, stemmed
from tools.warehouse.view import StoreView

USUAL_SEGMENT: dict[Goal, str] = {
    "win_back": "lapsed",
    "cross_sell": "active",
    "replenish": "loyal",
    "discover": "active",
    "loyalty": "loyal",
    "launch": "loyal",
    "clearance": "active",
    "welcome": "new",
    "grow": "active",
}
"""Whom a goal is usually about, when the brief names nobody."""

_BUDGET_WORD = re.compile(r"\b(?:budget|spend)\s*(?:of|is|:|=)?\s*(-?[$€£]?-?\s?\S+)", re.IGNORECASE)
_NO_MONEY = re.compile(r"^[$€£]?\s?(?:-\s?[$€£]?\s?\d|0+(?:[.,]0*)?(?!\d|[.,]\d*[1-9])\b|zero\b)", re.IGNORECASE)


@dataclass
class _Notes:
    """Assumptions in the order in which they were made."""

    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        self.lines.append(line)


def refuse_unplannable(request: PlanRequest, mentions: Mentions) -> None:
    """Refuse a brief whose budget is no amount, before any model is asked.

    Raises:
        InputError: The budget is zero, negative, or not a number.
    """
    if request.budget is not None:
        return
    for words in _BUDGET_WORD.findall(request.brief):
        if _NO_MONEY.match(words):
            raise InputError(f"budget {words.strip('.,;')!r} is no budget; expected more than zero; try --budget 3000")
    if not mentions.money:
        raise InputError("the brief names no budget as an amount; expected one; say how much, or pass --budget 3000")


def settle(
    request: PlanRequest, found: ExtractedBrief, author: Author, view: StoreView, spans: tuple[str, ...] = ()
) -> Brief:
    """Return the brief to plan by.

    Args:
        request: What came in.
        found: What was read out of it.
        author: Who read it.
        view: The store.
        spans: Runs of the brief's words, in which categories are looked for that the reading left out.

    Raises:
        InputError: No budget, no usable channel, an unknown segment, or impossible dates.
    """
    notes = _Notes()
    goal = found.goal or "grow"
    if found.goal is None:
        notes.add("The brief states no goal; selling more to the named customers was taken.")
    starts_on, ends_on = _dates(found, view.as_of, notes)
    return Brief(
        text=request.brief,
        goal=goal,
        segments=_segments(found, goal, view, notes),
        channels=_channels(found, notes),
        budget=_budget(request, found, notes),
        currency=view.meta.currency,
        starts_on=starts_on,
        ends_on=ends_on,
        categories=_categories(found, view, spans, notes),
        offer=_offer(found, notes),
        discount_percent=found.discount_percent,
        assumptions=tuple(notes.lines),
        extracted_by=author,
    )


def _segments(found: ExtractedBrief, goal: Goal, view: StoreView, notes: _Notes) -> tuple[str, ...]:
    if not found.segments:
        notes.add(
            f"The brief names no customers; {USUAL_SEGMENT[goal]} customers were taken, the usual ones for this goal."
        )
    names = []
    for words in found.segments or (USUAL_SEGMENT[goal],):
        try:
            segment = find_segment(view, words)
        except ToolError as error:
            raise InputError(str(error)) from error
        if not len(segment.customer_ids):
            raise InputError(
                f"segment {segment.name!r} holds nobody on {view.as_of}; expected customers; "
                'try `marketwright tool profile_customers --args \'{"by": "lifecycle"}\'` to see the others'
            )
        names.append(segment.name)
        if segment.took:
            notes.add(f"Segments: {segment.took}.")
    return tuple(dict.fromkeys(names))


def _channels(found: ExtractedBrief, notes: _Notes) -> tuple[str, ...]:
    usable = tuple(name for name in found.channels if name in WRITABLE_CHANNELS)
    others = [name for name in found.channels if name not in WRITABLE_CHANNELS]
    if others and not usable:
        raise InputError(
            f"channel {others[0]!r} cannot be planned yet; expected one of {', '.join(WRITABLE_CHANNELS)}; "
            "name one of them"
        )
    if others:
        notes.add(f"Channels that cannot be planned yet were left out: {', '.join(others)}.")
    if not usable:
        notes.add("The brief names no channel; email was taken.")
    return usable or ("email",)


def _budget(request: PlanRequest, found: ExtractedBrief, notes: _Notes) -> float:
    if request.budget is not None:
        if found.budget not in (None, request.budget):
            notes.add("The budget passed beside the brief was taken, not the one in its text.")
        return request.budget
    if found.budget is None:
        raise InputError(
            'no budget was found in the brief; expected an amount; say "budget 3,000", or pass --budget 3000'
        )
    return found.budget


def _dates(found: ExtractedBrief, as_of: dt.date, notes: _Notes) -> tuple[dt.date, dt.date]:
    policy = load_policy()
    starts_on = found.starts_on or as_of
    if found.starts_on is not None and found.starts_on == found.ends_on and found.ends_on > as_of:
        notes.add(f"The brief names one day; {found.ends_on} was taken as the last day, from {as_of} on.")
        starts_on = as_of
    if starts_on < as_of:
        notes.add(f"The first day lay in the past; {as_of} was taken.")
        starts_on = as_of
    ends_on = found.ends_on or starts_on + dt.timedelta(policy["default_days"])
    if found.ends_on is None:
        notes.add(f"The brief names no last day; {ends_on} was taken.")
    days = (ends_on - starts_on).days
    if not policy["shortest_days"] <= days <= policy["longest_days"]:
        raise InputError(
            f"period {starts_on} to {ends_on} has {days} days; expected {policy['shortest_days']} to "
            f"{policy['longest_days']}; name a last day after {as_of}"
        )
    return starts_on, ends_on


def _categories(found: ExtractedBrief, view: StoreView, spans: tuple[str, ...], notes: _Notes) -> tuple[str, ...]:
    known = offered_categories(view)
    names = []
    if not found.categories:
        names = _named_plainly(spans, known)
        if names:
            notes.add(f"The brief names the shop's own category {names[0]}; it was taken.")
    for words in found.categories:
        try:
            match = resolve_name(words, known, "category")
        except ToolError as error:
            notes.add(f"{str(error).partition(';')[0].capitalize()}; the segment's own favourites are used.")
            continue
        names.append(match.name)
        took = match.took(words)
        if took:
            notes.add(f"Categories: {took}.")
    return tuple(dict.fromkeys(names))


def _named_plainly(spans: tuple[str, ...], known: tuple[str, ...]) -> list[str]:
    """Return the longest span that is a category's name, case and plural apart."""
    plain = {stemmed(name): name for name in reversed(known)}
    named = [span for span in spans if stemmed(span) in plain]
    return [plain[stemmed(max(named, key=len))]] if named else []


def _offer(found: ExtractedBrief, notes: _Notes) -> OfferKind:
    if found.offer is None and found.discount_percent is None:
        notes.add("The brief names no offer; none was planned.")
        return "none"
    if found.offer in (None, "none") and found.discount_percent is not None:
        return "discount"
    return found.offer or "none"
