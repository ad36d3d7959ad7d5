"""Who is contacted and who is left alone: drawn by a salted hash within groups of like past spend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import pandas as pd

from tools.customers.days import customer_days
from tools.estimators.lots import hold_out
from tools.experiments.baseline import COVARIATE_WEEKS, spend_between
from tools.warehouse.columns import Column
from tools.warehouse.view import StoreView

Arm = Literal["treatment", "holdout", "A", "B"]
HOLDOUT_ARMS: Final[tuple[Arm, Arm]] = ("treatment", "holdout")
VERSION_ARMS: Final[tuple[Arm, Arm]] = ("A", "B")

SPEND_GROUPS: Final = 4
"""Groups of like spend beside those without any: quartiles balance what explains most of the outcome's variance."""
NO_SPEND: Final = "no_spend"


class Assigned:
    """Columns of an assignment."""

    CUSTOMER_ID: Final = Column.CUSTOMER_ID
    STRATUM: Final = "stratum"
    ARM: Final = "arm"


def assign(
    view: StoreView, customers: Sequence[str], held_out: int, salt: str, arms: tuple[Arm, Arm] = HOLDOUT_ARMS
) -> pd.DataFrame:
    """Return customer_id, stratum and arm, one row a customer, by customer.

    The same store, day, customers and salt give the same arms; a rank by hash within each stratum makes the groups
    alike in past spend, and exactly as large as the design says.

    Args:
        view: The store as of the day of the design.
        customers: Whom the test is about.
        held_out: How many go into the second arm.
        salt: What tells this test from others.
        arms: Names of the arms.
    """
    names = sorted(customers)
    strata = spend_strata(view, names)
    second = hold_out(names, list(strata), held_out, salt)
    chosen = [arms[1] if out else arms[0] for out in second]
    return pd.DataFrame({Assigned.CUSTOMER_ID: names, Assigned.STRATUM: list(strata), Assigned.ARM: chosen})


def spend_strata(view: StoreView, names: Sequence[str]) -> pd.Series[str]:
    """Return each customer's stratum: none, or quarter of what those with spend in the last 13 weeks spent."""
    start = view.as_of - dt.timedelta(weeks=COVARIATE_WEEKS)
    spend = spend_between(customer_days(view), names, start, view.as_of)
    quarters = np.ceil(spend.rank(method="first", pct=True) * SPEND_GROUPS)
    named = {float(quarter): f"spend_{quarter}" for quarter in range(1, SPEND_GROUPS + 1)}
    return quarters.map(named).fillna(NO_SPEND)
