"""Bundles among the products of baskets: sets that go together beyond chance, in two halves of the customers alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tools.estimators.association import (
    Pairs,
    count_pairs,
    false_discovery,
    judge_pairs,
    judge_triple,
    size_strata,
    upper_tail,
)
from tools.products.baskets import baskets
from tools.warehouse.view import StoreView

FALSE_SHARE: Final = 0.05
"""Share of false bundles accepted among those found (Benjamini-Hochberg), before the check by halves."""

HALF_LEVEL: Final = 0.05
"""What each half of the customers must show alone: one household's habit fills only one half."""

LEAST_BASKETS: Final = 20
LEAST_CUSTOMERS: Final = 10
"""Fewer baskets or buyers make no bundle, however unlikely the coincidence. The project's own."""

MOST_TRIPLES: Final = 500
"""Sets of three that are tested: those whose weakest pair is strongest."""


@dataclass(frozen=True)
class Rule:
    """Products that go together.

    Attributes:
        items: Positions of the products; the last is what the others speak for.
        baskets: Baskets with all of them.
        expected: Baskets by chance, given how often each is bought in baskets of each size.
        customers: Who bought them together.
        support: Share of baskets with all of them.
        confidence: Of baskets with the others, the share that holds the last.
        lift: That confidence over the share of all baskets that hold the last.
        lift_low: Lower end of its 95 % interval.
        p_value: Chance of as many baskets or more.
    """

    items: tuple[int, ...]
    baskets: int
    expected: float
    customers: int
    support: float
    confidence: float
    lift: float
    lift_low: float
    p_value: float

    @property
    def strength(self) -> float:
        """Return the baskets weighed by how far they exceed chance (half the likelihood ratio statistic)."""
        return self.baskets * float(np.log(self.baskets / max(self.expected, 1e-9)))


@dataclass(frozen=True)
class Search:
    """What was found, strongest first, and among how many pairs."""

    rules: tuple[Rule, ...]
    pairs: int
    significant: int


def find_rules(
    held: sparse.csr_array, customers: NDArray[np.int64], groups: NDArray[np.object_] | None = None, seed: int = 0
) -> Search:
    """Find pairs and sets of three that go together.

    Args:
        held: Baskets × products, 1 where bought.
        customers: Number of the customer of each basket.
        groups: Category of each product; where given, only products of different ones make a bundle.
        seed: Of the halves of the customers.
    """
    items = int(held.shape[1])
    tests = items * (items - 1) // 2
    strata = size_strata(held)
    pairs = judge_pairs(held, strata, LEAST_BASKETS)
    if groups is not None:
        # Tests made within a category stay counted: what is left out of the answer was looked at all the same.
        pairs = _chosen(pairs, np.asarray(groups[pairs.first] != groups[pairs.second], dtype=np.bool_))
    called = _chosen(pairs, false_discovery(pairs.p_value, tests, FALSE_SHARE))
    confirmed = _chosen(called, _in_both_halves(held, strata, customers, called, seed))
    columns = held.tocsc()
    found = [_pair_rule(columns, customers, confirmed, place) for place in range(len(confirmed.first))]
    rules = [rule for rule in found if rule.customers >= LEAST_CUSTOMERS]
    rules += _triples(columns, strata, customers, rules)
    return Search(tuple(sorted(rules, key=lambda rule: (-rule.strength, rule.items))), tests, len(called.first))


def rules_among(view: StoreView) -> tuple[Search, bool]:
    """Return a store's bundles, and whether they are of different categories; searched once a day and version.

    Two flavours of one yoghurt are bought together too, but are a choice, not a bundle: they are looked for only where
    nothing of different categories goes together, as in a shop of one category.
    """
    return _rules_among(view, view.meta.version)


@lru_cache(maxsize=4)
def _rules_among(view: StoreView, version: str) -> tuple[Search, bool]:
    known = baskets(view)
    across = find_rules(known.held, known.customers, known.groups, view.seed)
    if across.rules:
        return across, True
    return find_rules(known.held, known.customers, None, view.seed), False


def _chosen(pairs: Pairs, flags: NDArray[np.bool_]) -> Pairs:
    return Pairs(
        pairs.first[flags], pairs.second[flags], pairs.together[flags], pairs.expected[flags], pairs.p_value[flags]
    )


