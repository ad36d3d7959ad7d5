"""JSON as people can read it: one line a value, each with its anchor, long parts folded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from agent.report.anchors import Key, anchor
from agent.report.wording import clean

_FOLD_ROWS = 8
"""Lists and objects longer than this start folded; a link into one opens it."""

_PERSONAL = frozenset({"customer_id", "customer_ids", "household_id", "first_name", "last_name", "phone", "address"})
"""Fields that name a person; their values stay in the evidence files and out of the report."""

_WITHHELD = "(withheld: personal data)"


def json_tree(root: str, value: Any) -> Markup:
    """Write a JSON value as nested lines; `root` starts every anchor."""
    return Markup('<div class="json">{}</div>').format(Markup("").join(_lines(value, root, ())))


def _lines(value: Any, root: str, keys: tuple[Key, ...]) -> Iterator[Markup]:
    items = list(value.items()) if isinstance(value, Mapping) else list(enumerate(value))
    for key, item in items:
        below = (*keys, key)
        if isinstance(item, Mapping | list | tuple) and item and key not in _PERSONAL:
            yield _branch(key, item, root, below)
        else:
            yield _leaf(key, item, root, below)


def _leaf(key: Key, value: Any, root: str, keys: tuple[Key, ...]) -> Markup:
    shown = _WITHHELD if key in _PERSONAL and value is not None else value
    written = clean(json.dumps(shown, ensure_ascii=False))
    kind = "string" if isinstance(shown, str) else "other"
    return Markup('<div class="line" id="{}"><span class="key">{}</span> <bdi class="{}">{}</bdi></div>').format(
        anchor(root, keys), clean(str(key)), kind, written
    )


def _branch(key: Key, value: Any, root: str, keys: tuple[Key, ...]) -> Markup:
    inner = Markup("").join(_lines(value, root, keys))
    opened = Markup("") if len(value) > _FOLD_ROWS or isinstance(key, int) else Markup(" open")
    return Markup(
        '<details class="branch" id="{}"{}><summary><span class="key">{}</span> {}</summary>{}</details>'
    ).format(anchor(root, keys), opened, clean(str(key)), _gist(value), inner)


def _gist(value: Any) -> Markup:
    """Say what a folded part holds: how many, and its first words."""
    if not isinstance(value, Mapping):
        return Markup('<span class="gist">[{}]</span>').format(len(value))
    first = next((item for item in value.values() if isinstance(item, str)), "")
    short = first if len(first) <= 48 else first[:47] + "…"
    return Markup('<span class="gist">{{{}}} <bdi>{}</bdi></span>').format(len(value), clean(short))
