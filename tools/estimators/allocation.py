"""Where the next unit of money brings most when sends are priced one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
