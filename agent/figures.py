"""Figures and texts by reference: a plan never holds a number that code did not fill in from evidence.

A *source* is an expression over references in braces, such as `{E4.rate_percent} * {E2.customers} / 100`.
A *template* is prose with references in braces and a unit after a bar, such as `{E2.customers|count} shoppers`.
"""

from __future__ import annotations

import ast
import datetime as dt
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import Field, JsonValue

from agent.evidence import EvidenceError, resolve
from tools.contract import Frozen

Unit = Literal["count", "money", "percent", "date", "day", "text", "noun", "number"]

_REFERENCE = re.compile(r"\{([A-Z][^{}|]*)(?:\|(\w+))?\}")
_OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
# Unit conversions only; any other constant has a home in evidence, brief or policy.
_CONSTANTS = frozenset({1, 7, 100})
_SMALL_MONEY = 0.1
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


class Figure(Frozen):
    """One value of the plan with the expression it comes from."""

    source: str = Field(description="Expression over references in braces.")
    value: JsonValue = Field(description="What the expression gives; code filled it in.")
    unit: Unit = Field(description="How the value is written.")
    text: str = Field(description="The value as people read it.")


class Text(Frozen):
    """Prose whose numbers, names and dates are references."""

    template: str = Field(description="Prose with references in braces.")
    text: str = Field(description="The template with every reference filled in by code.")


def references(source: str) -> tuple[str, ...]:
    """Return the references in a source or template, in order.

    >>> references("{E1.n|count} of {B.budget|money}")
    ('E1.n', 'B.budget')
    """
    return tuple(match[1] for match in _REFERENCE.finditer(source))


def evaluate(source: str, roots: Mapping[str, Any]) -> JsonValue:
    """Compute a source over evidence, brief and policy.

    Numbers may be added, subtracted, multiplied and divided; whole days may be added to a date. Integers that result
    from counts stay integers; other numbers are rounded to six places, so that files repeat byte by byte.

    Raises:
        EvidenceError: A reference leads nowhere, or the expression is not one of the above.

    >>> evaluate("{E1.rate} * {E1.n} / 100", {"E1": {"rate": 12.5, "n": 80}})
    10.0
    >>> evaluate("{E1.on} - {P.days}", {"E1": {"on": "2017-11-23"}, "P": {"days": 3}})
    '2017-11-20'
    """
    values: dict[str, Any] = {}

    def name(match: re.Match[str]) -> str:
        values[f"v{len(values)}"] = resolve(match[1], roots)
        return f"v{len(values) - 1}"

    expression = _REFERENCE.sub(name, source)
    if expression == "v0":
        return values["v0"]  # type: ignore[no-any-return]
    try:
        result = _compute(ast.parse(expression, mode="eval").body, values)
    except (SyntaxError, TypeError, ZeroDivisionError, OverflowError, ValueError) as error:
        raise EvidenceError(f"source {source!r} cannot be computed ({error}); expected sums and products") from error
    if isinstance(result, dt.date):
        return result.isoformat()
    return round(result, 6) if isinstance(result, float) else result


def _operand(value: JsonValue) -> Any:
    if isinstance(value, str):
        return dt.date.fromisoformat(value)
    return value


def _compute(node: ast.expr, values: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name) and node.id in values:
        return _operand(values[node.id])
    if isinstance(node, ast.Constant) and node.value in _CONSTANTS:
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _compute(node.left, values), _compute(node.right, values)
        if isinstance(left, dt.date) and isinstance(right, int):
            right = dt.timedelta(days=right)
        return _OPERATORS[type(node.op)](left, right)
    raise ValueError(f"{ast.dump(node)} is not allowed")


def write_value(value: JsonValue, unit: Unit, currency: str = "USD") -> str:
    """Write a value the way people read it.

    >>> write_value(1234.5, "money"), write_value(3000, "money"), write_value(12.04, "percent")
    ('$1,234.50', '$3,000', '12%')
    >>> write_value(0.0015, "money")
    '$0.0015'
    >>> write_value("2017-11-23", "date"), write_value("2017-11-23", "day")
    ('23 November 2017', 'November 23')
    """
    if unit in ("date", "day"):
        on = dt.date.fromisoformat(str(value))
        return f"{on.day} {on:%B %Y}" if unit == "date" else f"{on:%B} {on.day}"
    if unit == "noun":
        return _inside_sentence(str(value))
    if unit == "text" or not isinstance(value, int | float):
        return str(value)
    if unit == "money":
        # Unit costs of messages lie below a cent.
        small = 0 < abs(value) < _SMALL_MONEY
        amount = f"{abs(value):.2g}" if small else f"{abs(value):,.2f}".removesuffix(".00")
        sign = "-" if value < 0 else ""
        return f"{sign}{_SYMBOLS[currency]}{amount}" if currency in _SYMBOLS else f"{sign}{amount} {currency}"
    if unit == "count":
        return f"{value:,.0f}"
    digits = f"{value:,.1f}".removesuffix(".0") if abs(value) >= 1 or value == 0 else f"{value:.2g}"
    return f"{digits}%" if unit == "percent" else digits


def _inside_sentence(name: str) -> str:
    """Write a name as it stands inside a sentence: a lone leading capital goes, an acronym or a brand stays."""
    return name[:1].lower() + name[1:] if name[1:] == name[1:].lower() else name


def figure(source: str, unit: Unit, roots: Mapping[str, Any], currency: str = "USD") -> Figure:
    """Make a figure: compute its source and write its value."""
    value = evaluate(source, roots)
    return Figure(source=source, value=value, unit=unit, text=write_value(value, unit, currency))


def text(template: str, roots: Mapping[str, Any], currency: str = "USD") -> Text:
    """Make a text: fill every reference of the template.

    >>> text("{E1.n|count} shoppers", {"E1": {"n": 1200}}).text
    '1,200 shoppers'
    """

    def fill(match: re.Match[str]) -> str:
        unit: Any = match[2] or "text"
        return write_value(resolve(match[1], roots), unit, currency)

    return Text(template=template, text=_REFERENCE.sub(fill, template))
