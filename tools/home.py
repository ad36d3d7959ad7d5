"""The one folder where Marketwright keeps what it fetched, built and imported."""

from __future__ import annotations

import os
from pathlib import Path

HOME_VARIABLE = "MARKETWRIGHT_HOME"


def home() -> Path:
    """Return the home folder: `$MARKETWRIGHT_HOME`, or `~/.marketwright`.

    It holds `cache/` (downloaded packages, unpacked), `models/`, `stores/<name>/` and `state/` (checkpoints).
    The folder is not created here; whoever writes below it creates what it needs.
    """
    return Path(os.environ.get(HOME_VARIABLE) or Path.home() / ".marketwright").expanduser()


def stores_folder() -> Path:
    """Return the folder under which the stores are known by name."""
    return home() / "stores"


def cache_folder() -> Path:
    """Return the folder of fetched and unpacked packages."""
    return home() / "cache"
