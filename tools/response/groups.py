"""The expected response of several groups of customers, on common draws, so that their ratios have intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tools.response.segments import exposures_through, learned_from, segment_rate
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

ENDS = (2.5, 97.5)
"""Percentiles of a 95 % interval."""


@dataclass(frozen=True)
class GroupResponse:
    """The expected response rate of a group, and its ratio to that of the group that responds most."""

    rate: float
    low: float
    high: float
    ratio: float
    ratio_low: float
    ratio_high: float


def group_responses(view: StoreView, members: Mapping[str, Sequence[str]]) -> tuple[dict[str, GroupResponse], str]:
    """Predict the response of each group through the channel most used so far.

    Args:
        view: The store as of today.
        members: Customers of each group.

    Returns:
        Responses by group, and how they were computed.

    Raises:
        ToolError: The store has no finished campaign with responses.
    """
    history = learned_from(view)
    most_used = str(history.frame[Column.CHANNEL].value_counts().index[0])
    shown, used = exposures_through(history, most_used)
    # The same seed for each group draws the same campaigns and coefficients: only the customers differ.
    rates = {
        name: segment_rate(history, shown, view, sorted(ids), np.random.default_rng(view.seed))
        for name, ids in members.items()
    }
    most = rates[max(rates, key=lambda name: (rates[name].point, name))]
    told = {}
    for name, rate in rates.items():
        low, high = np.percentile(rate.draws, ENDS)
        ratios = rate.draws / np.maximum(most.draws, np.finfo(float).tiny)
        ratio = rate.point / most.point if most.point > 0 else 1.0
        ends = np.percentile(ratios, ENDS) if most.point > 0 else (1.0, 1.0)
        told[name] = GroupResponse(
            rate.point, float(low), float(high), ratio, min(ratio, float(ends[0])), max(ratio, float(ends[1]))
        )
    return told, f"Response expected through {used}. {next(iter(rates.values())).method}"
