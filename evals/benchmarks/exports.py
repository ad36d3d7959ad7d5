"""Two exports of a made-up shop, the later one a superset of the earlier: what updates are measured on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

LINES_AN_ORDER: Final = 3
LINES_A_CUSTOMER: Final = 20
LINES_A_PRODUCT: Final = 50
EARLIER_SHARE: Final = 0.8
"""Share of the orders that the earlier export has."""

CHANGED_SHARE: Final = 0.05
"""Share of the earlier orders whose quantities the later export changes."""

FIRST_DAY: Final = pd.Timestamp("2023-01-01")
MINUTES: Final = 60 * 24 * 500


def write_exports(folder: Path, lines: int, seed: int) -> tuple[Path, Path]:
    """Write the earlier and the later export as CSV, and return their folders."""
    rng = np.random.default_rng(seed)
    later = _order_lines(rng, lines)
    customers, products = _customers(lines), _products(rng, lines)
    orders = max(1, lines // LINES_AN_ORDER)
    early = later["order"] < int(orders * EARLIER_SHARE)
    earlier = later[early].copy()
    changed = earlier["order"].isin(rng.choice(orders, max(1, int(orders * CHANGED_SHARE)), replace=False))
    earlier.loc[changed, "quantity"] += 1
    # The earlier export lacks the newest products, so that some of its lines wait for them.
    tables = {"earlier": (earlier, products.iloc[: max(1, int(len(products) * 0.95))]), "later": (later, products)}
    for name, (order_lines, sold) in tables.items():
        (folder / name).mkdir(parents=True)
        order_lines.drop(columns="order").to_csv(folder / name / "order_lines.csv", index=False)
        sold.to_csv(folder / name / "products.csv", index=False)
        customers.to_csv(folder / name / "customers.csv", index=False)
    return folder / "earlier", folder / "later"


def _order_lines(rng: np.random.Generator, lines: int) -> pd.DataFrame:
    order = np.sort(rng.integers(0, max(1, lines // LINES_AN_ORDER), lines))
    buyer = rng.integers(0, max(1, lines // LINES_A_CUSTOMER), lines)[order]
    at = FIRST_DAY + pd.to_timedelta(np.sort(rng.integers(0, MINUTES, lines))[order], unit="min")
    return pd.DataFrame(
        {
            "order": order,
            "order_id": [f"o{number}" for number in order],
            "customer_id": [f"c{number}" for number in buyer],
            "product_id": [f"p{number}" for number in rng.integers(0, max(2, lines // LINES_A_PRODUCT), lines)],
            "ordered_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "quantity": rng.integers(1, 5, lines),
            "unit_price": rng.integers(100, 5000, lines) / 100,
        }
    )


def _customers(lines: int) -> pd.DataFrame:
    ids = [f"c{number}" for number in range(max(1, lines // LINES_A_CUSTOMER))]
    return pd.DataFrame({"customer_id": ids, "country": "US"})


def _products(rng: np.random.Generator, lines: int) -> pd.DataFrame:
    number = np.arange(max(2, lines // LINES_A_PRODUCT))
    return pd.DataFrame(
        {
            "product_id": [f"p{each}" for each in number],
            "name": [f"Product {each}" for each in number],
            "category": [f"Category {each % 12}" for each in number],
            "price": rng.integers(100, 5000, len(number)) / 100,
        }
    )
