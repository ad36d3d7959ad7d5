"""Look at the kept rows of a store: complete the import's account, and list what looks odd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from tools.errors import InputError
from tools.warehouse.engine import connect
from tools.warehouse.folder import QUALITY_FILE, StoreFolder
from tools.warehouse.quality import key_checks, row_checks, time_checks
from tools.warehouse.quality.report import SEVERITIES, Finding, QualityReport, TableQuality
from tools.warehouse.quality.seen import Seen, see

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

CHECKS: Final[tuple[Callable[[Seen], Iterator[Finding]], ...]] = (
    row_checks.check_fates,
    row_checks.check_left_out,
    row_checks.check_flags,
    row_checks.check_constants,
    row_checks.check_missing,
    row_checks.check_outliers,
    key_checks.check_near_copies,
    key_checks.check_orphans,
    key_checks.check_categories,
    key_checks.check_prices,
    key_checks.check_price_list,
    key_checks.check_crowds,
    key_checks.check_consents,
    time_checks.check_gaps,
    time_checks.check_days,
    time_checks.check_stops,
    time_checks.check_ends,
    time_checks.check_clock,
)


def inspect(engine: Backend, store: StoreFolder, accounts: tuple[TableQuality, ...]) -> QualityReport:
    """Complete the accounts with what the kept rows look like, and make every check."""
    seen = see(engine, store, accounts)
    findings = sorted(
        (finding for check in CHECKS for finding in check(seen)),
        key=lambda finding: SEVERITIES.index(finding.severity),
    )
    tables = tuple(_completed(seen, entry) for entry in accounts)
    return QualityReport(tables=tables, gaps=time_checks.gaps_of(seen), findings=tuple(findings))


def check_store(store: StoreFolder) -> QualityReport:
    """Look at a store's tables again, with the account that its import wrote.

    Raises:
        InputError: The store has no `quality.json`.
    """
    file = store.quality_file
    if not file.is_file():
        raise InputError(
            f"store {store.name!r} has no {QUALITY_FILE}; expected one written by its import; try importing it again"
        )
    return inspect(connect(), store, QualityReport.model_validate_json(file.read_bytes()).tables)


def _completed(seen: Seen, entry: TableQuality) -> TableQuality:
    if entry.table not in seen.tables:
        return entry
    missing, outliers = row_checks.missing_of(seen, entry.table), row_checks.outliers_of(seen, entry.table)
    return entry.model_copy(update={"missing": missing, "outliers": outliers, "rows": seen.rows(entry.table)})
