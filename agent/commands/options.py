"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import argparse
import datetime as dt

from tools.errors import InputError


def add_store(parser: argparse.ArgumentParser) -> None:
    """Add --store and --as-of."""
    parser.add_argument("--store", required=True, metavar="S", help="name of a store, or the path of its folder")
    parser.add_argument("--as-of", metavar="D", help="day to work on, YYYY-MM-DD; nothing on or after it is read")


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add --model and --seed."""
    parser.add_argument(
        "--model", metavar="M", help="local (default), base, transformers, rules, server:URL#NAME or a path"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of everything random (default 0)")


def read_day(text: str | None) -> dt.date | None:
    """Read a day.

    Raises:
        InputError: It is not a day in ISO form.

    >>> read_day("2017-11-01")
    datetime.date(2017, 11, 1)
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"--as-of {text!r} is not a day; expected YYYY-MM-DD; try 2017-11-01") from error


def read_budget(text: str | None) -> float | None:
    """Read an amount of money.

    Raises:
        InputError: It is not a number above zero.

    >>> read_budget("3,000")
    3000.0
    """
    if text is None:
        return None
    try:
        amount = float(text.strip().lstrip("$€£").replace(",", ""))
    except ValueError as error:
        raise InputError(f"--budget {text!r} is not an amount; expected a number; try --budget 3000") from error
    if not 0 < amount < float("inf"):
        raise InputError(f"--budget {text!r} is no budget; expected more than zero; try --budget 3000")
    return amount
