"""Bundles of a shop whose bundles were planted: found, named, priced, and told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from agent.answers import answer_from
from agent.evidence import Evidence
from tests.small_shops import shop_of
from tools.catalog import run_tool
from tools.errors import ToolError
from tools.find_bundles import BundleAnswer
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

ORDERS, PLANTED = 1_500, 75
NAMED = {"hot dogs": "Meat", "buns": "Bread", "rye": "Bread", "soap": "Household", "tea": "Drinks"}
PRODUCTS = NAMED | {f"thing {number}": f"Kind {number % 5}" for number in range(25)}


def _tables(categories: dict[str, str]) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(0)
    flags = rng.random((ORDERS, len(PRODUCTS))) < 0.04
    flags[:PLANTED, [0, 1]] = True
    order, product = np.nonzero(flags)
    at = pd.Timestamp("2024-05-15") + pd.to_timedelta(np.arange(ORDERS) % 40, unit="D")
    lines = pd.DataFrame({"order_id": [f"o{number:04d}" for number in order], "quantity": 1.0, "unit_price": 2.0})
    lines["customer_id"] = [f"c{number % 75:02d}" for number in order]
    lines["product_id"] = [f"p{number}" for number in product]
    lines["ordered_at"] = at[order]
    products = pd.DataFrame({"product_id": [f"p{number}" for number in range(len(PRODUCTS))], "name": list(PRODUCTS)})
    products = products.assign(category=list(categories.values()), price=2.0, cost=[1.5, 1.25, *[1] * 27, None])
    customers = pd.DataFrame({"customer_id": sorted(lines["customer_id"].unique())})
    return {Table.CUSTOMERS: customers, Table.PRODUCTS: products, Table.ORDER_LINES: lines}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    return shop_of(tmp_path_factory.mktemp("home") / "bundles", _tables(PRODUCTS))


def _ask(view: StoreView, **arguments: object) -> BundleAnswer:
    answer = run_tool("find_bundles", arguments, view)
    assert isinstance(answer, BundleAnswer)
    return answer


def test_the_planted_bundle_is_the_only_one(view: StoreView) -> None:
    answer = _ask(view)
    (bundle,) = answer.bundles
    assert {product.name for product in bundle.products} == {"hot dogs", "buns"}
    assert (bundle.price, bundle.margin, bundle.margin_percent) == (4.0, 4.0 - 1.5 - 1.25, round(100 * 1.25 / 4, 1))
    assert bundle.baskets >= PLANTED > bundle.expected_baskets
    assert answer.pairs == 30 * 29 / 2
    assert f"together in {bundle.baskets} baskets" in bundle.reason
    assert _ask(view) == answer


def test_a_category_names_one_side(view: StoreView) -> None:
    assert _ask(view, category="breads").category == "Bread"
    assert len(_ask(view, category="breads").bundles) == 1
    assert _ask(view, category="Drinks").bundles == ()
    with pytest.raises(ToolError, match="category 'spaceships'"):
        _ask(view, category="spaceships")


def test_a_shop_of_one_category_has_bundles_within_it(tmp_path: Path) -> None:
    answer = _ask(shop_of(tmp_path / "one", _tables(dict.fromkeys(PRODUCTS, "All"))))
    assert {product.name for product in answer.bundles[0].products} == {"hot dogs", "buns"}
    assert any("of one category" in note for note in answer.warnings)


def test_what_is_out_of_stock_makes_no_bundle(tmp_path: Path) -> None:
    stock = pd.DataFrame({"product_id": ["p1"], "at": pd.Timestamp("2024-06-01"), "units": 0.0})
    answer = _ask(shop_of(tmp_path / "empty", {**_tables(PRODUCTS), Table.STOCK: stock}))
    assert answer.bundles == ()
    assert any("nothing is bought together" in note for note in answer.warnings)


def test_too_little_is_said(tiny_view: StoreView) -> None:
    answer = _ask(tiny_view)
    assert answer.bundles == ()
    assert any("few bundles can be told from chance" in note for note in answer.warnings)


def test_bundles_are_said_in_words(view: StoreView) -> None:
    answer = _ask(view)
    piece = Evidence(
        id="E1",
        tool="find_bundles",
        arguments={},
        as_of=view.as_of,
        chosen_by="person",
        rows_used=answer.rows_used,
        warnings=answer.warnings,
        result=answer.model_dump(mode="json"),
    )
    said = answer_from((piece,), "USD")
    assert f"Looked through {answer.baskets:,} baskets: 1 bundles." in said
    assert answer.bundles[0].name in said
