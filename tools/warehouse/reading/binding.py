"""Give a part of an expression a name, so that it is worked out once."""

from __future__ import annotations

from collections.abc import Callable

import ibis


def bound(value: ibis.Value, body: Callable[[ibis.Value], ibis.Value]) -> ibis.Value:
    """Return `body(value)` with the value worked out once; else its query would be written out at every mention.

    The parameter of `body` becomes a name in the query: no two that are nested may share one.
    """
    return ibis.array([value]).map(body)[0]
