"""Measures of a ranking. The formula is in each docstring, for the same ranking differs much by formula."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence


def precision_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float:
    """Return hits among the first k, divided by k.

    >>> precision_at(4, ["a", "b", "c", "d"], {"a", "d", "e"})
    0.5
    """
    return len(set(ranked[:k]) & set(relevant)) / k


def recall_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float | None:
    """Return hits among the first k, divided by the number of relevant ones; None if nothing is relevant.

    >>> recall_at(4, ["a", "b", "c", "d"], {"a", "d", "e", "f"})
    0.5
    """
    return len(set(ranked[:k]) & set(relevant)) / len(set(relevant)) if relevant else None


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str]) -> float | None:
    """Return 1 / rank of the first relevant one, 0 if there is none in the list; None if nothing is relevant.

    >>> reciprocal_rank(["a", "b"], {"b"})
    0.5
    """
    if not relevant:
        return None
    return next((1 / rank for rank, item in enumerate(ranked, 1) if item in relevant), 0.0)


def ndcg_at(k: int, ranked: Sequence[str], gains: Mapping[str, float]) -> float | None:
    """Return nDCG with linear gain: sum of gain / log2(rank + 1) over the first k, by that of the ideal order.

    Järvelin and Kekäläinen 2002, as in trec_eval. None if no gain is positive.

    >>> ndcg_at(2, ["a", "b"], {"a": 1.0, "c": 1.0}) == 1 / (1 + 1 / math.log2(3))
    True
    """
    ideal = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(sorted(gains.values(), reverse=True)[:k], 1))
    if ideal <= 0:
        return None
    return sum(gains.get(item, 0.0) / math.log2(rank + 1) for rank, item in enumerate(ranked[:k], 1)) / ideal
