"""When a test may be looked at: a small part of the false-alarm chance for every day before its end, the rest at it.

A test read at 5 % on each of 28 days raises a false alarm far more often than once in twenty. Haybittle (1971, British
Journal of Radiology 44:793) and Peto et al. (1976, British Journal of Cancer 34:585) give early looks a strict level
and leave nearly all to the end; Lan and DeMets (1983, Biometrika 70:659) call it spending. The early part is spent
evenly over the days by Bonferroni's inequality, so the total holds however the days depend on each other, and
however often somebody looks: what is read has one value a day.
"""

from __future__ import annotations

from typing import Final

ALPHA: Final = 0.05
"""Chance of a false alarm of a whole test, two-sided: the convention since Fisher (1925)."""

EARLY_ALPHA: Final = 0.005
"""What all days before the end may spend together: a tenth, so that the end keeps nearly the power of a single look."""

FINAL_ALPHA: Final = ALPHA - EARLY_ALPHA
"""What is left for the end."""


def level_on(day: int, days: int) -> float:
    """Return the level of a look.

    Args:
        day: Days of the test that are over.
        days: Days of the whole test.

    >>> [round(level_on(day, 28), 6) for day in (3, 28, 40)]
    [0.000185, 0.045, 0.045]
    """
    return FINAL_ALPHA if day >= days else EARLY_ALPHA / max(days - 1, 1)
