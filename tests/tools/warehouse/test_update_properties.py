"""Whatever a shop exports: the same export twice changes nothing, and a later one gives what it would give alone."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.tools.warehouse.exports import CUSTOMER, LINE, PRODUCT, Export, Row, aside_of, silent, write_export
from tools.warehouse.columns import Table
from tools.warehouse.importing import import_store
from tools.warehouse.store import Store

NOW = dt.datetime(2024, 7, 6)
CUSTOMERS = tuple(f"c{number}" for number in range(4))
PRODUCTS = tuple(f"p{number}" for number in range(4))
KNOWN, UNKNOWN = 3, "p9"
# An example is three imports; each export has many rows, so that few examples meet many cases.
EXAMPLES = 5

days = st.dates(dt.date(2024, 1, 1), dt.date(2024, 1, 3)).map(lambda day: f"{day}T10:00:00Z")
prices = st.sampled_from(["1.00", "2.50", "10.05"])
quantities = st.sampled_from(["1", "2", "-1", "two", "", "0.5"])


@st.composite
def customers(draw: st.DrawFn, ids: tuple[str, ...]) -> list[Row]:
    levels = st.sampled_from(["gold", "", "silver"])
    return [{**CUSTOMER, "customer_id": id_, "level": draw(levels)} for id_ in ids]


@st.composite
def products(draw: st.DrawFn, ids: tuple[str, ...]) -> list[Row]:
    return [{**PRODUCT, "product_id": id_, "price": draw(prices)} for id_ in ids]


@st.composite
def lines(draw: st.DrawFn, orders: range) -> list[Row]:
    """Draw a few lines an order; some are damaged, some twice, some of unknown products or customers."""
    one = st.fixed_dictionaries(
        {
            "product_id": st.sampled_from((*PRODUCTS, UNKNOWN)),
            "quantity": quantities,
            "unit_price": prices,
            "ordered_at": days,
        }
    )
    buyers = st.sampled_from(CUSTOMERS)
    return [
        {**LINE, "order_id": f"o{order}", "customer_id": buyer, **line}
        for order in orders
        for buyer in [draw(buyers)]
        for line in draw(st.lists(one, min_size=1, max_size=4))
    ]


@st.composite
def reviews(draw: st.DrawFn) -> list[Row]:
    one = st.fixed_dictionaries(
        {
            "product_id": st.sampled_from(PRODUCTS),
            "customer_id": st.sampled_from((*CUSTOMERS, "")),
            "written_at": days,
            "rating": st.sampled_from(["1", "5"]),
            "text": st.sampled_from(["Good.", "Poor."]),
        }
    )
    return draw(st.lists(one, max_size=6))


@st.composite
def pairs_of_exports(draw: st.DrawFn) -> tuple[Export, Export]:
    """Draw an export and a later one that has all its customers, products, orders and reviews, some of them changed."""
    sound: list[Row] = [{**LINE, "order_id": "sound", "customer_id": "c0", "product_id": "p0"}]
    first_orders = draw(lines(range(4)))
    said = draw(reviews())
    changed = draw(st.sets(st.integers(0, 3)))
    kept = [line for line in first_orders if int(line["order_id"][1:]) not in changed]
    again = [line for order in sorted(changed) for line in draw(lines(range(order, order + 1)))]
    # A changed order keeps a sound line: rows set aside never displace what the store holds.
    again += [{**LINE, "order_id": f"o{order}", "customer_id": "c0", "product_id": "p0"} for order in sorted(changed)]
    first = {
        Table.CUSTOMERS: draw(customers(CUSTOMERS[:KNOWN])),
        Table.PRODUCTS: draw(products(PRODUCTS[:KNOWN])),
        Table.ORDER_LINES: sound + first_orders,
        Table.REVIEWS: said,
    }
    second = {
        Table.CUSTOMERS: draw(customers(CUSTOMERS)),
        Table.PRODUCTS: draw(products(PRODUCTS)),
        Table.ORDER_LINES: draw(st.permutations(sound + kept + again + draw(lines(range(4, 6))))),
        Table.REVIEWS: said + draw(reviews()),
    }
    return _without_empty(first), _without_empty(second)


def _without_empty(export: Export) -> Export:
    return {name: rows for name, rows in export.items() if list(rows)}


def take(folder: Path, export: Export, name: str, store: str) -> Store:
    source = write_export(folder / name, export)
    return import_store("csv", source, folder / store, report=silent, now=NOW)


def set_aside(store: Store) -> list[tuple[object, ...]]:
    return aside_of(store, Table.ORDER_LINES, "order_id", "product_id", "customer_id", "unit_price", "reason")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # shrinking would import hundreds of times
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(pairs_of_exports())
def test_an_update_gives_what_the_later_export_gives_alone(exports: tuple[Export, Export]) -> None:
    first, second = exports
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        take(folder, first, "first", "shop")
        updated = take(folder, second, "second", "shop")
        alone = take(folder, second, "second", "alone")
        assert updated.meta.version == alone.meta.version
        assert set_aside(updated) == set_aside(alone)
        again = take(folder, second, "second", "shop")
        assert again.meta.version == updated.meta.version
        assert set_aside(again) == set_aside(updated)
