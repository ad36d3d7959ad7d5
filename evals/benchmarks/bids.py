"""Bids: value with adaptive pacing against flat bids and against hindsight, on simulated second-price auctions."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from evals.benchmarks.measure import Benchmark, Finding, Measured
from evals.intervals import bootstrap_mean
from tools.estimators.bidding import Pacer
from tools.progress import say

Array = NDArray[np.float64]

AUCTIONS: Final = 20_000
"""Clicks auctioned in a day."""

FEATURES: Final = 6
HOURS: Final = 24
FLAT_BIDS: Final = np.geomspace(0.02, 5.0, 120)
NEWTON_STEPS: Final = 12
RIDGE: Final = 5.0

NEAR_HINDSIGHT: Final = 0.95
"""Bar: part of the profit that the best fixed pressure of the day would have brought; the project's own."""


@dataclass(frozen=True)
class Day:
    """Auctions in the order of the day.

    Attributes:
        value: True expected margin of the click.
        predicted: What the model says that is.
        price: Highest bid of the others; what a winner pays.
    """

    value: Array
    predicted: Array
    price: Array


@dataclass(frozen=True)
class Spent:
    """What a way of bidding brought in a day: margin less cost, cost, and when the budget ran out, 1 if never."""

    profit: float
    cost: float
    lasted: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the benchmark's options."""
    parser.add_argument("--days", type=int, default=30, metavar="N", help="simulated days (default 30)")
    parser.add_argument("--auctions", type=int, default=AUCTIONS, metavar="N", help="auctions a day (default 20000)")


def run(args: argparse.Namespace) -> Measured:
    """Simulate and measure."""
    return measure(args.days, args.auctions)


def simulate_day(rng: np.random.Generator, auctions: int) -> Day:
    """Draw a day: conversion by six features, margins by product, prices that follow value a little and the hour a lot.

    The model that predicts conversion is a logistic regression on as many clicks of the day before.
    """
    truth = np.r_[-4.0, rng.normal(0, 0.5, FEATURES)]
    before, today = (np.column_stack([np.ones(auctions), rng.normal(0, 1, (auctions, FEATURES))]) for _ in range(2))
    weights = _learned(before, rng.random(auctions) < _chance(before @ truth))
    margin = rng.lognormal(3.0, 0.6, auctions)
    # More traffic and dearer clicks in the evening.
    hour = np.sort(rng.beta(2.5, 1.8, auctions)) * HOURS
    rush = 1 + 0.6 * np.exp(-((hour - 20) ** 2) / 8)
    value = _chance(today @ truth) * margin
    price = 0.4 * rush * rng.lognormal(0, 0.7, auctions) * (value / value.mean()) ** 0.3
    return Day(value, _chance(today @ weights) * margin, price)


def _chance(score: Array) -> Array:
    chance: Array = 1 / (1 + np.exp(-score))
    return chance


def _learned(rows: Array, converted: NDArray[np.bool_]) -> Array:
    """Fit a logistic regression with a little ridge by Newton's method."""
    weights = np.zeros(rows.shape[1])
    for _ in range(NEWTON_STEPS):
        chance = _chance(rows @ weights)
        curvature = rows.T @ (rows * (chance * (1 - chance))[:, None]) + RIDGE * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, rows.T @ (converted - chance) - RIDGE * weights)
    return weights


def play_flat(day: Day, bid: float, budget: float) -> Spent:
    """Bid the same for every click until the money is gone."""
    return _fixed(day, np.full(len(day.price), bid), budget)


def _fixed(day: Day, bids: Array, budget: float) -> Spent:
    won = bids > day.price
    cost = np.cumsum(np.where(won, day.price, 0.0))
    won &= cost <= budget
    lasted = 1.0 if cost[-1] <= budget else float(np.searchsorted(cost, budget)) / len(cost)
    return Spent(float((day.value - day.price)[won].sum()), float(day.price[won].sum()), lasted)


def best_flat(day: Day, budget: float) -> Spent:
    """Return what the flat bid that turns out best that day brings; nobody knows it in advance."""
    return max((play_flat(day, float(bid), budget) for bid in FLAT_BIDS), key=lambda spent: spent.profit)


def play_values(day: Day, budget: float) -> Spent:
    """Bid the predicted value until the money is gone."""
    return _fixed(day, day.predicted, budget)


def best_pressure(day: Day, budget: float) -> Spent:
    """Return what the fixed pressure that turns out best that day brings, with the same predictions."""
    pressures = np.r_[0.0, np.geomspace(0.01, 20.0, 200)]
    return max((_fixed(day, day.predicted / (1 + p), budget) for p in pressures), key=lambda spent: spent.profit)


