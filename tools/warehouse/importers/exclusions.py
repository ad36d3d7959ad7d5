"""Rows that an export holds and a store does not want: set aside as meant, which is no fault of the data."""

from __future__ import annotations

from typing import Final

SUPERSEDED: Final = "the order occurs again further on; its last occurrence is taken"
UNPAID: Final = "no money was taken: the order's payment is "
CANCELLED: Final = "the order was cancelled"
TEST: Final = "a test order"
TIP: Final = "a tip is not a product"
FEE: Final = "a fee is not a product"
GIFT_CARD: Final = "a gift card was sold: what is later bought with it is the revenue"
COUPON_LINE: Final = "neither units nor money: a coupon's own line"
A_TOTAL: Final = "a row of totals: its money is in the other rows already"

EXCLUSIONS: Final = (SUPERSEDED, UNPAID, CANCELLED, TEST, TIP, FEE, GIFT_CARD, COUPON_LINE, A_TOTAL)
"""How the reasons begin that say so."""


def is_excluded(reason: str) -> bool:
    """Tell whether a row was set aside because it is no sale (or said twice), not because something is wrong with it.

    >>> is_excluded(UNPAID + "voided"), is_excluded("quantity is missing")
    (True, False)
    """
    return reason.startswith(EXCLUSIONS)
