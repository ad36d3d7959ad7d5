"""The three kinds of error a person or the model can act on; anything else is a bug."""

from __future__ import annotations


class MarketwrightError(Exception):
    """Report something the user can act on: what, what was expected, what to do."""

    exit_code = 2


class InputError(MarketwrightError):
    """Refuse what the user gave (brief, option, file); exit code 2."""


class MissingCapabilityError(MarketwrightError):
    """Say that something is not there (model, index, table, disk) and how to get it; exit code 3."""

    exit_code = 3


class ToolError(MarketwrightError):
    """Tell the model why its call failed, so that it may try another."""
