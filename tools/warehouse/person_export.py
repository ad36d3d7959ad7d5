"""Show all that a store holds about one customer, table by table."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

from tools.warehouse.customer_rows import find_customer
from tools.warehouse.engine import connect
from tools.warehouse.folder import StoreFolder


def export_person(store: StoreFolder, given: str) -> str:
    """Return every row about a customer as JSON: `{"store", "customer_id", "held": {file: [row, …]}}`.

    Args:
        store: The store.
        given: Id, e-mail address or telephone number of the customer.

    Raises:
        InputError: The customer is not to be found.
    """
    customer = find_customer(connect(), store, given)
    held: dict[str, list[dict[str, Any]]] = {}
    for name, file in customer.files():
        rows = customer.read(file)
        own = rows.filter(customer.of(rows)).to_pyarrow().to_pylist()
        if own:
            held[name] = [{column: plain(value) for column, value in row.items()} for row in own]
    answer = {"store": store.name, "customer_id": customer.customer_id, "held": held}
    return json.dumps(answer, indent=2, ensure_ascii=False)


def plain(value: object) -> object:
    """Return a value as JSON can say it: times in ISO 8601, what is not a number as null, the rest as text.

    >>> plain(dt.datetime(2024, 1, 5, 10)), plain(float("nan")), plain(3), plain(b"x")
    ('2024-01-05T10:00:00', None, 3, "b'x'")
    """
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
