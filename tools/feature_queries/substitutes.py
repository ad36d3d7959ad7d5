"""Which products customers take in turn: bought by the same people, in the same category, but not at the same time."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

import ibis

from tools.feature_queries.feature import Feature, FeatureQuery, attach
from tools.feature_queries.prices import paid_prices
from tools.feature_queries.shop import Shop
from tools.warehouse.columns import Table

WEEKS: Final = 52
"""Older purchases tell of an assortment that is gone, and pairs grow with the square of what a customer bought."""
TOP: Final = 3
# This project's choice: one customer alone is chance; and pairs that most shared buyers also took together complement.
FEWEST_APART: Final = 2
TABLES: Final = (Table.ORDER_LINES, Table.PRODUCTS)


def pairs(shop: Shop) -> ibis.Table:
    """Return, for products of one category, how many customers bought both and how many never in one order."""
    lines = _recent(shop, "order_id").inner_join(shop.products.select("product_id", "category"), "product_id")
    taken = lines.select("customer_id", "order_id", "category", "product_id").distinct()
    bought = taken.select("customer_id", "category", "product_id").distinct()
    at_once = _pairs(taken, "customer_id", "order_id", "category").select("customer_id", "one", "other").distinct()
    both = _pairs(bought, "customer_id", "category").group_by("one", "other").aggregate(both=ibis._.count())
    together = at_once.group_by("one", "other").aggregate(together=ibis._.count())
    joined = both.left_join(together, ["one", "other"]).drop("one_right", "other_right")
    return joined.mutate(apart=joined.both - joined.together.fill_null(0))


def _recent(shop: Shop, *more: str) -> ibis.Table:
    lines = shop.lines("customer_id", "product_id", "ordered_at", "milli", *more)
    return lines.filter((lines.milli > 0) & (lines.ordered_at >= shop.ago(WEEKS)))


def _pairs(table: ibis.Table, *within: str) -> ibis.Table:
    left = table.select(*within, one=table.product_id)
    right = table.select(*within, other=table.product_id)
    joined = left.inner_join(right, list(within))
    return joined.filter(joined.one < joined.other).select(*within, "one", "other")


def add_substitutes(table: ibis.Table, shop: Shop, wanted: AbstractSet[str]) -> ibis.Table:
    """Add the products that shared buyers take at other times, the strongest first.

    The score is the cosine of the two sets of buyers, with only those in common who never took both in one order:
    apart / sqrt(buyers of one × buyers of the other). Of equals, the nearer in price goes first, then by id.
    """
    found = pairs(shop)
    found = found.filter((found.apart >= FEWEST_APART) & (2 * found.apart > found.both))
    ways = ibis.union(
        found.select(product_id="one", substitute="other", apart="apart"),
        found.select(product_id="other", substitute="one", apart="apart"),
    )
    return attach(table, _best(_scored(ways, shop)), "product_id")


def _scored(ways: ibis.Table, shop: Shop) -> ibis.Table:
    lines = _recent(shop)
    buyers = lines.group_by("product_id").aggregate(buyers=lines.customer_id.nunique())
    facts = buyers.inner_join(paid_prices(shop).select("product_id", "price_cents"), "product_id")
    theirs = facts.select(substitute="product_id", their_buyers="buyers", their_cents="price_cents")
    joined = ways.inner_join(facts, "product_id").inner_join(theirs, "substitute")
    return joined.select(
        "product_id",
        "substitute",
        score=joined.apart / (joined.buyers * joined.their_buyers).cast("float64").sqrt(),
        step=(joined.price_cents - joined.their_cents).abs(),
    )


def _best(scored: ibis.Table) -> ibis.Table:
    turn = ibis.row_number().over(group_by="product_id", order_by=[ibis.desc("score"), "step", "substitute"])
    ranked = scored.mutate(turn=turn)
    kept = ranked.filter(ranked.turn < TOP)
    columns = {}
    for place in range(TOP):
        columns[f"substitute_{place + 1}"] = kept.substitute.max(where=kept.turn == place)
        columns[f"substitute_{place + 1}_score"] = kept.score.max(where=kept.turn == place)
    return kept.group_by("product_id").aggregate(**columns)


def _features() -> tuple[Feature, ...]:
    window, found = f"last {WEEKS} weeks", []
    for place in range(1, TOP + 1):
        meaning = (
            f"Substitute {place}: same category, bought by the same customers ({FEWEST_APART} or more), most of whom "
            "never took both in one order."
        )
        found.append(Feature(f"substitute_{place}", "product_id", window, meaning, TABLES))
        score = f"Customers who bought both, never in one order, over sqrt(buyers × buyers of substitute {place})."
        found.append(Feature(f"substitute_{place}_score", "0 to 1", window, score, TABLES))
    return tuple(found)


SUBSTITUTES: Final = FeatureQuery(_features(), add_substitutes)
