"""Bars of one length, each cut into shares: what became of each thing's parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import drawing, element, fit, text_width, words

_ROW, _BAR, _KEYS = 30.0, 16.0, 26.0
_LABEL_SHARE = 0.34
_SMALLEST = 2.0
"""Least width of a share that is not nothing, so that it can be seen."""


@dataclass(frozen=True)
class Stack:
    """One bar: its name, the sizes of its parts in the chart's order, and a number written at its end."""

    label: str
    parts: tuple[float, ...]
    written: str


@dataclass(frozen=True)
class StackChart:
    """What the chart says besides its bars.

    Attributes:
        name: Unique in the page.
        title: What is shown.
        keys: Name and colour class of each part.
        width: In user units.
    """

    name: str
    title: str
    keys: tuple[tuple[str, str], ...]
    width: float = 440.0


def draw_stacks(chart: StackChart, stacks: Sequence[Stack]) -> Markup:
    """Draw the key, then a bar a row."""
    keys, top = _legend(chart)
    left = min(max((text_width(stack.label) for stack in stacks), default=0) + 10, chart.width * _LABEL_SHARE)
    right = max((text_width(stack.written) for stack in stacks), default=0) + 10
    body = [keys]
    for place, stack in enumerate(stacks):
        middle = top + _ROW * (place + 0.5)
        body.append(words(fit(stack.label, left - 8), left - 8, middle + 4, "label", "end"))
        body += _bar(chart, stack, (left, chart.width - left - right), middle)
        body.append(words(stack.written, chart.width - 2, middle + 4, "value", "end"))
    told = "; ".join(_described(chart, stack) for stack in stacks)
    return drawing(chart.name, chart.title, f"{told}.", (chart.width, top + _ROW * len(stacks) + 4), body)


def _described(chart: StackChart, stack: Stack) -> str:
    parts = ", ".join(f"{part:,.0f} {name}" for (name, _), part in zip(chart.keys, stack.parts, strict=True) if part)
    return f"{stack.label}: {parts or 'nothing'}"


def _bar(chart: StackChart, stack: Stack, span: tuple[float, float], middle: float) -> list[Markup]:
    left, room = span
    total = sum(stack.parts)
    lengths = [max(part / total * room, _SMALLEST) if part > 0 else 0.0 for part in stack.parts] if total else []
    if lengths:
        lengths[lengths.index(max(lengths))] -= sum(lengths) - room
    drawn, x = [], left
    for (_, colour), length in zip(chart.keys, lengths, strict=False):
        if length:
            box = element("rect", x=x, y=middle - _BAR / 2, width=length, height=_BAR, class_=f"share {colour}")
            drawn.append(box)
        x += length
    return drawn


def _legend(chart: StackChart) -> tuple[Markup, float]:
    """Write the key, in as many lines as it needs; return it with its height."""
    x, y, parts = 0.0, 2.0, []
    for name, colour in chart.keys:
        needed = 20 + text_width(name) + 12
        if x and x + needed > chart.width:
            x, y = 0.0, y + 20
        parts.append(element("rect", x=x, y=y, width=12, height=12, rx=2, class_=f"share {colour}"))
        parts.append(words(name, x + 18, y + 11, "tick"))
        x += needed
    return element("g", *parts), y + _KEYS
