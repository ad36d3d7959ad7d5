"""Nothing at or after the start of the day is seen: rows planted there change no feature of anybody."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from tests.tiny import AS_OF
from tests.tools.feature_queries.shops import everything, features, shop
from tools.feature_queries.catalog import Of
from tools.warehouse.columns import Table

MIDNIGHT = pd.Timestamp(AS_OF)
LATER = [MIDNIGHT, MIDNIGHT + pd.Timedelta(seconds=1), MIDNIGHT + pd.Timedelta(days=400)]


def planted() -> dict[str, pd.DataFrame]:
    """Return the tiny store with rows at 00:00 of the day and later in every table that has a time."""
    tables = everything()
    for moment in LATER:
        add = {
            Table.ORDER_LINES: {
                "order_id": f"late-{moment}", "customer_id": "c01", "product_id": "p09", "ordered_at": moment,
                "quantity": -3.0, "unit_price": 1_000.0, "discount": 5.0, "channel": "web",
            },
            Table.EVENTS: {"customer_id": "c01", "at": moment, "kind": "view", "product_id": "p02"},
            Table.REVIEWS: {
                "product_id": "p01", "written_at": moment, "rating": 1.0, "text": "late", "customer_id": "c03",
            },
            Table.STOCK: {"product_id": "p01", "at": moment, "units": 0.0},
            Table.EXPOSURES: {
                "campaign_id": "k2", "customer_id": "c01", "at": moment, "converted_at": moment, "converted": True,
                "channel": "sms", "treatment": 1,
            },
            Table.PROMOTIONS: {
                "product_id": "p02", "starts_on": moment.date(), "ends_on": dt.date(2030, 1, 1), "display": 1.0,
                "mailer": 1.0,
            },
        }  # fmt: skip
        for name, row in add.items():
            tables[name] = pd.concat([tables[name], pd.DataFrame([row])], ignore_index=True)
    exposures = tables[Table.EXPOSURES]
    known = (exposures["at"] < MIDNIGHT) & exposures["converted_at"].isna()
    exposures.loc[known, "converted_at"] = MIDNIGHT
    return tables


@pytest.mark.parametrize("of", ["customers", "products"])
def test_rows_of_the_future_change_nothing(of: Of) -> None:
    pd.testing.assert_frame_equal(features(shop(planted()), of), features(shop(everything()), of))


def test_the_planted_rows_would_be_seen_later() -> None:
    day = AS_OF + dt.timedelta(days=2)
    names = ("frequency", "events_13w", "exposures", "conversions", "reviews")
    before, after = (features(shop(tables, day), "customers", *names) for tables in (everything(), planted()))
    assert (after.loc["c01", list(names[:4])] > before.loc["c01", list(names[:4])]).all()
    assert after.loc["c03", "reviews"] > before.loc["c03", "reviews"]
    names = ("lines", "views_13w", "promotions_13w", "reviews", "stock_units")
    before, after = (features(shop(tables, day), "products", *names) for tables in (everything(), planted()))
    assert ((after != before) & after.notna()).any().all()


def test_the_last_moment_of_the_day_before_is_seen() -> None:
    tables = everything()
    lines = tables[Table.ORDER_LINES]
    last = lines.iloc[[0]].assign(order_id="last", ordered_at=MIDNIGHT - pd.Timedelta(microseconds=1))
    tables[Table.ORDER_LINES] = pd.concat([lines, last], ignore_index=True)
    found = features(shop(tables), "customers", "recency_days", "frequency")
    assert found.loc["c01"].tolist() == [1, 13]
