r"""Import Google Ads reports (CSV, by day) into `ad_spend` as the channel `google_ads`.

The column names are those of the interface and of reports downloaded from it (`Day`, `Campaign`, `Cost`, `Impr.`,
`Clicks`, `Conversions`, `Conv. value`, `Currency code`) and those of the API, in which cost is in millionths
(`metrics.cost_micros`). Sources: "Conversion reporting", the table of interface metrics and API metrics,
https://developers.google.com/google-ads/api/docs/conversions/reporting; "Account Performance Report", the display name
of each field, https://developers.google.com/adwords/api/docs/appendix/reports/v201705/account-performance-report.
A report has its name and period above the header, totals below the rows, `--` for nothing and thousands separators.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.warehouse.importers.ad_reports import CURRENCY, MICROS, SPEND, AdReport, read_reports
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import Source

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

REPORT: Final = AdReport(
    platform="Google Ads",
    channel="google_ads",
    columns={
        "on": ("Day", "Date", r"segments\.date"),
        SPEND: ("Cost",),
        MICROS: (r"metrics\.cost_micros", "cost_micros", "Cost micros"),
        CURRENCY: ("Currency code", "Currency", r"customer\.currency_code"),
        "campaign": ("Campaign", "Campaign name", r"campaign\.name"),
        "impressions": (r"Impr\.", "Impressions", r"metrics\.impressions"),
        "clicks": ("Clicks", r"metrics\.clicks"),
        "conversions": ("Conversions", r"metrics\.conversions"),
        "revenue": (r"Conv\. value", "Conversion value", r"Total conv\. value", r"metrics\.conversions_value"),
    },
    by_day="segmenting it by day (in the table Segment > Time > Day, in a report the row Day) and downloading it again",
)


def read(engine: Backend, path: Path, mapping: Mapping) -> Source:
    """Read one report, or every report in a folder.

    Raises:
        InputError: No file is such a report, one is not by day, or its money is in a currency without exchange rate.
    """
    return read_reports(engine, path, mapping, REPORT)
