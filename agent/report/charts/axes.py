"""Two number axes from zero: where a value stands in the drawing, and the grid with its ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.svg import element, short_number, ticks, words

_RIGHT, _PLOT, _BOTTOM = 14.0, 190.0, 46.0
_TICK_GAP, _TICKS_BELOW, _AXIS_BELOW = 6.0, 18.0, 38.0


@dataclass(frozen=True)
class Axes:
    """The room of a chart and what its axes reach, in user units.

    Attributes:
        width: Of the drawing.
        left: Room for the numbers beside the upward axis.
        top: Room above the plot.
        across: Ticks of the axis that runs across.
        up: Ticks of the axis that runs upwards.
    """

    width: float
    left: float
    top: float
    across: Sequence[float]
    up: Sequence[float]

    @classmethod
    def reaching(cls, across: float, up: float, *, width: float, left: float, top: float) -> Axes:
        """Return axes whose last ticks hold the largest values."""
        return cls(width, left, top, ticks(across), ticks(up))

    @property
    def bottom(self) -> float:
        """Return how far down the plot ends."""
        return self.top + _PLOT

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height of the drawing."""
        return self.width, self.bottom + _BOTTOM

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point stands in the drawing."""
        return (
            self.left + (self.width - self.left - _RIGHT) * x / self.across[-1],
            self.top + _PLOT * (1 - y / self.up[-1]),
        )

    def draw(self, axis: str) -> Markup:
        """Draw the grid, the ticks, and below them what runs across."""
        right, parts = self.width - _RIGHT, []
        for tick in self.up:
            y = self.place(0.0, tick)[1]
            parts.append(element("line", x1=self.left, x2=right, y1=y, y2=y, class_="grid"))
            parts.append(words(short_number(tick), self.left - _TICK_GAP, y + 4, "tick", "end"))
        for tick in self.across:
            x = self.place(tick, 0.0)[0]
            parts.append(words(short_number(tick), x, self.bottom + _TICKS_BELOW, "tick", "middle"))
        middle = (self.left + right) / 2
        return element("g", *parts, words(axis, middle, self.bottom + _AXIS_BELOW, "axis", "middle"))


def joined(places: Sequence[tuple[float, float]]) -> str:
    """Return places as the points of a line.

    >>> joined([(1.0, 2.0), (3.5, 4.25)])
    '1.00,2.00 3.50,4.25'
    """
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in places)
