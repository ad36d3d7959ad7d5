"""One damaged source: a sound shop of three files, what is done to it, and what an import must make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

HEADER = ("order_id", "customer_id", "product_id", "ordered_at", "quantity", "unit_price")
CUSTOMERS = [("customer_id", "country"), *((f"c{n}", "DE") for n in range(1, 5))]
PRODUCTS = [
    ("product_id", "name", "category", "description"),
    *((f"p{n}", f"Tea no. {n}", "Tea", f"A fine tea, no. {n}") for n in range(1, 5)),
]
ORDERS = tuple(f"o{n:02}" for n in range(1, 13))


def line(order: str) -> tuple[str, ...]:
    """Return the sound row of an order."""
    n = int(order[1:])
    return (order, f"c{n % 4 + 1}", f"p{n % 4 + 1}", f"2024-02-{n:02}T10:00:00Z", str(n % 3 + 1), f"{n}.50")


SOUND = (HEADER, *map(line, ORDERS))


def cell(value: str, separator: str) -> str:
    """Return a cell as CSV writes it."""
    needs_quotes = any(sign in value for sign in (separator, '"', "\n", "\r"))
    return '"' + value.replace('"', '""') + '"' if needs_quotes else value


def text(rows: tuple[tuple[str, ...], ...] = SOUND, separator: str = ",", end: str = "\n") -> str:
    """Return rows as CSV."""
    return "".join(separator.join(cell(value, separator) for value in row) + end for row in rows)


def sound_lines() -> list[str]:
    """Return the sound order lines as lines of CSV, header first."""
    return text().splitlines()


def write_shop(folder: Path) -> None:
    """Write the sound shop."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "customers.csv").write_text(text(tuple(CUSTOMERS)), encoding="utf-8")
    (folder / "products.csv").write_text(text(tuple(PRODUCTS)), encoding="utf-8")
    (folder / "order_lines.csv").write_text(text(), encoding="utf-8")


@dataclass(frozen=True)
class Case:
    """One damaged source.

    Attributes:
        name: What is wrong with it.
        damage: Changes the folder of a sound shop.
        refused: Part of the message with which the whole import is refused; None where it is imported.
        lost: Orders whose own row is damaged beyond reading; every other order of `orders` must be in the store.
        aside: Row of the order lines to part of the reason for which it is set aside.
        also: Orders beyond the usual ones that must be in the store.
        mapping: Content of a mapping file, if there is one.
        kind: What to import it as.
        file: File that a refusal names.
    """

    name: str
    damage: Callable[[Path], None]
    refused: str | None = None
    lost: frozenset[str] = frozenset()
    aside: Mapping[int, str] = field(default_factory=dict)
    also: frozenset[str] = frozenset()
    mapping: str | None = None
    kind: str = "csv"
    file: str = "order_lines"

    @property
    def kept(self) -> set[str]:
        """Return the orders that must be in the store."""
        return (set(ORDERS) - self.lost) | self.also


def written(content: str | bytes, name: str = "order_lines.csv") -> Callable[[Path], None]:
    """Return the damage that writes a file anew."""

    def damage(folder: Path) -> None:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    return damage


def edited(change: Callable[[list[str]], list[str]], end: str = "\n") -> Callable[[Path], None]:
    """Return the damage that changes the lines of the order lines' file (0 is the header)."""
    return written(end.join(change(sound_lines())) + end)


def replaced(at: int, new: str) -> Callable[[Path], None]:
    """Return the damage that writes another line in the place of one; the number is that of the line in the file."""
    return edited(lambda lines: [*lines[: at - 1], new, *lines[at:]])
