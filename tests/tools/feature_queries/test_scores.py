"""Scores, tiers, stages and the shop's rhythm: against pandas, and by their definitions."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.feature_queries.shops import features, order_lines, products, score, shop, tiers
from tools.customers.segments import STAGES, TIERS
from tools.feature_queries.intervals import rhythm
from tools.feature_queries.scores import add_scores, stage_of

START = pd.Timestamp("2024-01-01 09:00")
LATER = dt.date(2025, 6, 1)
SHOP = shop({"order_lines": order_lines(("o", "c", "p", "2024-01-01", 1, 1)), "products": products(p="Tea")})


def scored(recency: list[int], frequency: list[int], cents: list[int]) -> pd.DataFrame:
    frame = pd.DataFrame({"recency_days": recency, "frequency": frequency, "spend_cents": cents})
    table = ibis.memtable(frame.assign(row=range(len(frame))))
    return add_scores(table, SHOP, frozenset()).order_by("row").to_pandas()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 9), st.integers(0, 10**7)), min_size=1, max_size=60))
def test_scores_and_tiers_are_those_of_pandas(rows: list[tuple[int, int, int]]) -> None:
    found = scored(*(list(column) for column in zip(*rows, strict=True)))
    assert found["r"].tolist() == score(-found["recency_days"]).tolist()
    assert found["f"].tolist() == score(found["frequency"]).tolist()
    assert found["m"].tolist() == score(found["spend_cents"]).tolist()
    assert found["tier"].tolist() == tiers(found["spend_cents"]).tolist()


def test_equal_customers_share_a_score() -> None:
    found = scored([10, 20, 30, 40, 50], [7] * 5, [1, 2, 3, 4, 5])
    assert found["r"].tolist() == [5, 4, 3, 2, 1]
    assert found["f"].tolist() == [3] * 5
    assert found["tier"].tolist() == ["low", "low", "middle", "middle", "high"]


def test_tiers_are_a_tenth_a_fifth_two_fifths_and_the_rest() -> None:
    found = scored([1] * 10, [1] * 10, list(range(10, 0, -1)))
    assert found["tier"].tolist() == [
        "top",
        "high",
        "high",
        "middle",
        "middle",
        "middle",
        "middle",
        "low",
        "low",
        "low",
    ]
    assert set(found["tier"]) == set(TIERS)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 400), st.integers(0, 400), st.integers(1, 40), st.integers(1, 5), st.integers(1, 5),
    st.integers(1, 60), st.integers(1, 60),
)  # fmt: skip
def test_everybody_has_exactly_one_known_stage(
    away: int, before: int, orders: int, often: int, much: int, quiet: int, more: int
) -> None:
    interval = before / (orders - 1) if orders > 1 else None
    row = {"recency_days": away, "tenure_days": away + before, "mean_interval_days": interval, "f": often, "m": much}
    frame = pd.DataFrame([row | {"quiet": quiet, "gone": quiet + more}]).astype({"mean_interval_days": "float64"})
    (stage,) = stage_of(ibis.memtable(frame)).to_pandas()
    assert stage in STAGES
    assert (stage in ("champions", "loyal", "active", "promising")) == (away <= quiet and away + before > quiet + more)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 90), min_size=1, max_size=40))
def test_the_rhythm_is_pandas_quantile_rounded_up(gaps: list[int]) -> None:
    days = [0, *np.cumsum(gaps)]
    frame = order_lines(*((f"o{day}", "c", "p", str(START + pd.Timedelta(days=int(day))), 1, 1) for day in days))
    as_of = (START + pd.Timedelta(days=int(days[-1]) + 1)).date()
    found = rhythm(shop({"order_lines": frame, "products": products(p="Tea")}, as_of)).to_pandas().iloc[0]
    quiet, gone = np.ceil(pd.Series(gaps).quantile([0.95, 0.99]).round(9)).astype(int)
    assert (found["quiet"], found["gone"]) == (quiet, max(gone, quiet + 1))


@pytest.mark.parametrize("days", [0, 3])
def test_a_shop_without_a_second_order_has_a_stated_rhythm(days: int) -> None:
    lines = order_lines(
        *((f"o{day}", f"c{day}", "p", str(START + pd.Timedelta(days=day)), 1, 1) for day in range(days))
    )
    lines = lines.astype({"order_id": "object", "quantity": "float64", "unit_price": "float64"})
    found = rhythm(shop({"order_lines": lines, "products": products(p="Tea")}, LATER)).to_pandas()
    assert found.to_dict("records") == [{"quiet": 30, "gone": 90}]


def test_the_stage_needs_only_what_it_says() -> None:
    lines = order_lines(("o1", "c1", "p", "2024-01-01", 1, 1), ("o2", "c1", "p", "2024-01-11", 1, 1))
    found = features(
        shop({"order_lines": lines, "products": products(p="Tea")}, dt.date(2024, 1, 12)), "customers", "stage"
    )
    assert found["stage"].to_dict() == {"c1": "new"}
