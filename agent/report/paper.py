"""What every page is made with: templates, style, and the policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from agent.report.wording import capitalised, clean, counted, isolated, plain, worded

_FOLDER = Path(__file__).parent / "page"


def content_policy(style: str, script: str = "") -> str:
    """Allow this page's own style and script by their digests, and nothing else at all."""
    own = f"style-src '{_source_digest(style)}'" + (f"; script-src '{_source_digest(script)}'" if script else "")
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def _source_digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256-{digest}"


@cache
def asset(name: str) -> str:
    """Return a file of the page folder."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """Return the templates' environment: everything is escaped, and nothing may be missing."""
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters.update(plain=plain, worded=worded, isolated=isolated, capitalised=capitalised)
    made.globals.update(counted=counted)
    return made


def _shown(value: object) -> object:
    """Clean every untrusted text that the templates write; markup was made from clean text."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
