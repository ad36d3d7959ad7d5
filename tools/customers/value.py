"""Lifetime value and churn per customer, with draws from the predictive distribution for intervals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.customers.days import Day, customer_days, purchase_summary
from tools.customers.value_backtest import Backtest, backtest_values
from tools.errors import ToolError
from tools.estimators.gamma_gamma import SpendModel, fit_spend, frequency_correlation
from tools.estimators.lifetime_value import EstimationError, Histories, PurchaseModel, distinct, fit_purchases
from tools.progress import say
from tools.warehouse.view import StoreView

Array = NDArray[np.float64]
Draws = NDArray[np.float32]

CLV_WEEKS = 52
"""Weeks ahead: a budget year."""

INTERVAL_PERCENT = 80
"""Coverage of every interval here: the contract of the tools."""

LEAST_REPEATERS = 30
"""Fewest customers who bought on two days or more, for four parameters (a choice; ten each would bar small shops)."""

REFITS = 8
"""Bayesian bootstrap fits, which carry the uncertainty of the parameters."""

DRAWS_PER_FIT = 25
"""Futures simulated per fit; 200 in all put the ends of an 80 % interval within about 4 % of its width."""

MOST_FIT_CUSTOMERS = 20_000
"""Customers whose spend Gamma-Gamma is fitted on; more change the fourth digit only. BG/NBD is fitted on all."""

MOST_CORRELATION = 0.3
"""Rank correlation of frequency and value above which Gamma-Gamma's assumption fails: "medium" in J. Cohen, Statistical
Power Analysis for the Behavioral Sciences (2nd ed., 1988), 3.2.1."""

MOST_LEAN = 0.10
"""Mean share by which back-tests may miss in one direction before it is said (a choice)."""

TOLD_CUSTOMERS = 30_000
"""Customers from which on the simulation takes seconds, so that it says that it is running."""

DAYS_A_WEEK: Final = 7.0


@dataclass(frozen=True)
class CustomerValues:
    """Lifetime values as of a day.

    Attributes:
        table: Index customer_id; columns clv, churn (probability), purchases (expected), next_days (until the next
            purchase, if still buying: the median).
        draws: One row per simulated future, one column per customer of `table`: spend in the weeks ahead.
        model: Parameters in words.
        notes: What to know before relying on them: assumptions that the data do not bear out, fits on the edge.
    """

    table: pd.DataFrame
    draws: Draws
    model: str
    notes: tuple[str, ...] = ()

    def interval(self, chosen: NDArray[np.bool_]) -> tuple[float, float]:
        """Return the predictive interval of the mean spend of the chosen customers."""
        tail = (100 - INTERVAL_PERCENT) / 2
        means = self.draws[:, chosen].mean(axis=1, dtype=float)
        low, high = np.percentile(means, [tail, 100 - tail])
        return float(low), float(high)

    def intervals(self) -> tuple[Array, Array]:
        """Return the predictive interval of each customer's spend."""
        tail = (100 - INTERVAL_PERCENT) / 2
        low, high = np.percentile(self.draws, [tail, 100 - tail], axis=0)
        return low, high


def customer_values(view: StoreView) -> CustomerValues | None:
    """Estimate what each customer will spend in the next 52 weeks; None where the orders do not allow it."""
    found = _customer_values(view, view.meta.version)
    return found if isinstance(found, CustomerValues) else None


def why_no_values(view: StoreView) -> str | None:
    """Return why there is no lifetime value; None where there is one."""
    found = _customer_values(view, view.meta.version)
    return found if isinstance(found, str) else None


def alive_probabilities(view: StoreView) -> pd.Series:
    """Return the probability that each customer with an order still buys, by customer_id, named `p_alive`.

    By BG/NBD nobody drops out before a second purchase, so customers with one purchase day have 1.

    Raises:
        ToolError: The orders do not allow the model; the message says why.
    """
    values = customer_values(view)
    if values is None:
        raise ToolError(f"probability of still buying cannot be estimated: {why_no_values(view)}")
    return (1 - values.table["churn"]).rename("p_alive")


@lru_cache(maxsize=8)
def _customer_values(view: StoreView, version: str) -> CustomerValues | str:
    """Compute once per store, version of its data, day and seed; a string says why it cannot be done."""
    days = customer_days(view)
    summary = purchase_summary(days, pd.Timestamp(view.as_of))
    repeaters = int((summary["repeats"] > 0).sum())
    if repeaters < LEAST_REPEATERS:
        return f"{_few(summary, days, repeaters)}: no lifetime value and no churn; import more orders"
    try:
        return estimate_values(summary, view.seed, backtest=backtest_values(days, pd.Timestamp(view.as_of)))
    except EstimationError as error:
        return f"{error}: no lifetime value and no churn"


def _few(summary: pd.DataFrame, days: pd.DataFrame, repeaters: int) -> str:
    """Say why there is too little to learn a rhythm of buying from."""
    if len(summary) == 1:
        return "the shop has one customer"
    if days[Day.ON].nunique() == 1:
        return f"all {len(summary)} customers bought on one and the same day"
    if repeaters == 0:
        return f"none of {len(summary)} customers bought on a second day"
    return f"{repeaters} of {len(summary)} customers bought on two days or more, fewer than {LEAST_REPEATERS}"


