"""Counts and trends over the last 4, 13, 26 and 52 weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.feature import Feature, ratio
from tools.feature_queries.shop import Shop

WINDOWS: Final = (4, 13, 26, 52)
"""Weeks: about a month, a quarter, half a year, a year; whole weeks, so that weekdays weigh the same in each."""


def wanted_windows(wanted: AbstractSet[str]) -> tuple[int, ...]:
    """Return the windows that any of the wanted features looks at.

    >>> wanted_windows({"spend_4w", "orders_trend_26w", "tier"})
    (4, 26)
    """
    return tuple(weeks for weeks in WINDOWS if any(name.endswith(f"_{weeks}w") for name in wanted))


Amount = Callable[[ibis.Value], ibis.Value]
"""Takes the rows that count and returns what they come to."""


def window_sums(
    shop: Shop, at: ibis.Value, amounts: Mapping[str, Amount], windows: Sequence[int]
) -> dict[str, ibis.Value]:
    """Return each amount over the windows and over twice their length, which trends need, as `{name}_{weeks}w`."""
    spans = sorted({*windows, *(2 * weeks for weeks in windows)})
    return {f"{name}_{weeks}w": amount(at >= shop.ago(weeks)) for weeks in spans for name, amount in amounts.items()}


def trends(table: ibis.Table, shop: Shop, name: str, windows: Sequence[int]) -> dict[int, ibis.Value]:
    """Return the trend over each window from the sums of `window_sums`.

    A trend is (last − before) / (last + before): −1 stopped, 0 as before, 1 begun. It is null where both are 0, and
    where the shop's data do not reach back to the start of the earlier window, which would make all seem to grow.
    """
    found = {}
    for weeks in windows:
        covered = table.shop_first_at < ibis.timestamp(shop.now - dt.timedelta(weeks=2 * weeks, days=-1))
        last, both = table[f"{name}_{weeks}w"], table[f"{name}_{2 * weeks}w"]
        found[weeks] = ibis.ifelse(covered, ratio(2 * last - both, both), ibis.null("float64"))
    return found


def window_features(name: str, unit: str, meaning: str) -> tuple[Feature, ...]:
    """Return an amount's features over every window."""
    return tuple(Feature(f"{name}_{weeks}w", unit, f"last {weeks} weeks", meaning) for weeks in WINDOWS)


def trend_features(name: str) -> tuple[Feature, ...]:
    """Return the features of an amount's trend over every window."""
    return tuple(
        Feature(
            f"{name}_trend_{weeks}w",
            "−1 to 1",
            f"last {weeks} weeks against the {weeks} before",
            f"(last − before) / (last + before) of {name}: −1 stopped, 0 as before, 1 begun; null where both are 0 or "
            "the shop's data do not reach back that far",
        )
        for weeks in WINDOWS
    )
