r"""Import Meta Ads Manager exports (CSV, broken down by day) into `ad_spend` as the channel `meta_ads`.

The column names are those of Ads Manager's table (`Campaign name`, `Day`, `Reporting starts`, `Reporting ends`,
`Amount spent (USD)`, `Impressions`, `Link clicks`, `Purchases`, `Purchases conversion value`, `Results`); what they
mean is told column by column at https://sebotraining.com/meta-ads-topics/ads-manager-columns. The API's names (`spend`,
`inline_link_clicks`, `date_start`, `date_stop`) follow
https://cloud.google.com/bigquery/docs/facebook-ads-transformation. Clicks are link clicks, since a reaction to a post
is no visit. Conversions are purchases; where there is no such column, `Results`, which count what the campaign is
optimised for. A row without campaign and day is the total that Ads Manager may write.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.warehouse.importers.ad_reports import CURRENCY, FIRST_DAY, LAST_DAY, SPEND, AdReport, read_reports
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import Source

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

REPORT: Final = AdReport(
    platform="Meta Ads",
    channel="meta_ads",
    columns={
        "on": ("Day", "Date"),
        FIRST_DAY: ("Reporting starts", "date_start"),
        LAST_DAY: ("Reporting ends", "date_stop"),
        SPEND: (r"Amount spent \(([A-Z]{3})\)", "Amount spent", "spend"),
        CURRENCY: ("Currency", "account_currency"),
        "campaign": ("Campaign name", "campaign_name", "Campaign"),
        "impressions": ("Impressions",),
        "clicks": ("Link clicks", "inline_link_clicks", r"Clicks \(all\)"),
        "conversions": ("Purchases", "Website purchases", "Results"),
        "revenue": ("Purchases conversion value", "Purchase conversion value", "Website purchases conversion value"),
    },
    by_day="breaking it down by day (Breakdown > By time > Day) and exporting it again",
)


def read(engine: Backend, path: Path, mapping: Mapping) -> Source:
    """Read one export, or every export in a folder.

    Raises:
        InputError: No file is such an export, one is not by day, or its money is in a currency without exchange rate.
    """
    return read_reports(engine, path, mapping, REPORT)