def play_paced(day: Day, budget: float, pressure: float) -> tuple[Spent, float]:
    """Bid by value with adaptive pacing; return what it brought and the last pressure."""
    pacer, profit, cost, lasted = Pacer(budget, len(day.price), pressure), 0.0, 0.0, 1.0
    for turn, (value, predicted, price) in enumerate(zip(day.value, day.predicted, day.price, strict=True)):
        won = pacer.bid(float(predicted)) > price
        pacer.learn(float(price) if won else 0.0)
        if won:
            profit, cost = profit + float(value - price), cost + float(price)
        if pacer.left < price and lasted == 1.0 and pacer.left < 0.01 * budget:
            lasted = (turn + 1) / len(day.price)
    return Spent(profit, cost, lasted), pacer.pressure


def measure(days: int, auctions: int) -> Measured:
    """Play every day in each way, with a budget of a third of what bidding the value would spend."""
    rng, pressure, played = np.random.default_rng(0), 0.0, list[dict[str, Spent]]()
    budget = play_values(simulate_day(np.random.default_rng(99), auctions), np.inf).cost / 3
    for number in range(days + 1):
        day = simulate_day(rng, auctions)
        paced, pressure = play_paced(day, budget, pressure)
        ways = {"flat": best_flat(day, budget), "unpaced": play_values(day, budget)}
        # The first day warms the pressure up and is not counted.
        if number:
            played.append({**ways, "paced": paced, "hindsight": best_pressure(day, budget)})
            say(f"day {number} of {days}: paced {paced.profit:.0f}, best flat bid {ways['flat'].profit:.0f}")
    return Measured(
        name="bids",
        protocol=(
            f"{days} simulated days, each a market of its own, of {auctions:,} second-price auctions of clicks; "
            "conversion about 2 %, predicted by a logistic regression on the day before; margins and prices "
            "log-normal, prices follow value a little and rise in the evening with traffic; a budget of "
            f"{budget:,.0f} a day, about a third of what bidding the value would spend. Profit is true expected margin "
            "less what was paid; pressure starts where yesterday's ended. 95 % intervals by bootstrap over days."
        ),
        columns=("way of bidding", "profit a day", "beside it", "bar"),
        rows=tuple(finding.row for finding in _findings(played, budget)),
        notes=(
            "The best flat bid and the best fixed pressure are chosen after the day, with what nobody knows before.",
        ),
        holds=all(finding.holds is not False for finding in _findings(played, budget)),
    )


def _findings(played: list[dict[str, Spent]], budget: float) -> list[Finding]:
    def told(way: str, of: Callable[[Spent], float] = lambda spent: spent.profit) -> Array:
        return np.array([of(day[way]) for day in played])

    over = told("paced") - told("flat")
    low, high = bootstrap_mean(over)
    part = told("paced") / told("hindsight")
    near = bootstrap_mean(part)
    most = float(told("paced", lambda spent: spent.cost).max())
    return [
        Finding(
            (
                "value, adaptive pacing",
                _money(told("paced")),
                f"above the best flat bid by {over.mean():.0f} ({low:.0f} to {high:.0f})",
                "above it beyond chance",
            ),
            low > 0,
        ),
        Finding(
            (
                "the same over the best fixed pressure in hindsight",
                f"{part.mean():.1%} ({near[0]:.1%} to {near[1]:.1%})",
                _money(told("hindsight")),
                f"at least {NEAR_HINDSIGHT:.0%}",
            ),
            bool(part.mean() >= NEAR_HINDSIGHT),
        ),
        Finding(
            (
                "money: most spent in a day, part of the day the budget lasts",
                f"{most:,.0f} of {budget:,.0f}, {told('paced', lambda spent: spent.lasted).mean():.0%}",
                f"unpaced {told('unpaced', lambda spent: spent.lasted).mean():.0%}",
                "never over the budget",
            ),
            most <= budget * (1 + 1e-9),
        ),
        Finding(("flat bid, the day's best", _money(told("flat")), "-", "-")),
        Finding(("value without pacing", _money(told("unpaced")), "-", "-")),
    ]


def _money(values: Array) -> str:
    low, high = bootstrap_mean(values)
    return f"{values.mean():,.0f} ({low:,.0f} to {high:,.0f})"


BENCHMARK = Benchmark("bids", "value-based paced bids against flat bids in simulated auctions", run, add_arguments)
