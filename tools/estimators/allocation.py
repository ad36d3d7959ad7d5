"""Where the next unit of money brings most: sends priced one by one, and saturating curves fitted to past spend.

Both kinds of return are concave, so the best split is where the marginal returns of all channels that are not at a
limit are equal (Kuhn and Tucker), and bisection on that marginal return finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BISECTIONS = 100
"""Halvings of the marginal return; spends then agree to a cent."""

SATURATION_GRID = np.geomspace(0.05, 20.0, 60)
"""Candidate half-way points of a curve, in multiples of the mean spend seen."""


@dataclass(frozen=True)
class Wave:
    """One send to everybody a channel reaches: the n-th of that channel.

    Attributes:
        channel: Channel.
        reach: Customers it goes to.
        unit_cost: Cost of one send.
        rate: Response rate of a first contact.
    """

    channel: str
    reach: int
    unit_cost: float
    rate: float

    @property
    def cost(self) -> float:
        """Return the cost of the whole wave."""
        return self.reach * self.unit_cost

    @property
    def responses_per_money(self) -> float:
        """Return the responses that one unit of money brings as a first contact."""
        return self.rate / self.unit_cost


@dataclass(frozen=True)
class Bought:
    """A wave or a part of it, with the responses it brings after those before it.

    >>> Bought(Wave("sms", 100, 0.01, 0.1), 1.0, 10.0).sends
    100
    """

    wave: Wave
    spend: float
    responses: float

    @property
    def sends(self) -> int:
        """Return how many sends the money pays for."""
        return int(self.spend / self.wave.unit_cost + 1e-9)


def buy_waves(
    waves: Sequence[Wave],
    total: float,
    minimums: Mapping[str, float],
    maximums: Mapping[str, float],
    repeat_factor: float,
    worth: float | None = None,
    enough: float | None = None,
) -> tuple[Bought, ...]:
    """Buy sends, best return first; each further contact brings `repeat_factor` times the one before.

    Args:
        waves: What can be bought; those of one channel in order.
        total: Money at most.
        minimums: Least spend per channel; bought before anything else.
        maximums: Most spend per channel.
        repeat_factor: Response of a customer's next contact over the last one, whatever the channels.
        worth: Money that one response is worth; waves that bring less than they cost are left out. None buys all.
        enough: Responses after which no more is bought. None buys all.

    >>> waves = [Wave("email", 100, 0.01, 0.1), Wave("sms", 100, 0.1, 0.1)]
    >>> [(bought.wave.channel, bought.spend, bought.responses) for bought in buy_waves(waves, 6.0, {}, {}, 0.5)]
    [('email', 1.0, 10.0), ('sms', 5.0, 2.5)]
    """
    ranked = sorted(range(len(waves)), key=lambda index: (-waves[index].responses_per_money, index))
    spends = _minimum_spends(waves, minimums)
    rest = total - float(spends.sum())
    room = {
        channel: limit - sum(s for s, w in zip(spends, waves, strict=True) if w.channel == channel)
        for channel, limit in maximums.items()
    }
    for index in ranked:
        wave = waves[index]
        added = min(wave.cost - spends[index], rest, room.get(wave.channel, np.inf))
        trial = spends.copy()
        trial[index] += max(0.0, added)
        before, after = (
            _responses(waves, spends, ranked, repeat_factor),
            _responses(waves, trial, ranked, repeat_factor),
        )
        gain = float(after.sum() - before.sum())
        if worth is not None and gain * worth <= added:
            continue
        if enough is not None and gain > 0:
            share = min(1.0, max(0.0, enough - float(before.sum())) / gain)
            added, trial[index] = added * share, spends[index] + max(0.0, added) * share
        spends, rest = trial, rest - max(0.0, added)
        if wave.channel in room:
            room[wave.channel] -= max(0.0, added)
    responses = _responses(waves, spends, ranked, repeat_factor)
    return tuple(Bought(waves[i], float(spends[i]), float(responses[i])) for i in ranked if spends[i] > 0)


def _minimum_spends(waves: Sequence[Wave], minimums: Mapping[str, float]) -> Array:
    spends, left = np.zeros(len(waves)), dict(minimums)
    for index, wave in enumerate(waves):
        spends[index] = min(left.get(wave.channel, 0.0), wave.cost)
        left[wave.channel] = left.get(wave.channel, 0.0) - spends[index]
    return spends


def _responses(waves: Sequence[Wave], spends: Array, ranked: Sequence[int], repeat_factor: float) -> Array:
    """Return the responses of each wave; the n-th contact of a customer counts `repeat_factor` ** n."""
    responses, contacts = np.zeros(len(waves)), 0
    for index in ranked:
        if spends[index] > 0:
            wave = waves[index]
            responses[index] = spends[index] / wave.unit_cost * wave.rate * repeat_factor**contacts
            contacts += 1
    return responses


@dataclass(frozen=True)
class Curve:
    """Return of a channel's weekly spend: `top` * (1 - exp(-spend / `half`)); it rises and flattens out."""

    top: float
    half: float

    def value(self, spend: float) -> float:
        """Return what the spend brings.

        >>> round(Curve(100.0, 50.0).value(50.0), 2)
        63.21
        """
        return self.top * float(-np.expm1(-spend / self.half))

    def marginal(self, spend: float) -> float:
        """Return what the next unit of money brings."""
        return self.top / self.half * float(np.exp(-spend / self.half))

    def spend_at(self, marginal: float) -> float:
        """Return the spend at which the next unit of money brings `marginal`.

        >>> round(Curve(100.0, 50.0).spend_at(Curve(100.0, 50.0).marginal(30.0)), 6)
        30.0
        """
        first = self.top / self.half
        return self.half * float(np.log(first / marginal)) if first > marginal else 0.0


def fit_curve(spend: Array, returned: Array) -> Curve:
    """Fit a saturating curve through the origin by least squares, trying a grid of half-way points.

    >>> weekly = np.array([10.0, 20.0, 40.0, 80.0])
    >>> curve = fit_curve(weekly, 100 * (1 - np.exp(-weekly / 50)))
    >>> bool(abs(curve.value(60.0) - 69.9) < 0.5)
    True
    """
    mean = float(spend[spend > 0].mean()) if (spend > 0).any() else 1.0
    best, least = Curve(0.0, mean), np.inf
    for half in mean * SATURATION_GRID:
        shape = -np.expm1(-spend / half)
        top = max(0.0, float(shape @ returned / max(float(shape @ shape), 1e-12)))
        error = float(((returned - top * shape) ** 2).sum())
        if error < least:
            best, least = Curve(top, float(half)), error
    return best


def split_budget(curves: Sequence[Curve], total: float, minimums: Array, maximums: Array, floor: float = 0.0) -> Array:
    """Split money over concave curves by bisection on the marginal return.

    Args:
        curves: One per channel.
        total: Money at most.
        minimums: Least spend of each channel; their sum is not above `total`.
        maximums: Most spend of each channel.
        floor: Marginal return below which money is kept.

    >>> split_budget([Curve(100, 50), Curve(100, 50)], 60.0, np.zeros(2), np.full(2, 99.0)).round(2).tolist()
    [30.0, 30.0]
    """

    def spends(price: float) -> Array:
        return np.clip([curve.spend_at(price) for curve in curves], minimums, maximums)

    low, high = max(floor, 1e-12), max([curve.marginal(0.0) for curve in curves] + [floor, 1e-12])
    if spends(low).sum() <= total:
        return spends(low)
    for _ in range(BISECTIONS):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if spends(middle).sum() > total else (low, middle)
    return spends(high)
