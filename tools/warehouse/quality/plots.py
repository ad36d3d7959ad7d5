"""The figures behind the report's plots: sales by week, and how values are spread."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Final

import ibis
import numpy as np
from pydantic import Field

from tools.frozen import Frozen
from tools.warehouse.canonical import cents
from tools.warehouse.columns import Column, Table
from tools.warehouse.engine import connect
from tools.warehouse.folder import StoreFolder
from tools.warehouse.quality.seen import Seen, numbers, see

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
BINS: Final = 12
# Histograms stop where all but one in a hundred values lie; the rest is one bin of its own.
CUT: Final = 0.99
# Values of which this share are whole numbers are counted as whole numbers: pieces, with a few sold by weight.
MOSTLY: Final = 0.98
ROUND_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


class Week(Frozen):
    """Sales of one week."""

    starts_on: dt.date = Field(description="Monday.")
    lines: int = Field(ge=0, description="Order lines.")
    revenue: float = Field(description="What the shop took, in its currency.")


class Bin(Frozen):
    """One bar of a histogram."""

    label: str = Field(description="Range of values, in words.")
    rows: int = Field(ge=0, description="How many.")


class Histogram(Frozen):
    """How the values of something are spread."""

    name: str = Field(description="What is counted, such as quantity.")
    counted: str = Field(description="What the bars count, such as order lines.")
    bins: tuple[Bin, ...] = Field(description="The bars, lowest values first.")


class Plots(Frozen):
    """Figures for plots; nothing in it is about one person."""

    weeks: tuple[Week, ...] = Field(description="Every week from the first order to the last, silent ones too.")
    histograms: tuple[Histogram, ...] = Field(description="Spreads of values.")


def measure_store(store: StoreFolder) -> Plots:
    """Measure a store for the plots of its quality report."""
    seen = see(connect(), store, ())
    lines = seen.tables[Table.ORDER_LINES]
    orders = lines.group_by(Column.ORDER_ID).aggregate(
        customer_id=lines.customer_id.min(), value=cents(lines.revenue).sum() / 100
    )
    buyers = orders.group_by(Column.CUSTOMER_ID).aggregate(orders=orders.count())
    return Plots(
        weeks=_weeks(seen),
        histograms=(
            _histogram("Quantity", "order lines", lines, lines.quantity),
            _histogram("Unit price", "order lines", lines, lines.unit_price),
            _histogram("Order value", "orders", orders, orders.value),
            _histogram("Orders per customer", "customers", buyers, buyers.orders),
            *_clock(seen),
        ),
    )


def _weeks(seen: Seen) -> tuple[Week, ...]:
    weeks = seen.days.resample("W-MON", label="left", closed="left").sum()
    return tuple(
        Week(starts_on=day.date(), lines=int(row["lines"]), revenue=round(float(row["revenue"]), 2))
        for day, row in weeks.iterrows()
    )


def _clock(seen: Seen) -> tuple[Histogram, ...]:
    hours = seen.hours.groupby("hour")["lines"].sum().reindex(range(24), fill_value=0)
    weekdays = seen.hours.groupby("weekday")["lines"].sum().reindex(range(7), fill_value=0)
    return (
        Histogram(
            name="Hour of the day (UTC)",
            counted="order lines",
            bins=tuple(Bin(label=f"{hour}", rows=int(rows)) for hour, rows in hours.items()),
        ),
        Histogram(
            name="Weekday",
            counted="order lines",
            bins=tuple(Bin(label=WEEKDAYS[day][:3], rows=int(rows)) for day, rows in enumerate(weekdays)),
        ),
    )


def _histogram(name: str, counted: str, table: ibis.Table, values: ibis.Value) -> Histogram:
    """Count values in bins of round width; what lies beyond the 99 % mark is one last bin."""
    shape = numbers(
        table.aggregate(
            low=values.min(), high=values.max(), top=values.quantile(CUT), whole=(values % 1 == 0).cast("int64").mean()
        )
    )
    whole = shape["whole"] >= MOSTLY
    edges = bin_edges(shape["low"], shape["top"], whole=whole)
    number = ibis.cases(*((values < edge, turn) for turn, edge in enumerate(edges)), else_=len(edges))
    counts = table.group_by(bin=number).aggregate(rows=table.count()).to_pandas().set_index("bin")["rows"]
    labels = bin_labels(edges, shape["low"], shape["high"], whole=whole)
    bins = tuple(Bin(label=label, rows=int(counts.get(turn, 0))) for turn, label in labels)
    return Histogram(name=name, counted=counted, bins=bins)


def bin_edges(low: float, top: float, *, whole: bool) -> tuple[float, ...]:
    """Return round edges between bins, so that at most about a dozen cover low to top.

    >>> bin_edges(1, 4, whole=True)
    (1.0, 2.0, 3.0, 4.0, 5.0)
    >>> bin_edges(0.2, 9.7, whole=False)
    (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
    """
    rough = max((top - low) / BINS, 1.0 if whole else 1e-6)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in ROUND_STEPS if factor * power >= rough * (1 - 1e-9))
    step = float(math.ceil(step)) if whole else step
    first = math.floor(low / step) * step
    return tuple(float(np.round(first + step * turn, 9)) for turn in range(math.floor((top - first) / step) + 2))


def bin_labels(edges: Sequence[float], low: float, high: float, *, whole: bool) -> tuple[tuple[int, str], ...]:
    """Return the number and words of each bin that may hold values.

    >>> bin_labels((1.0, 2.0, 3.0), 1, 9, whole=True)
    ((1, '1'), (2, '2'), (3, '3 or more'))
    >>> bin_labels((0.0, 2.5, 5.0), 0.2, 4.9, whole=False)
    ((1, '0 – 2.5'), (2, '2.5 – 5'))
    """
    found = [(0, f"below {edges[0]:,g}")] if low < edges[0] else []
    for turn, (start, end) in enumerate(zip(edges, edges[1:], strict=False), start=1):
        last = end - 1 if whole else end
        found.append((turn, f"{start:,g}" if last == start else f"{start:,g} – {last:,g}"))
    return (*found, (len(edges), f"{edges[-1]:,g} or more")) if high >= edges[-1] else tuple(found)
