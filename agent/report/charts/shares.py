"""One bar cut into shares, with a legend that carries the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, fit, linked, words

_BAR, _ROW = 26.0, 26.0
_SMALLEST = 3.0
"""Least width of a share that is not nothing, so that it can be seen."""


@dataclass(frozen=True)
class Share:
    """One part of a whole.

    Attributes:
        label: What the part is.
        value: Its size; negative ones are drawn as nothing.
        written: The size as people read it.
        colour: Class of the style sheet.
        href: Anchor of the value in the page.
    """

    label: str
    value: float
    written: str
    colour: str
    href: str | None = None


def draw_shares(name: str, title: str, parts: Sequence[Share], width: float = 440.0) -> Markup:
    """Draw the parts side by side, then a legend row for each."""
    total = sum(max(part.value, 0.0) for part in parts)
    body = []
    x = 0.0
    for part, length in zip(parts, _lengths(parts, total, width), strict=True):
        body.append(element("rect", x=x, y=0, width=length, height=_BAR, class_=f"share {part.colour}"))
        x += length
    for place, part in enumerate(parts):
        body.append(_legend(part, _BAR + 14 + _ROW * place, total, width))
    described = "; ".join(f"{part.label} {part.written}, {_percent(part.value, total)}" for part in parts)
    return drawing(name, title, f"{described}.", (width, _BAR + 14 + _ROW * len(parts)), body)


def _lengths(parts: Sequence[Share], total: float, width: float) -> list[float]:
    """Share out the width; parts too small to see get a sliver, taken from the largest."""
    if total <= 0:
        return [0.0 for _ in parts]
    lengths = [max(part.value, 0.0) / total * width for part in parts]
    seen = [max(length, _SMALLEST) if length > 0 else 0.0 for length in lengths]
    seen[seen.index(max(seen))] -= sum(seen) - width
    return seen


def _legend(part: Share, top: float, total: float, width: float) -> Markup:
    value = linked(part.href, words(part.written, width - 62, top + 14, "value", "end"))
    return element(
        "g",
        element("rect", x=0, y=top + 3, width=12, height=12, rx=2, class_=f"share {part.colour}"),
        words(fit(part.label, width * 0.55), 20, top + 14, "label"),
        value,
        words(_percent(part.value, total), width - 2, top + 14, "tick", "end"),
    )


def _percent(value: float, total: float) -> str:
    """Write a share of the whole.

    >>> _percent(1, 3), _percent(0.001, 10), _percent(0, 10), _percent(1, 0)
    ('33.3%', '<0.1%', '0%', '–')
    """
    if total <= 0:
        return "–"
    share = 100 * value / total
    return "<0.1%" if 0 < share < 0.1 else f"{share:.1f}".removesuffix(".0") + "%"
