"""Mapping files with traps in them: refused before anything is read, naming the file and the line or field."""

from __future__ import annotations

from tests.tools.warehouse.corpus.case import Case, edited


def _told(name: str, mapping: str, refused: str) -> Case:
    return Case(name, edited(lambda lines: lines), refused, mapping=mapping, file="mapping")


_BOMB = 'a0: &a0 ["x"]\n' + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))

CASES = (
    _told("a path upwards for a table", "columns: {../../secrets: {order_id: x}}\n", "secrets"),
    _told("a path upwards for a column", "columns: {order_lines: {../../x: y}}\n", "no column"),
    _told("a file to read", "files: {order_lines: /etc/passwd}\n", "files"),
    _told("a path for a time zone", "time_zone: ../../../etc/passwd\n", "time_zone"),
    _told("references that grow without end", _BOMB, "references"),
    _told("nesting without end", "[" * 20_000, "nested too deep"),
    _told("a megabyte", "shop_name: " + "x" * 10**6 + "\n", "larger than"),
    _told("an object to build", "shop_name: !!python/object/apply:os.system [echo]\n", "shop_name"),
    _told("control characters", 'shop_name: "a\\e[31mb"\n', "shop_name"),
    _told("a key said twice", "currency: EUR\ncurrency: USD\n", "twice"),
    _told("a list", "- currency\n- EUR\n", "name: value"),
    _told("a sum that is no currency", "currency: euros\n", "currency"),
    _told("broken YAML", "columns: {order_lines: {\n", "line"),
)