def estimate_values(
    summary: pd.DataFrame, seed: int, weeks: float = CLV_WEEKS, backtest: Backtest | None = None
) -> CustomerValues:
    """Fit BG/NBD and Gamma-Gamma on a purchase summary and simulate every customer's next weeks, without discounting.

    Args:
        summary: As from `purchase_summary`.
        seed: Of the simulation.
        weeks: How far ahead.
        backtest: How far the models missed before; the simulated futures then miss by as much, all customers together.

    Raises:
        EstimationError: Nobody bought twice, or nobody spent anything.
    """
    rng = np.random.default_rng(seed)
    past = Histories(*(summary[name].to_numpy(float) for name in ("repeats", "recency", "age")))
    purchases, value = summary["purchases"].to_numpy(float), summary["value"].to_numpy(float)
    buying, spending = fit_purchases(past), _fit_spend(purchases, value, rng)
    expected = buying.expected_purchases(past, weeks)
    table = pd.DataFrame(
        {
            "clv": expected * spending.expected_value(purchases, np.maximum(value, 0.0)),
            "churn": 1 - buying.alive(past),
            "purchases": expected,
            "next_days": buying.time_to_next(past) * DAYS_A_WEEK,
        },
        index=summary.index,
    )
    draws = _draw_futures(summary, buying, rng, weeks)
    if backtest is not None:
        draws *= np.exp(backtest.miss * rng.standard_normal((len(draws), 1))).astype(np.float32)
    notes = _notes(buying, spending, summary) + _lean(backtest)
    return CustomerValues(table, draws, describe_models(buying, spending), notes)


def _fit_spend(purchases: Array, value: Array, rng: np.random.Generator, *, reweighted: bool = False) -> SpendModel:
    """Fit Gamma-Gamma on a sample of the customers, each counted once or with a bootstrap weight."""
    few = rng.permutation(len(value))[:MOST_FIT_CUSTOMERS] if len(value) > MOST_FIT_CUSTOMERS else slice(None)
    return fit_spend(purchases[few], value[few], rng.exponential(size=len(value[few])) if reweighted else None)


def _draw_futures(summary: pd.DataFrame, buying: PurchaseModel, rng: np.random.Generator, weeks: float) -> Draws:
    """Simulate every customer's spend under parameters refitted with Bayesian bootstrap weights (Rubin 1981)."""
    past = Histories(*(summary[name].to_numpy(float) for name in ("repeats", "recency", "age")))
    purchases, value = summary["purchases"].to_numpy(float), summary["value"].to_numpy(float)
    different, counts = distinct(past)
    draws = np.empty((REFITS * DRAWS_PER_FIT, len(summary)), dtype=np.float32)
    for refit in range(REFITS):
        if len(summary) >= TOLD_CUSTOMERS:
            say(f"lifetime value: simulating {len(summary):,} customers, part {refit + 1} of {REFITS}")
        # The weights of customers with equal histories add up: a sum of exponentials is a gamma.
        refit_buying = fit_purchases(different, rng.gamma(counts), buying)
        refit_spending = _fit_spend(purchases, value, rng, reweighted=True)
        for row in range(refit * DRAWS_PER_FIT, (refit + 1) * DRAWS_PER_FIT):
            bought = refit_buying.simulate_purchases(past, weeks, rng)
            draws[row] = refit_spending.simulate_spend(purchases, np.maximum(value, 0.0), bought, rng)
    return draws


def _notes(buying: PurchaseModel, spending: SpendModel, summary: pd.DataFrame) -> tuple[str, ...]:
    """Say where the models' assumptions do not hold."""
    notes = []
    if not buying.converged:
        notes.append(
            "the BG/NBD fit has no clear maximum (hardly anybody drops out, or everybody buys alike): read churn "
            "as a ranking, not as a share"
        )
    if not spending.converged:
        notes.append(
            "the Gamma-Gamma fit has no clear maximum (customers spend nearly the same per purchase): the shop's "
            "mean stands for everybody's value of a purchase"
        )
    repeat = summary[summary["repeats"] > 0]
    related = frequency_correlation(repeat["repeats"].to_numpy(float), repeat["value"].to_numpy(float))
    if related is not None and abs(related) > MOST_CORRELATION:
        more = "more" if related > 0 else "less"
        notes.append(
            f"customers who buy more often spend {more} per purchase (rank correlation {related:.2f}, above "
            f"{MOST_CORRELATION}): Gamma-Gamma takes the two as independent, so lifetime values are biased"
        )
    once = float((summary["repeats"] == 0).mean())
    if once > 0.5:
        notes.append(
            f"{once:.0%} of customers bought on one day only: BG/NBD takes them as still buying, so churn is too low"
        )
    return tuple(notes)


def _lean(backtest: Backtest | None) -> tuple[str, ...]:
    """Say in which direction the models missed in this shop before."""
    if backtest is None or abs(backtest.lean - 1) <= MOST_LEAN:
        return ()
    told = ", ".join(f"{ratio - 1:+.0%}" for ratio in backtest.ratios)
    side = "low" if backtest.lean > 1 else "high"
    return (
        f"back-tests on earlier days found spend off the prediction by {told}: read lifetime values as {side}; their "
        "intervals are widened by as much",
    )


def describe_models(buying: PurchaseModel, spending: SpendModel) -> str:
    """Put the fitted parameters into words."""
    return (
        f"BG/NBD r {buying.rate:.3f}, alpha {buying.scale:.3f} weeks, a {buying.a:.3f}, b {buying.b:.3f}; "
        f"Gamma-Gamma p {spending.p:.2f}, q {spending.q:.2f}, gamma {spending.gamma:.2f}"
    )
