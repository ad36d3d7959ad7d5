"""Tests of prompts/."""

from __future__ import annotations
