"""Names that no list holds, put together from parts: a name must be copied from the message, not remembered."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from finetune.data.values import lines

_QUALIFIED: Final = 0.7  # of invented goods have a qualifier, a fifth of these two
_TWICE: Final = 0.2
_SIZED: Final = 0.5
_PAIRED: Final = 0.06  # of categories, and thrice as many departments, are two things: "bath and care"
_NAMES: Final = 8  # of each kind in an invented shop; a message needs at most four


def invented_shop(rng: random.Random) -> dict[str, list[str]]:
    """Return a shop of invented names: some of each kind.

    >>> sorted(invented_shop(random.Random(1)))
    ['categories', 'departments', 'products', 'queries']
    """
    plurals = {"category": "categories", "query": "queries"}
    return {plurals.get(kind, f"{kind}s"): [invent(kind, rng) for _ in range(_NAMES)] for kind in _INVENTORS}


def invent(kind: str, rng: random.Random) -> str:
    """Return an invented name of a category, department, product or query.

    >>> invent("category", random.Random(1)) != invent("category", random.Random(2))
    True
    """
    return _INVENTORS[kind](rng)


def _part(key: str, rng: random.Random) -> str:
    return rng.choice(lines("invented", key)).strip()


def _category(rng: random.Random) -> str:
    if rng.random() < _PAIRED:
        return _pair(rng)
    if rng.random() >= _QUALIFIED:
        return _part("goods", rng)
    first, second = rng.sample([line.strip() for line in lines("invented", "qualifiers")], 2)
    return " ".join((first, second, _part("goods", rng)) if rng.random() < _TWICE else (first, _part("goods", rng)))


def _pair(rng: random.Random) -> str:
    return f"{_part('goods', rng)} {rng.choice(('and', 'and', '&'))} {_part('goods', rng)}"


def _department(rng: random.Random) -> str:
    if rng.random() < 3 * _PAIRED:
        return _pair(rng)
    return f"{_part('goods', rng)} {_part('areas', rng)}" if rng.random() < 0.5 else _part("goods", rng)


def _product(rng: random.Random) -> str:
    parts = [_part("brands", rng), *([_part("qualifiers", rng)] if rng.random() < 0.3 else []), _part("things", rng)]
    return " ".join([*parts, _part("sizes", rng)] if rng.random() < _SIZED else parts)


def _query(rng: random.Random) -> str:
    return f"{_category(rng)} for {_part('users', rng)}" if rng.random() < 0.5 else _category(rng)


_INVENTORS: Final[dict[str, Callable[[random.Random], str]]] = {
    "category": _category,
    "department": _department,
    "product": _product,
    "query": _query,
}