def _in_both_halves(
    held: sparse.csr_array, strata: NDArray[np.int64], customers: NDArray[np.int64], pairs: Pairs, seed: int
) -> NDArray[np.bool_]:
    """Say which pairs go together among either half of the customers."""
    half = np.random.default_rng(seed).permutation(int(customers.max(initial=-1)) + 1) % 2
    both = np.ones(len(pairs.first), dtype=bool)
    for side in (0, 1):
        rows = np.flatnonzero(half[customers] == side)
        if not len(rows):
            return np.zeros(len(pairs.first), dtype=bool)
        together, expected = count_pairs(held[rows].tocsc(), strata[rows], pairs.first, pairs.second)
        both &= upper_tail(together, expected) <= HALF_LEVEL
    return both


def _pair_rule(columns: sparse.csc_array, customers: NDArray[np.int64], pairs: Pairs, place: int) -> Rule:
    items = (int(pairs.first[place]), int(pairs.second[place]))
    return _rule(columns, customers, items, (float(pairs.expected[place]), float(pairs.p_value[place])))


def _rule(
    columns: sparse.csc_array, customers: NDArray[np.int64], items: tuple[int, ...], judged: tuple[float, float]
) -> Rule:
    """Return the rule in whose order the last item follows from the others most often."""
    having = [columns.indices[columns.indptr[item] : columns.indptr[item + 1]] for item in items]
    rows = _shared(having)
    options = []
    for place, item in enumerate(items):
        others = _shared([have for other, have in enumerate(having) if other != place])
        options.append((len(rows) / len(others), -item, place))
    confidence, _, last = max(options)
    share = len(having[last]) / int(columns.shape[0])
    order = (*(item for place, item in enumerate(items) if place != last), items[last])
    lift = confidence / share
    # The count is the uncertain part; its interval on the log scale is 1.96 over its root.
    low = lift * float(np.exp(-1.96 / np.sqrt(max(len(rows), 1))))
    buyers = len(np.unique(customers[rows]))
    support = len(rows) / int(columns.shape[0])
    return Rule(order, len(rows), judged[0], buyers, support, confidence, lift, low, judged[1])


def _shared(rows: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    shared = rows[0]
    for other in rows[1:]:
        shared = np.intersect1d(shared, other, assume_unique=True)
    return shared


def _triples(
    columns: sparse.csc_array, strata: NDArray[np.int64], customers: NDArray[np.int64], pairs: list[Rule]
) -> list[Rule]:
    """Return sets of three of which each item adds to the other two, after Bonferroni over those tested."""
    candidates = sorted(_triangles(pairs), reverse=True)[:MOST_TRIPLES]
    found = []
    for _, items in candidates:
        together, p_value, expected = judge_triple(columns, strata, items)
        if together >= LEAST_BASKETS and p_value * len(candidates) <= FALSE_SHARE:
            found.append(_rule(columns, customers, items, (expected, p_value)))
    return [rule for rule in found if rule.customers >= LEAST_CUSTOMERS]


def _triangles(pairs: list[Rule]) -> Iterator[tuple[float, tuple[int, int, int]]]:
    """Give each three items of which every two go together, with the strength of the weakest two."""
    strength = {(min(rule.items), max(rule.items)): rule.strength for rule in pairs}
    beyond: dict[int, list[int]] = defaultdict(list)
    for low, high in strength:
        beyond[low].append(high)
    for low, highs in beyond.items():
        for middle, high in combinations(sorted(highs), 2):
            if (middle, high) in strength:
                weakest = min(strength[low, middle], strength[low, high], strength[middle, high])
                yield weakest, (low, middle, high)


def without_repeats(rules: tuple[Rule, ...], groups: NDArray[np.object_], most: int) -> list[Rule]:
    """Return the strongest rules such that no product, and no set of groups, is in more than one.

    Where two rules say the same of products of the same groups (two yoghurts with two cereals), the stronger speaks.
    """
    taken: set[int] = set()
    shown: set[frozenset[object]] = set()
    kept = []
    for rule in rules:
        kinds = frozenset(groups[item] for item in rule.items)
        if taken.isdisjoint(rule.items) and kinds not in shown:
            taken.update(rule.items)
            shown.add(kinds)
            kept.append(rule)
        if len(kept) == most:
            break
    return kept
