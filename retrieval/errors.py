"""What can go wrong with an index; callers turn these into advice for their users."""

from __future__ import annotations


class RetrievalError(Exception):
    """Base of the errors of this package."""


class MissingIndexError(RetrievalError):
    """Say that there is no index in the folder."""


class RefusedIndexError(RetrievalError):
    """Say that an index is damaged, or was made from something else than what is asked for now."""


class EncoderFilesError(RetrievalError):
    """Say that an encoder's folder lacks a file or holds another model than it should."""
