"""Bids by value: what a click is worth, and how much of that to bid so that a day's budget lasts the day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

Array = NDArray[np.float64]

LEAST_PRIOR, MOST_PRIOR = 20.0, 2_000.0
"""Clicks that the rate of all channels counts as beside a channel's own."""

MOST_PRESSURE: Final = 50.0
"""Largest pressure on the bids: a fiftieth of the value is bid."""


@dataclass(frozen=True)
class ClickValue:
    """What a click is worth: conversion rate, expected value and its interval."""

    rate: float
    expected: float
    low: float
    high: float


def click_values(clicks: Array, conversions: Array, worth: Array, tail: float) -> tuple[ClickValue, ...]:
    """Return the value of a click of each channel, its conversion rate drawn towards that of all channels.

    The prior's weight is what the spread of the rates beyond chance leaves (moments of the beta-binomial, Kleinman
    1973), so channels with few clicks are judged by the others and channels with many by themselves.

    Args:
        clicks: Clicks of each channel.
        conversions: Conversions of those clicks; more than clicks count as one a click.
        worth: Value of one conversion.
        tail: Probability beyond each end of the interval.

    >>> few, many = click_values(np.array([10.0, 9990.0]), np.array([5.0, 500.0]), np.ones(2), 0.1)
    >>> 0.05 < few.rate < 0.25, round(many.rate, 3)
    (True, 0.05)
    """
    converted = np.minimum(conversions, clicks)
    rate = float(converted.sum() / max(clicks.sum(), 1.0))
    weight = _prior_weight(clicks, converted, rate)
    first, second = converted + weight * rate, clicks - converted + weight * (1 - rate)
    means = first / np.maximum(first + second, 1e-12)
    low, high = (beta.ppf(level, np.maximum(first, 1e-6), np.maximum(second, 1e-6)) for level in (tail, 1 - tail))
    return tuple(
        ClickValue(float(mean), float(mean * value), float(start * value), float(end * value))
        for mean, value, start, end in zip(means, worth, low, high, strict=True)
    )


def _prior_weight(clicks: Array, converted: Array, rate: float) -> float:
    """Return how many clicks the rate of all counts as."""
    if len(clicks) < 2 or not 0 < rate < 1:  # noqa: PLR2004 - one channel has no others to be drawn to
        return LEAST_PRIOR
    seen = float((clicks * (converted / np.maximum(clicks, 1.0) - rate) ** 2).sum()) / (len(clicks) - 1)
    chance = rate * (1 - rate)
    beyond = (
        max(seen - chance, 1e-12) * (len(clicks) - 1) / max(float(clicks.sum() - (clicks**2).sum() / clicks.sum()), 1.0)
    )
    return float(np.clip(chance / beyond - 1, LEAST_PRIOR, MOST_PRIOR))


def paced(value: float, pressure: float) -> float:
    """Return the bid: the value over one plus the budget's shadow price.

    >>> paced(1.0, 0.0), paced(1.0, 1.0)
    (1.0, 0.5)
    """
    return value / (1 + min(max(pressure, 0.0), MOST_PRESSURE))


class Pacer:
    """Bids that make a budget last: adaptive pacing.

    Balseiro and Gur (2019), "Learning in repeated auctions with budgets". The pressure is a running estimate of the
    budget's shadow price: it rises when an auction costs more than the budget had for it and falls when it costs less.
    Every auction has the same part of the budget, so that money follows traffic.
    """

    def __init__(self, budget: float, auctions: int, pressure: float = 0.0, step: float | None = None) -> None:
        """Start a day.

        Args:
            budget: Money of the day.
            auctions: Auctions expected in the day.
            pressure: Where to start; yesterday's last pressure is a good choice.
            step: How far one auction moves the pressure; the paper's rate, 1 / sqrt(auctions), when not given.
        """
        self.left = budget
        self.pressure = pressure
        self._short = False
        self._share = budget / max(auctions, 1)
        self._step = auctions**-0.5 if step is None else step

    def bid(self, value: float) -> float:
        """Return what to bid for something of this value; never more than is left.

        >>> Pacer(10.0, 100, pressure=1.0).bid(3.0)
        1.5
        """
        wanted = paced(value, self.pressure)
        self._short = wanted > self.left
        return min(wanted, self.left)

    def learn(self, paid: float) -> None:
        """Take note of what an auction cost, 0 where it was lost.

        >>> pacer = Pacer(10.0, 100)
        >>> pacer.learn(1.1)
        >>> pacer.left, round(pacer.pressure, 3)
        (8.9, 1.0)
        """
        self.left = max(0.0, self.left - paid)
        if self._short and not paid:
            return  # There was too little money left to bid in full: losing then says nothing about prices.
        # In units of the share, so that the step means the same for every currency and budget.
        moved = self.pressure - self._step * (self._share - paid) / max(self._share, 1e-12)
        self.pressure = min(max(moved, 0.0), MOST_PRESSURE)
