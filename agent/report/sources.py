"""From figures and texts to links: each value that stands in the page leads to where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel

from agent.evidence import EvidenceError, resolve
from agent.figures import Figure, Text, evaluate, references, write_value
from agent.report.anchors import locate
from agent.report.wording import isolated, plain

# A reference with its unit, as in agent.figures, or a slot of the copy deck such as {discount}.
_SLOT = re.compile(r"\{([A-Za-z][^{}|]*)(?:\|(\w+))?\}")
_SENTENCE = 40
"""Characters from which a value is prose rather than a name; it is marked at its end instead of underlined."""
_ALTERED = "does not match its evidence"


@dataclass(frozen=True)
class Operand:
    """One reference of a calculation.

    Attributes:
        path: The reference.
        anchor: Anchor of its value; empty where it leads nowhere.
        written: Its value.
    """

    path: str
    anchor: str
    written: str


@dataclass(frozen=True)
class Calculation:
    """One figure that is computed from others.

    Attributes:
        anchor: Its place in the list of calculations.
        source: The expression.
        written: What it gives.
        pieces: The expression cut into operands and what stands between them.
    """

    anchor: str
    source: str
    written: str
    pieces: tuple[Operand | str, ...]


def figures_of(value: object) -> Iterator[Figure]:
    """Yield every figure below a value, in reading order."""
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from figures_of(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from figures_of(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from figures_of(item)


class Sources:
    """Where the values of one campaign come from.

    Args:
        roots: What references may start with: B, P, S and the evidence ids.
        tools: Evidence id to the name of its tool.
        currency: Currency of money.
        slots: The copy deck's facts by slot name.
        figures: All figures of the campaign; the computed ones become the list of calculations.
    """

    def __init__(
        self,
        roots: Mapping[str, Any],
        tools: Mapping[str, str],
        currency: str,
        slots: Mapping[str, Figure],
        figures: Iterator[Figure],
    ) -> None:
        self._roots = roots
        self._tools = tools
        self._currency = currency
        self._slots = slots
        computed = {figure.source: figure for figure in figures if not self._is_reference(figure.source)}
        self._calculations = {
            source: Calculation(f"C{number}", source, figure.text, tuple(self._pieces(source)))
            for number, (source, figure) in enumerate(computed.items(), start=1)
        }

    @property
    def calculations(self) -> tuple[Calculation, ...]:
        """Return every computed figure once, in reading order."""
        return tuple(self._calculations.values())

    def figure(self, figure: Figure) -> Markup:
        """Link a figure to its value, or to its calculation where it has several operands."""
        return self._link(figure.source, figure.text, self._holds(figure))

    def prose(self, text: Text) -> Markup:
        """Fill a text's template again, with each reference a link; a text that then reads otherwise is marked."""
        plainly, parts, position = [], [], 0
        for match in _SLOT.finditer(text.template):
            between = text.template[position : match.start()]
            words, link = self._filled(match)
            plainly += [between, words]
            parts += [isolated_lines(between), link]
            position = match.end()
        rest = text.template[position:]
        if "".join([*plainly, rest]) != text.text:
            return _altered(text.text)
        return Markup("").join([*parts, isolated_lines(rest)])

    def anchor_of(self, figure: Figure) -> str:
        """Return the anchor that a figure leads to; empty where it leads nowhere."""
        if figure.source in self._calculations:
            return self._calculations[figure.source].anchor
        return self._anchor(references(figure.source)[0])

    def _filled(self, match: re.Match[str]) -> tuple[str, Markup]:
        name, unit = match[1], match[2]
        if name in self._slots:
            return self._slots[name].text, self.figure(self._slots[name])
        if not name[0].isupper():
            return match[0], Markup('<span class="merge">{}</span>').format(match[0])
        words = self._written(name, unit or "text")
        return words, self._link(f"{{{name}}}", words, bool(self._anchor(name)))

    def _link(self, source: str, words: str, holds: bool) -> Markup:
        if not holds:
            return _altered(words)
        if source in self._calculations:
            target, says, kind = self._calculations[source].anchor, "How this was computed", "fig calc"
        else:
            path = references(source)[0]
            target, says, kind = self._anchor(path), self._says(path), "fig"
        if len(words) > _SENTENCE:
            kind += " long"
        return Markup('<a class="{}" href="#{}" title="{}">{}</a>').format(kind, target, says, isolated(words))

    def _says(self, path: str) -> str:
        root, _, rest = path.partition(".")
        origin = {"B": "Brief", "P": "Policy", "S": "Shop"}.get(root) or f"{root}, {plain(self._tools.get(root, ''))}"
        return f"{origin}: {rest}"

    def _holds(self, figure: Figure) -> bool:
        """Say whether the figure still is what its source gives."""
        try:
            value = evaluate(figure.source, self._roots)
        except EvidenceError:
            return False
        return value == figure.value and write_value(value, figure.unit, self._currency) == figure.text

    def _pieces(self, source: str) -> Iterator[Operand | str]:
        position = 0
        for match in _SLOT.finditer(source):
            yield source[position : match.start()].replace("*", "×").replace("/", "÷").replace("-", "−")
            yield Operand(match[1], self._anchor(match[1]), self._exact(match[1]))
            position = match.end()
        yield source[position:].replace("*", "×").replace("/", "÷").replace("-", "−")

    def _written(self, path: str, unit: Any) -> str:
        try:
            return write_value(resolve(path, self._roots), unit, self._currency)
        except (EvidenceError, ValueError):
            return "?"

    def _exact(self, path: str) -> str:
        """Write an operand with all its digits.

        Rounded operands would not give the result that stands beside them.
        """
        try:
            value = resolve(path, self._roots)
        except EvidenceError:
            return "?"
        return f"{value:,}" if isinstance(value, int | float) else str(value)

    def _anchor(self, path: str) -> str:
        try:
            return locate(path, self._roots)
        except EvidenceError:
            return ""

    @staticmethod
    def _is_reference(source: str) -> bool:
        return [f"{{{path}}}" for path in references(source)] == [source]


def isolated_lines(text: str) -> Markup:
    """Escape prose; it is the plan's own, so it needs no isolation.

    >>> print(isolated_lines("a < b"))
    a &lt; b
    """
    return Markup("{}").format(text)


def _altered(words: str) -> Markup:
    return Markup('<span class="altered" title="{}">{}</span>').format(_ALTERED, isolated(words))
