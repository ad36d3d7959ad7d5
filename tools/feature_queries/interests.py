"""What customers buy: categories, brands and departments with their shares, and interests by how telling they are."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.baskets import ALL
from tools.feature_queries.feature import Feature, FeatureQuery, attach, ratio, total
from tools.feature_queries.shop import Shop
from tools.warehouse.columns import Table

TOP: Final = 3
"""How many categories, brands and interests are told of a customer."""
MILLION: Final = 1_000_000
TABLES: Final = (Table.ORDER_LINES, Table.PRODUCTS)


def bought(shop: Shop, label: str) -> ibis.Table:
    """Return lines, orders and cents by customer and label of the products (category, brand, department)."""
    products = shop.products.select("product_id", label=shop.products[label])
    lines = shop.lines("customer_id", "order_id", "product_id", "cents")
    lines = lines.inner_join(products.filter(products.label.notnull()), "product_id")
    by_order = lines.group_by("customer_id", "order_id", "label").aggregate(cents=lines.cents.sum())
    return by_order.group_by("customer_id", "label").aggregate(orders=by_order.count(), cents=total(by_order.cents))


def spent(shop: Shop, label: str) -> ibis.Table:
    """Return cents by customer and label of the products."""
    products = shop.products.select("product_id", label=shop.products[label])
    lines = shop.lines("customer_id", "product_id", "cents")
    lines = lines.inner_join(products.filter(products.label.notnull()), "product_id")
    return lines.group_by("customer_id", "label").aggregate(cents=total(lines.cents))


def leading(pairs: ibis.Table, by: str, top: int) -> ibis.Table:
    """Return each customer's first labels by a column as `label_1`, `{by}_1`, …; of equals, the first by name."""
    turn = ibis.row_number().over(group_by="customer_id", order_by=[ibis.desc(by), "label"])
    ranked = pairs.mutate(turn=turn)
    kept = ranked.filter(ranked.turn < top)
    columns = {
        f"{column}_{place + 1}": kept[column].max(where=kept.turn == place)
        for place in range(top)
        for column in ("label", by)
    }
    return kept.group_by("customer_id").aggregate(**columns)


def _shares(table: ibis.Table, pairs: ibis.Table, label: str, top: int) -> ibis.Table:
    best = leading(pairs, "cents", top)
    names = {}
    for place in range(1, top + 1):
        name = f"top_{label}" if place == 1 else f"top_{label}_{place}"
        names[name] = best[f"label_{place}"]
        names[f"{name}_cents"] = best[f"cents_{place}"]
    joined = attach(table, best.select("customer_id", **names), "customer_id")
    shares = {
        f"{name.removesuffix('_cents')}_share": ratio(joined[name], joined.spend_cents)
        for name in names
        if name.endswith("_cents")
    }
    return joined.mutate(**shares)


def add_departments(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add the department on which most was spent."""
    return _shares(table, spent(shop, "department"), "department", 1)


def add_brands(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add the brands on which most was spent, and how many there were."""
    pairs = spent(shop, "brand")
    count = pairs.group_by("customer_id").aggregate(brands=pairs.count())
    return attach(_shares(table, pairs, "brand", TOP), count, "customer_id", zero=["brands"])


def add_categories(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add the categories on which most was spent."""
    # With these wanted too, the finer count is made anyway, and then once for all.
    counted = wanted & {*BREADTH.names, *INTERESTS.names}
    pairs = bought(shop, "category") if counted else spent(shop, "category")
    return _shares(table, pairs, "category", TOP)


def add_breadth(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add how many categories were bought, in all and in an order."""
    pairs = bought(shop, "category")
    count = pairs.group_by("customer_id").aggregate(categories=pairs.count(), category_orders=total(pairs.orders))
    joined = attach(table, count, "customer_id", zero=["categories", "category_orders"])
    return joined.mutate(mean_order_categories=joined.category_orders / joined.frequency)


def add_interests(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add the categories that tell this customer from the others, with their weights."""
    pairs = bought(shop, "category")
    buyers = pairs.group_by("label").aggregate(buyers=pairs.count())
    rarity = buyers.cross_join(pairs.aggregate(customers=pairs.customer_id.nunique()))
    # In whole millionths: engines' logarithms may differ in the last digit, which would turn ties.
    rarity = rarity.select("label", idf=((rarity.customers / rarity.buyers).ln() * MILLION).round().cast("int64"))
    weighed = pairs.inner_join(rarity, "label")
    weighed = weighed.select("customer_id", "label", weight=weighed.orders * weighed.idf)
    best = leading(weighed.filter(weighed.weight > 0), "weight", TOP)
    named = {f"interest_{place}": best[f"label_{place}"] for place in range(1, TOP + 1)}
    joined = attach(
        table, best.select("customer_id", *(f"weight_{p}" for p in range(1, TOP + 1)), **named), "customer_id"
    )
    return joined.mutate(
        **{
            f"interest_{place}_weight": joined[f"weight_{place}"].cast("float64") / (joined.frequency * MILLION)
            for place in range(1, TOP + 1)
        }
    )


def _share_features(label: str, top: int) -> tuple[Feature, ...]:
    words = ("most", "second most", "third most")
    found = []
    for place in range(top):
        name = f"top_{label}" if place == 0 else f"top_{label}_{place + 1}"
        meaning = f"The {label} on which {words[place]} was spent; of equals the first by name."
        found.append(Feature(name, "label", ALL, meaning, TABLES))
        found.append(Feature(f"{name}_share", "share, 0 to 1", ALL, f"Spend on {name} among all spend.", TABLES))
    return tuple(found)


def _interest_features() -> tuple[Feature, ...]:
    found = []
    for place in range(1, TOP + 1):
        meaning = f"Category with weight {place} from the top; of equals the first by name."
        found.append(Feature(f"interest_{place}", "label", ALL, meaning, TABLES))
        formula = (
            f"Of interest_{place}: share of the customer's orders with the category × ln(customers / buyers of it); "
            "0, and so no interest, where everybody buys it."
        )
        found.append(Feature(f"interest_{place}_weight", "tf-idf", ALL, formula, TABLES))
    return tuple(found)


DEPARTMENTS: Final = FeatureQuery(_share_features("department", 1), add_departments, needs=("spend",))
CATEGORIES: Final = FeatureQuery(_share_features("category", TOP), add_categories, needs=("spend",))
BRANDS: Final = FeatureQuery(
    (*_share_features("brand", TOP), Feature("brands", "brands", ALL, "Distinct brands bought.", TABLES)),
    add_brands,
    needs=("spend",),
)
BREADTH: Final = FeatureQuery(
    (
        Feature("categories", "categories", ALL, "Distinct categories bought.", TABLES),
        Feature("mean_order_categories", "categories per order", ALL, "Distinct categories in an order, mean.", TABLES),
    ),
    add_breadth,
    needs=("frequency",),
)
# Term weighting: K. Spärck Jones, Journal of Documentation 28 (1972); G. Salton, C. Buckley, Information Processing &
# Management 24 (1988), here with customers as documents and categories as terms.
INTERESTS: Final = FeatureQuery(_interest_features(), add_interests, needs=("frequency",))
