"""The suites, listed; adding one is a file and a line here."""

from __future__ import annotations

from typing import Any

from evals.suite import Suite
from evals.suites import campaign, tool_choice

SUITES: tuple[Suite[Any, Any], ...] = (tool_choice.SUITE, campaign.SUITE)
