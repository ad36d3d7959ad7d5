"""What the tiny store sells, and what is not offered."""

from __future__ import annotations

import pytest

from tests.tiny import PRODUCTS, RHYTHMS
from tools.products.assortment import Sold, assortment, categories_by_sales, not_offered_kind, rules
from tools.warehouse.view import StoreView

DAY = 182  # 1 July 2024, counted from 1 January


def _orders_of(product: str) -> list[tuple[str, int]]:
    """Return customer and day of each order line of a product before 1 July."""
    found = []
    for customer, rhythm in RHYTHMS.items():
        for turn, day in enumerate(rhythm.days):
            taken = rhythm.products if customer == "c01" else (rhythm.products[turn % len(rhythm.products)],)
            found += [(customer, day) for name in taken if name == product and day < DAY]
    return found


@pytest.mark.parametrize("product", [row[0] for row in PRODUCTS])
def test_sales_are_those_before_the_day(tiny_view: StoreView, product: str) -> None:
    row, orders = assortment(tiny_view).loc[product], _orders_of(product)
    assert row[Sold.LINES] == row[Sold.UNITS] == len(orders)
    assert row[Sold.BUYERS] == len({customer for customer, _ in orders})
    assert row[Sold.RECENT_BUYERS] == len({customer for customer, day in orders if day >= DAY - 8 * 7})


def test_offered_needs_a_sale_in_eight_weeks(tiny_view: StoreView) -> None:
    products = assortment(tiny_view)
    recent = {product for product in products.index if any(day >= DAY - 8 * 7 for _, day in _orders_of(product))}
    assert set(products.index[products[Sold.OFFERED]]) == recent
    assert products.loc["p10", Sold.FINDABLE]


def test_categories_are_ordered_by_sales(tiny_view: StoreView) -> None:
    assert categories_by_sales(assortment(tiny_view))[0] == "Coffee"


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (("Miscellaneous items", "Grocery"), "paperwork"),
        (("Miscellaneous dairy", "Grocery"), ""),
        (("Crackers/miscellaneous baked food", "Grocery"), ""),
        (("Beer & ale", "Grocery"), "unasked"),
        (("Infant formula", "Drug & general merchandise"), "unasked"),
        (("Store & manufacturer coupons", "Coupon"), "paperwork"),
        (("Gift & fruit baskets", "Floral"), ""),
    ],
)
def test_rules_look_at_labels(labels: tuple[str, str], kind: str) -> None:
    assert not_offered_kind(*labels) == kind


def test_every_rule_says_what_and_why() -> None:
    assert all((rule.labels or rule.words) and rule.why for rule in rules())
    assert all(label == label.lower() for rule in rules() for label in rule.labels)
