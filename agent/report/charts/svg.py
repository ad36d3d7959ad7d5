"""What every chart is made of: elements, words that fit, axes with round numbers."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

from markupsafe import Markup, escape

from agent.report.wording import clean

FONT = 13
"""Font size of labels in user units; the style sheet sets the same."""

_WIDE, _USUAL = 1.0, 0.62
"""Mean width of a character in font sizes, full-width and Latin; the wider of common sans-serif fonts."""


def element(tag: str, *children: Markup, **attributes: str | float | None) -> Markup:
    """Write one SVG element; underscores in names become hyphens, and None leaves an attribute out.

    >>> print(element("text", Markup("a"), x=1.25, text_anchor="end", class_=None))
    <text x="1.25" text-anchor="end">a</text>
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{written}>") + Markup("").join(children) + Markup(f"</{tag}>")  # noqa: S704 - tags are literals


def _short(value: str | float) -> str:
    return value if isinstance(value, str) else f"{round(value, 2):g}"


def words(text: str, x: float, y: float, class_: str = "", anchor: str = "start") -> Markup:
    """Write a label; the text is untrusted and gets escaped."""
    return element("text", escape(clean(text)), x=x, y=y, class_=class_ or None, text_anchor=anchor)


def linked(href: str | None, *children: Markup) -> Markup:
    """Wrap children in a link to an anchor of the page, if there is one."""
    return element("a", *children, href=f"#{href}", class_="fig") if href else Markup("").join(children)


def text_width(text: str) -> float:
    """Estimate the width of a label in user units."""
    ems = sum(_WIDE if unicodedata.east_asian_width(character) in "WF" else _USUAL for character in text)
    return ems * FONT


def fit(text: str, room: float) -> str:
    """Cut a label to the room it has.

    >>> fit("frozen pizza", 200), fit("frozen pizza", 70)
    ('frozen pizza', 'frozen …')
    """
    if text_width(text) <= room:
        return text
    kept = text
    while kept and text_width(kept + "…") > room:
        kept = kept[:-1]
    return kept + "…"


def ticks(top: float, wanted: int = 4) -> tuple[float, ...]:
    """Return round numbers from zero to at least `top`.

    >>> ticks(702), ticks(0.03), ticks(0)
    ((0.0, 200.0, 400.0, 600.0, 800.0), (0.0, 0.01, 0.02, 0.03), (0.0, 1.0))
    """
    if not math.isfinite(top) or top <= 0:
        return (0.0, 1.0)
    rough = top / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    count = math.ceil(top / step - 1e-9)
    return tuple(round(step * number, 12) for number in range(count + 1))


def ticks_between(bottom: float, top: float, wanted: int = 4) -> tuple[float, ...]:
    """Return round numbers around a range, for lines, whose axis need not start at zero.

    >>> ticks_between(28_100, 34_900), ticks_between(3, 100), ticks_between(5, 5)
    ((28000.0, 30000.0, 32000.0, 34000.0, 36000.0), (0.0, 50.0, 100.0), (0.0, 2.0, 4.0, 6.0))
    """
    if not math.isfinite(top - bottom) or bottom <= (top - bottom) or top <= bottom:
        return ticks(top, wanted)
    step = ticks(top - bottom, wanted)[1]
    first, last = math.floor(bottom / step), math.ceil(top / step - 1e-9)
    return tuple(round(step * number, 12) for number in range(first, last + 1))


def short_number(value: float, prefix: str = "") -> str:
    """Write an axis number.

    >>> short_number(800), short_number(12500), short_number(2e6, "$"), short_number(0.01)
    ('800', '12.5k', '$2M', '0.01')
    """
    for size, suffix in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{prefix}{value / (1e3 if suffix == 'k' else size):g}{suffix}"
    return f"{prefix}{value:,g}"


def drawing(name: str, title: str, description: str, size: tuple[float, float], children: Sequence[Markup]) -> Markup:
    """Wrap a chart in its `svg` element with an accessible title and description; `name` must be unique in the page."""
    width, height = size
    return element(
        "svg",
        element("title", escape(clean(title)), id=f"{name}-title"),
        element("desc", escape(clean(description)), id=f"{name}-desc"),
        *children,
        class_="chart",
        viewBox=f"0 0 {_short(width)} {_short(height)}",
        role="group",
        aria_labelledby=f"{name}-title {name}-desc",
    )
