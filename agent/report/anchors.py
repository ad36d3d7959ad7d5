"""Anchors: every value of evidence, brief and policy has one, and every reference finds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from agent.evidence import resolve

Key = str | int

_PART = re.compile(r"\.\w+|\[[^\]]*\]")


def anchor(root: str, keys: tuple[Key, ...] = ()) -> str:
    """Return the id of a value in the page.

    >>> anchor("E1", ("segments", 3, "customers")), anchor("P", ("unit costs", "a.b"))
    ('E1.segments.3.customers', 'P.unit%20costs.a%2Eb')
    """
    return ".".join([root, *(quote(str(key), safe="").replace(".", "%2E") for key in keys)])


def locate(path: str, roots: Mapping[str, Any]) -> str:
    """Return the anchor of the value that a reference leads to; a `[field=value]` step becomes its index.

    Raises:
        EvidenceError: The reference leads nowhere.

    >>> locate("E1.rows[name=b].n", {"E1": {"rows": [{"name": "a", "n": 1}, {"name": "b", "n": 2}]}})
    'E1.rows.1.n'
    """
    resolve(path, roots)
    root = re.split(r"[.\[]", path, maxsplit=1)[0]
    keys: list[Key] = []
    done = root
    for step in _PART.findall(path[len(root) :]):
        keys.append(_key(step, done, roots))
        done += step
    return anchor(root, tuple(keys))


def _key(step: str, parent: str, roots: Mapping[str, Any]) -> Key:
    if step.startswith("."):
        return step[1:]
    inside = step[1:-1]
    if inside.isdecimal():
        return int(inside)
    items: Any = resolve(parent, roots)
    wanted = resolve(parent + step, roots)
    return next(place for place, item in enumerate(items) if item is wanted)
