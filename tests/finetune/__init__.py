"""Tests of finetune/."""

from __future__ import annotations
