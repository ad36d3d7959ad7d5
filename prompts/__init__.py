"""Prompt templates, one `.jinja` file each, rendered strictly, with a fingerprint for reports and recordings."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent


@cache
def _environment() -> Environment:
    return Environment(  # noqa: S701 - plain text for a language model, never HTML
        loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def render(name: str, **values: object) -> str:
    """Fill the template `name`; a value that is missing is an error, not an empty string.

    >>> render("system", skill="next call")
    'next call'
    """
    return _environment().get_template(f"{name}.jinja").render(values).strip()


def template_names() -> tuple[str, ...]:
    """Return the names of all templates, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.jinja")))


def fingerprint(name: str) -> str:
    """Return twelve hex digits that change when the template's text changes.

    >>> len(fingerprint("system"))
    12
    """
    return hashlib.sha256((FOLDER / f"{name}.jinja").read_bytes()).hexdigest()[:12]


def fingerprints() -> dict[str, str]:
    """Return the fingerprint of every template by name."""
    return {name: fingerprint(name) for name in template_names()}
