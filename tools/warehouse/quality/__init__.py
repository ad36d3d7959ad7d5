"""What came in, what was kept, mended or set aside, and what still looks odd."""

from __future__ import annotations

from tools.warehouse.quality.accounts import account, with_merge
from tools.warehouse.quality.inspection import check_store, inspect
from tools.warehouse.quality.plots import Plots, measure_store
from tools.warehouse.quality.report import Finding, Merged, QualityReport, TableQuality

__all__ = [
    "Finding",
    "Merged",
    "Plots",
    "QualityReport",
    "TableQuality",
    "account",
    "check_store",
    "inspect",
    "measure_store",
    "with_merge",
]
