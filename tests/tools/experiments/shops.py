"""The busy store with one campaign of a test's own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import ibis
import pandas as pd

from tests import busy
from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView
from tools.warehouse.writer import ShopFacts, replacing, write_meta, write_tables

STARTS = pd.Timestamp("2023-10-02")
DAYS = 28


def names(number: int = busy.CUSTOMERS) -> list[str]:
    """Return the first customers."""
    return [busy.customer_name(place) for place in range(number)]


def shop(folder: Path, exposures: pd.DataFrame, tables: Mapping[str, pd.DataFrame] | None = None) -> StoreView:
    """Write the busy store with these exposures of campaign `k9`, and look at it after its year."""
    frames = busy.frames(with_ad_spend=False)
    shown = pd.DataFrame({"campaign_id": "k9", "channel": "email", "at": STARTS}, index=exposures.index)
    last = (STARTS + pd.Timedelta(days=DAYS - 1)).date()
    campaign = {"campaign_id": "k9", "name": "Autumn mail", "starts_on": STARTS.date(), "ends_on": last, "kind": "mail"}
    frames[Table.CAMPAIGNS] = pd.concat([frames[Table.CAMPAIGNS], pd.DataFrame([campaign])], ignore_index=True)
    frames[Table.EXPOSURES] = shown.assign(**{name: exposures[name] for name in exposures.columns})
    frames.update(tables or {})
    engine = connect()
    with replacing(folder) as draft:
        write_tables(engine, {name: canonical(name, ibis.memtable(frame)) for name, frame in frames.items()}, draft)
        write_meta(engine, draft, folder.name, ShopFacts(shop_name="Busy Shop", source="made"), dt.datetime(2024, 1, 1))
    return Store(folder).at(busy.AS_OF)
