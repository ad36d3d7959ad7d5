"""The results of a campaign in its report: what came in, the arms, and what the campaign changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from agent.readout import ResultsReadout
from agent.report.anchors import anchor
from agent.report.charts.bars import Bar, BarChart, draw_bars
from agent.report.charts.intervals import Interval, IntervalChart, draw_intervals
from agent.report.pictures import Picture
from agent.report.tree import json_tree

ROOT = "R"
"""What anchors of the read-out start with."""

_NARROW = 330.0
_ARMS = {"treatment": "Contacted", "holdout": "Left alone"}
_METRICS = {"conversion": "Conversion", "revenue": "Money"}


@dataclass(frozen=True)
class ResultsPanel:
    """The results section of a report."""

    readout: ResultsReadout
    conclusion: str
    needed: str
    warnings: tuple[str, ...]
    arms: Picture
    lifts: tuple[tuple[str, Picture], ...]
    tree: Markup


def draw_results(readout: ResultsReadout | None) -> ResultsPanel | None:
    """Draw the results that came in for a campaign; None where none did."""
    if readout is None:
        return None
    result: Mapping[str, Any] = readout.result
    return ResultsPanel(
        readout=readout,
        conclusion=str(result["conclusion"]),
        needed=str(result["needed"]),
        warnings=tuple(str(warning) for warning in result["warnings"]),
        arms=_arms(result),
        lifts=tuple(_lift(place, lift) for place, lift in enumerate(result["lifts"])),
        tree=json_tree(ROOT, result),
    )


def _arms(result: Mapping[str, Any]) -> Picture:
    chart = BarChart("results-arms", "Conversion by arm", "% that converted, with 95% interval")
    bars = [
        Bar(
            label=f"{_ARMS[arm['arm']]} ({arm['customers']:,})",
            value=arm["rate_percent"],
            written=f"{arm['rate_percent']:.1f}%",
            low=arm["rate_low_percent"],
            high=arm["rate_high_percent"],
            chosen=arm["arm"] == "treatment",
            href=anchor(ROOT, ("arms", place, "rate_percent")),
        )
        for place, arm in enumerate(result["arms"])
    ]
    narrow = replace(chart, name=f"{chart.name}-narrow", width=_NARROW)
    return Picture(draw_bars(chart, bars), draw_bars(narrow, bars), ROOT)


def _lift(place: int, lift: Mapping[str, Any]) -> tuple[str, Picture]:
    metric = _METRICS[lift["metric"]]
    chart = IntervalChart(
        f"results-{lift['metric']}", f"{metric}: contacted less left alone", f"{lift['unit']}, with interval"
    )
    row = Interval(
        metric, lift["difference"], lift["low"], lift["high"], f"{lift['difference']:+,.2f}",
        anchor(ROOT, ("lifts", place, "difference")),
    )  # fmt: skip
    narrow = replace(chart, name=f"{chart.name}-narrow", width=_NARROW)
    return f"{metric} caused", Picture(draw_intervals(chart, [row]), draw_intervals(narrow, [row]), ROOT)
