"""Render a store's data-quality report as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from agent.report.charts.bars import Bar, BarChart, draw_bars
from agent.report.charts.columns import Column, ColumnChart, draw_columns
from agent.report.charts.stacks import Stack, StackChart, draw_stacks
from agent.report.charts.svg import short_number
from agent.report.charts.weeks import WeekChart, draw_weeks
from agent.report.paper import asset, content_policy, environment
from agent.report.pictures import Picture
from tools.warehouse.folder import StoreMeta
from tools.warehouse.quality import Plots, QualityReport
from tools.warehouse.quality.plots import Histogram

_WIDE, _HALF, _NARROW = 960.0, 440.0, 330.0
_MOST_COLUMNS = 24
"""Columns with missing values that are drawn; the page says how many more there are."""
_FATES = (("kept as it was", "c3"), ("repaired", "c2"), ("set aside", "c4"), ("exact copies, dropped", "rest"))
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True)
class Spread:
    """One histogram with its heading."""

    title: str
    picture: Picture


def render_quality(meta: StoreMeta, report: QualityReport, plots: Plots) -> str:
    """Return the report as HTML that needs no other file, no network and no script.

    Whatever comes from the shop's files (names of columns, channels and files among it) is escaped. The same store
    gives the same bytes.
    """
    style = asset("report.css")
    missing = sorted(
        ((gap.percent, f"{entry.table}.{gap.column}") for entry in report.tables for gap in entry.missing), reverse=True
    )
    context = {
        "meta": meta,
        "report": report,
        "counts": {kind: sum(f.severity == kind for f in report.findings) for kind in ("error", "warning", "notice")},
        "sales": _draw_sales(meta, report, plots),
        "fates": _draw_fates(report),
        "missing": _draw_missing(missing[:_MOST_COLUMNS]) if missing else None,
        "more_missing": max(len(missing) - _MOST_COLUMNS, 0),
        "spreads": [Spread(histogram.name, _draw_spread(histogram)) for histogram in plots.histograms],
        "style": Markup(style),  # noqa: S704 - our own file
        "policy": content_policy(style),
    }
    return environment().get_template("quality.jinja").render(context)


def _both(draw: Callable[[str, float], Markup], name: str, wide: float) -> Picture:
    return Picture(draw(name, wide), draw(f"{name}-narrow", _NARROW))


def _draw_sales(meta: StoreMeta, report: QualityReport, plots: Plots) -> Picture:
    weeks = [(week.starts_on, week.revenue) for week in plots.weeks]
    gaps = tuple((gap.starts_on, gap.ends_on) for gap in report.gaps)

    def draw(name: str, width: float) -> Markup:
        axis = f"revenue a week, {meta.currency}"
        return draw_weeks(WeekChart(name, "Sales a week", axis, gaps, _SIGNS.get(meta.currency, ""), width), weeks)

    return _both(draw, "sales", _WIDE)


def _draw_fates(report: QualityReport) -> Picture:
    stacks = [
        Stack(
            entry.table,
            (entry.kept - entry.repaired, entry.repaired, entry.quarantined, entry.duplicates),
            f"{entry.rows_in:,}",
        )
        for entry in report.tables
    ]
    return _both(
        lambda name, width: draw_stacks(StackChart(name, "What became of the rows", _FATES, width), stacks),
        "fates",
        _WIDE,
    )


def _draw_missing(missing: list[tuple[float, str]]) -> Picture:
    bars = [Bar(name, share, f"{share:.1f} %") for share, name in missing]
    axis = "rows without a value, percent"
    return _both(
        lambda name, width: draw_bars(BarChart(name, "Missing values", axis, width), bars), "missing-values", _WIDE
    )


def _draw_spread(histogram: Histogram) -> Picture:
    """Draw ranges as rows, which have room for their names; hours and weekdays as columns."""
    name = "".join(letter if letter.isalnum() else "-" for letter in histogram.name.lower())
    if histogram.bins and len(histogram.bins[0].label) <= 3 and len(histogram.bins) in (7, 24):
        columns = [Column(one.label, one.rows, short_number(float(f"{one.rows:.2g}"))) for one in histogram.bins]
        return _both(
            lambda unique, width: draw_columns(
                ColumnChart(unique, histogram.name, f"{histogram.name}; {histogram.counted}", width), columns
            ),
            name,
            _HALF,
        )
    bars = [Bar(one.label, one.rows, f"{one.rows:,}") for one in histogram.bins]
    return _both(
        lambda unique, width: draw_bars(BarChart(unique, histogram.name, histogram.counted, width), bars), name, _HALF
    )
