"""The report: one HTML file that shows a campaign and opens the evidence behind each of its numbers."""

from __future__ import annotations

from agent.report.render import render_report

__all__ = ["render_report"]
