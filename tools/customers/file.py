"""Results per customer as a CSV or Parquet file."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pandas as pd

from tools.errors import InputError
from tools.spreadsheet import inert

ENDINGS = (".csv", ".parquet")


def check_customer_file(path: Path) -> None:
    """Refuse a file that cannot be written, before any work is done.

    Raises:
        InputError: Its name says neither CSV nor Parquet, or its folder does not exist.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InputError(f"--customers {str(path)!r} is of no known kind; expected .csv or .parquet; try customers.csv")
    if not path.parent.is_dir() or path.is_dir():
        raise InputError(f"--customers {str(path)!r} cannot be written; expected a file in a folder that exists")


def write_customers(rows: pd.DataFrame, path: Path) -> None:
    """Write one row a customer, all at once; in CSV, text is quoted and cannot be run as a formula.

    Raises:
        InputError: The file cannot be written.
    """
    check_customer_file(path)
    part = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".parquet":
            rows.to_parquet(part, index=False)
        else:
            _inert_texts(rows).to_csv(part, index=False, quoting=csv.QUOTE_NONNUMERIC, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InputError(f"--customers {str(path)!r} cannot be written ({error.strerror}); try another file") from error


def _inert_texts(rows: pd.DataFrame) -> pd.DataFrame:
    texts = rows.select_dtypes(["object", "string"]).columns
    return rows.assign(
        **{column: rows[column].map(lambda cell: inert(cell) if isinstance(cell, str) else cell) for column in texts}
    )
