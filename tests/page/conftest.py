"""Where the browser's driver is not installed, what imports it is not collected; the tests then say why they skip."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("playwright") else ["browser.py", "tour.py", "screenshots.py"]
