"""The page as data: templates, style and script."""

from __future__ import annotations
