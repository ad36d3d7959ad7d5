"""Who gets which offer: drawn by a hash of the customer, with the chance that the next log must record."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def hashed_places(customer_ids: Sequence[str], salt: str) -> Array:
    """Return a number in [0, 1) for each customer: evenly spread over them, in the order of their hashes.

    Each customer's number is as good as uniform, and together they are stratified: a chance of one fifth goes to one
    customer in five, but for rounding.

    >>> places = hashed_places(["a", "b", "c", "d"], "1")
    >>> sorted((places * 4).astype(int).tolist()), places.tolist() == hashed_places(["a", "b", "c", "d"], "2").tolist()
    ([0, 1, 2, 3], False)
    """
    hashes = [hashlib.sha256(f"{salt}:{customer}".encode()).digest() for customer in customer_ids]
    order = sorted(range(len(hashes)), key=hashes.__getitem__)
    start = int.from_bytes(hashlib.sha256(salt.encode()).digest()[:6], "big") / 2**48
    places = np.empty(len(hashes))
    places[order] = (np.arange(len(hashes)) + start) / max(len(hashes), 1)
    return places
