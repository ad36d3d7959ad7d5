"""Confidence intervals of shares, as the evals print them; they are the tools' own."""

from __future__ import annotations

from tools.estimators.shares import Z_95, wilson

__all__ = ["Z_95", "wilson"]
