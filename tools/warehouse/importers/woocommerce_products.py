r"""Read WooCommerce's product CSV: simple products and variations are products; what cannot be bought is not offered.

A variation's row leaves out what its parent says. Lists in a cell are separated by commas, with `\,` for the sign
itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import ibis

from tools.warehouse.importers.cells import with_values
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.plain_text import with_plain_text
from tools.warehouse.importers.sales import UNCATEGORISED
from tools.warehouse.importers.source import FILE, REASON, REPAIR, ROW

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# Rows that gather others; nobody buys them.
GATHERING: Final = r"\b(variable|grouped)\b"
PUBLISHED: Final = "1"
INHERITED: Final = ("summary", "body", "categories", "tags", "brands", "images", "price", "cost", "published")


def catalog(engine: Backend, rows: ibis.Table, mapping: Mapping) -> ibis.Table:
    """Return one product a row, with `gift` for gift cards; WooCommerce's number is the id."""
    table = _with_parent(with_values(engine, rows, ("price", "cost"), None, mapping))
    categories = _first_of_list(table.categories).split(">")
    kind = table.kind.lower().coalesce("simple")
    gift = kind.contains("gift")
    options = [table[f"name{number}"].concat(": ").concat(table[f"value{number}"]).nullif(": ") for number in (1, 2, 3)]
    attributes = ibis.array([*options, table.tags]).filter(lambda value: value.notnull()).join("; ")
    products = table.select(
        FILE,
        ROW,
        REASON,
        REPAIR,
        product_id=table.number,
        name=table.name,
        category=categories[-1].strip().nullif("").coalesce(UNCATEGORISED),
        department=categories[0].strip().nullif(""),
        brand=_first_of_list(table.brands),
        description=table.body.coalesce(table.summary),
        price=table.price,
        cost=table.cost,
        attributes=attributes.nullif(""),
        image_url=_first_of_list(table.images),
        active=(table.published.coalesce(PUBLISHED) == PUBLISHED) & ~kind.re_search(GATHERING) & ~gift,
        gift=gift,
    )
    return engine.create_table(ibis.util.gen_name("catalog"), with_plain_text(products, "description"), temp=True)


def _with_parent(rows: ibis.Table) -> ibis.Table:
    """Fill in, on a variation's row, what its parent's row says; the parent is named as `id:12` or by its SKU."""
    of_parent = {f"of_{name}": rows[name] for name in INHERITED}
    by_number = rows.select(parent=ibis.literal("id:").concat(rows.number), **of_parent)
    by_sku = rows.filter(rows.sku.notnull()).select(parent=rows.sku, **of_parent)
    parents = ibis.union(by_number, by_sku).distinct(on="parent", keep="first")
    joined = rows.left_join(parents, "parent").drop("parent_right")
    return joined.mutate(**{name: joined[name].coalesce(joined[f"of_{name}"]) for name in INHERITED})


def _first_of_list(cell: ibis.Value) -> ibis.Value:
    plain = cell.replace(r"\,", "\x02").split(",")[0]
    return plain.replace("\x02", ",").strip().nullif("")
