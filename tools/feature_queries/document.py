"""The list of features as docs/features.md: `python -m tools.feature_queries.document > docs/features.md`."""

from __future__ import annotations

from typing import Final

from tools.feature_queries.catalog import FEATURES, Of
from tools.feature_queries.feature import Feature

INTRODUCTION: Final = """\
# Features

What is known of each customer and product of a store, computed as of a day. Nothing that happened at or after 00:00 UTC
of that day is seen; what a store holds without a date (category, brand, cost) is taken as it is. This page is written
from the list in `tools/feature_queries`; a test holds the two equal.

    marketwright store features demo --as-of 2017-11-01 --out customers.parquet
    marketwright store features demo --as-of 2017-11-01 --of products --out products.csv

Money is in the store's currency and summed in whole cents, units in thousandths, so that no label depends on the order
of addition or on the engine. DuckDB and Spark give the same whole numbers, times and labels exactly, the same shares
and means within 10⁻⁹ of their value. An order is dated by its first line. A share of nothing is null, not 0. Features
of tables that a store does not have are left out. Larger shops: [scale.md](scale.md).
"""
HEADS: Final[dict[Of, str]] = {
    "customers": "## Customers\n\nOne row for everybody with an order before the day.\n",
    "products": "## Products\n\nOne row for every product of the store, sold or not.\n",
}
TABLE: Final = "| feature | unit | window | meaning | tables |\n|---|---|---|---|---|"


def write_document() -> str:
    """Return docs/features.md."""
    parts = [INTRODUCTION]
    for of, head in HEADS.items():
        rows = "\n".join(_row(feature) for feature in FEATURES[of])
        parts.append(f"{head}\n{TABLE}\n{rows}\n")
    return "\n".join(parts)


def _row(feature: Feature) -> str:
    cells = (f"`{feature.name}`", feature.unit, feature.window, feature.meaning, ", ".join(feature.tables))
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(write_document(), end="")
