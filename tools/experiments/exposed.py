"""Whom a campaign reached and whom it left alone: one row a customer, from the store's exposures."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from tools.errors import ToolError
from tools.names import nearest, resolve_name
from tools.response.history import UNFINISHED_DAYS
from tools.warehouse.columns import Column, Table
from tools.warehouse.view import StoreView

MOST_STRATA: Final = 20
"""Different planned shares that count as strata of their own; more are put into groups of like share."""

STRATA_OF_MANY: Final = 5
"""Groups of like share where there are more (Rosenbaum and Rubin 1984: five remove nine tenths of a bias)."""


@dataclass(frozen=True)
class CampaignFacts:
    """What the store says of a campaign.

    Attributes:
        campaign_id: Its id.
        name: Its name; the id where the store has none.
        starts_on: Day of its first exposure or, where told, its first day.
        ends_on: Its last day.
        end_known: Whether the store tells the last day.
        took: How the marketer's words were read, where they were not the id.
    """

    campaign_id: str
    name: str
    starts_on: dt.date
    ends_on: dt.date
    end_known: bool
    took: str | None = None

    @property
    def days(self) -> int:
        """Return the length in days."""
        return (self.ends_on - self.starts_on).days + 1


class Reached:
    """Columns of the customers of a campaign."""

    CUSTOMER_ID: Final = Column.CUSTOMER_ID
    TREATED: Final = "treated"
    SHARE: Final = "share"
    STRATUM: Final = "stratum"
    SENDS: Final = "sends"
    OPENED: Final = "opened"
    CLICKED: Final = "clicked"
    CONVERTED: Final = "converted"
    CONVERTED_AT: Final = "converted_at"
    REVENUE: Final = "revenue"


@dataclass(frozen=True, eq=False)
class Exposed:
    """The customers of a campaign.

    Attributes:
        facts: The campaign.
        frame: Columns of `Reached`, one row a customer by customer; nothing recorded is missing, not zero.
        sends: Exposures of contacted customers by channel.
        crossed: Customers recorded as contacted and as left alone, who are left out.
    """

    facts: CampaignFacts
    frame: pd.DataFrame
    sends: dict[str, int]
    crossed: int

    @property
    def treated(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return who was contacted."""
        flags: np.ndarray[tuple[int], np.dtype[np.bool_]] = self.frame[Reached.TREATED].to_numpy(bool)
        return flags

    @property
    def planned(self) -> bool:
        """Tell whether the chance of contact is known of everybody."""
        return bool(self.frame[Reached.SHARE].notna().all())


def customers_of(view: StoreView, words: str) -> Exposed:
    """Return the customers of a campaign named by id or name.

    Raises:
        ToolError: No exposures, or no campaign of that name; the message lists the nearest.
    """
    exposures = view.frame(Table.EXPOSURES)
    facts = find_campaign(view, words, exposures)
    mine = exposures[exposures[Column.CAMPAIGN_ID] == facts.campaign_id]
    if mine.empty:
        raise ToolError(
            f"campaign {facts.campaign_id!r} has no exposures before {view.as_of.isoformat()}; expected whom it "
            "reached and whom it left alone; try `marketwright results`, or a later day"
        )
    contacted = mine[Column.TREATMENT].fillna(1) > 0
    arms = contacted.groupby(mine[Column.CUSTOMER_ID]).agg(["min", "max"])
    both = arms.index[arms["min"] != arms["max"]]
    kept = mine[~mine[Column.CUSTOMER_ID].isin(both)]
    sends = kept.loc[contacted.loc[kept.index], Column.CHANNEL].value_counts()
    return Exposed(
        facts, _by_customer(kept), {str(name): int(count) for name, count in sends.sort_index().items()}, len(both)
    )


def find_campaign(view: StoreView, words: str, exposures: pd.DataFrame) -> CampaignFacts:
    """Find a campaign by its id, else by its name.

    Raises:
        ToolError: There is none; the message lists the nearest.
    """
    table = _campaigns(view)
    ids = list(dict.fromkeys([*table[Column.CAMPAIGN_ID], *exposures[Column.CAMPAIGN_ID].dropna()]))
    wanted = words.strip()
    found = next((name for name in ids if name.casefold() == wanted.casefold()), None)
    took = None
    if found is None:
        found, took = _named(wanted, table, ids)
    row = table[table[Column.CAMPAIGN_ID] == found]
    mine = exposures.loc[exposures[Column.CAMPAIGN_ID] == found, Column.AT]
    starts_on = row[Column.STARTS_ON].iloc[0] if len(row) else _first_day(mine, view)
    end_known = len(row) > 0
    ends_on = row[Column.ENDS_ON].iloc[0] if end_known else starts_on + dt.timedelta(days=UNFINISHED_DAYS)
    name = str(row[Column.NAME].iloc[0]) if end_known else found
    return CampaignFacts(found, name, pd.Timestamp(starts_on).date(), pd.Timestamp(ends_on).date(), end_known, took)


def _first_day(moments: pd.Series[pd.Timestamp], view: StoreView) -> dt.date:
    return pd.Timestamp(moments.min()).date() if len(moments) else view.as_of


def _campaigns(view: StoreView) -> pd.DataFrame:
    columns = [Column.CAMPAIGN_ID, Column.NAME, Column.STARTS_ON, Column.ENDS_ON]
    return view.frame(Table.CAMPAIGNS, columns) if view.has(Table.CAMPAIGNS) else pd.DataFrame(columns=columns)


def _named(words: str, table: pd.DataFrame, ids: list[str]) -> tuple[str, str | None]:
    """Find a campaign by its name; numbers in it must agree, so that 113 is never read as 13."""
    names = [str(name) for name in table[Column.NAME]]
    error = ToolError(
        f"campaign {words!r} is not in this store; expected the id or name of one; "
        f"try {', '.join(nearest(words, [*ids, *names])) or 'importing its exposures'}"
    )
    try:
        match = resolve_name(words, names, "campaign")
    except ToolError:
        raise error from None
    if re.findall(r"\d+", words) != re.findall(r"\d+", match.name):
        raise error
    return str(table[Column.CAMPAIGN_ID].iloc[names.index(match.name)]), match.took(words)


def _by_customer(rows: pd.DataFrame) -> pd.DataFrame:
    """Put a customer's exposures together: any response counts, money adds up."""
    groups = rows.groupby(Column.CUSTOMER_ID, sort=True)
    flags = {
        name: groups[name].agg(lambda column: column.astype(float).max())
        for name in (Reached.OPENED, Reached.CLICKED, Reached.CONVERTED)
    }
    treated = groups[Column.TREATMENT].agg(lambda column: column.fillna(1).max() > 0)
    shares = groups["propensity"].mean().astype(float)
    return pd.DataFrame(
        {
            Reached.TREATED: treated.astype(bool),
            Reached.SHARE: shares,
            Reached.STRATUM: _strata(shares),
            Reached.SENDS: groups.size(),
            **flags,
            Reached.CONVERTED_AT: groups[Column.CONVERTED_AT].min(),
            Reached.REVENUE: groups[Column.REVENUE].sum(min_count=1).astype(float),
        }
    ).reset_index()


def _strata(shares: pd.Series[float]) -> pd.Series[int]:
    """Number the customers' planned shares; everybody is one stratum where a share is unknown."""
    if shares.isna().any():
        return pd.Series(0, index=shares.index)
    rounded = shares.round(4)
    if rounded.nunique() > MOST_STRATA:
        rounded = pd.qcut(rounded.rank(method="first"), STRATA_OF_MANY, labels=False)
    return pd.Series(pd.factorize(rounded, sort=True)[0], index=shares.index)
