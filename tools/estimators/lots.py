"""Draw lots by a salted hash: the same customers and the same salt give the same groups, on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]

_DIGEST_BYTES = 8


def lot(salt: str, name: str) -> int:
    """Return a customer's lot, a number below 2**64; the salt makes each test draw anew.

    >>> lot("spring", "c01") == lot("spring", "c01"), lot("spring", "c01") == lot("summer", "c01")
    (True, False)
    """
    text = f"{len(salt)}:{salt}{name}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:_DIGEST_BYTES], "big")


def shares_of(sizes: Sequence[int], wanted: int) -> list[int]:
    """Return how many to take of each stratum, in proportion to its size, by largest remainder.

    >>> shares_of([10, 20, 3], 7)
    [2, 4, 1]
    """
    total = sum(sizes)
    if not total:
        return [0 for _ in sizes]
    quotas = [size * wanted / total for size in sizes]
    taken = [int(quota) for quota in quotas]
    order = sorted(range(len(sizes)), key=lambda place: (taken[place] - quotas[place], place))
    for place in order[: wanted - sum(taken)]:
        taken[place] += 1
    return taken


def hold_out(names: Sequence[str], strata: Sequence[str], wanted: int, salt: str) -> Flags:
    """Choose whom to leave alone: exactly `wanted`, from each stratum its share, there the lowest lots.

    Args:
        names: Customers, in any order.
        strata: Stratum of each.
        wanted: How many in all.
        salt: What tells this test from others.

    >>> names = [f"c{number}" for number in range(8)]
    >>> chosen = hold_out(names, ["few"] * 4 + ["many"] * 4, 4, "spring")
    >>> int(chosen[:4].sum()), int(chosen[4:].sum())
    (2, 2)
    """
    members: dict[str, list[int]] = {}
    for place, stratum in enumerate(strata):
        members.setdefault(stratum, []).append(place)
    chosen = np.zeros(len(names), dtype=bool)
    taken = shares_of([len(members[stratum]) for stratum in sorted(members)], min(wanted, len(names)))
    for stratum, share in zip(sorted(members), taken, strict=True):
        ranked = sorted(members[stratum], key=lambda place: (lot(salt, names[place]), names[place]))
        chosen[ranked[:share]] = True
    return chosen
