"""How far a value may go before it cannot be true: the bounds of the sift, each with its reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import ibis

# Web shops and shop computers as we know them began in the 1990s; 1900, 1904, 1970 and 1980 are what spreadsheets,
# Unix and DOS make of an empty date.
FIRST_YEAR: Final = 1990
# The oldest verified person was born in 1875; nobody alive today was born before this.
FIRST_BIRTH_YEAR: Final = 1900
# One line of an order. Bar codes (GTIN-8 to GTIN-14) and ids in the wrong column are far above it, bulk orders below.
MOST_UNITS: Final = 100_000.0
# One unit, in money of the size of a dollar; a larger number is a bar code or an id.
MOST_PRICE: Final = 1e7
# Currencies of which a dollar buys more than a thousand (exchange rates of 2024): their prices run three digits longer.
SMALL_CURRENCIES: Final = frozenset(
    ("IDR", "VND", "IRR", "LAK", "UZS", "PYG", "KHR", "GNF", "SLL", "COP")
    + ("MGA", "UGX", "TZS", "IQD", "LBP", "MMK", "MNT", "CDF", "BIF", "KRW")
)
LOWEST_RATING: Final = 1.0
HIGHEST_RATING: Final = 5.0

# Columns that carry the bounds beside each row, so that a rule can be a plain Ibis expression.
TOMORROW: Final = "_tomorrow"
DEAREST: Final = "_dearest"


@dataclass(frozen=True)
class Limits:
    """What the sift must know besides the rows.

    Attributes:
        today: Day of the import; without one, nothing is too late.
        currency: ISO 4217 code of the store's money.
    """

    today: dt.date | None = None
    currency: str = "USD"

    @property
    def dearest(self) -> float:
        """Return the highest believable price of a unit.

        >>> Limits(currency="EUR").dearest, Limits(currency="VND").dearest
        (10000000.0, 10000000000.0)
        """
        return MOST_PRICE * (1000 if self.currency in SMALL_CURRENCIES else 1)

    def beside(self, table: ibis.Table) -> ibis.Table:
        """Add the bounds as columns; times up to the end of the day after the import pass, for shops east of UTC."""
        day = self.today + dt.timedelta(days=2) if self.today else dt.date.max
        return table.mutate(
            **{TOMORROW: ibis.timestamp(dt.datetime.combine(day, dt.time())), DEAREST: ibis.literal(self.dearest)}
        )
