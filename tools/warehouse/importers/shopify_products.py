"""Read Shopify's products export: one product a variant, since variants differ in price and are what orders name.

The rows of a product share its handle. The first holds what is true of all variants; rows without a variant only add
images.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import ibis

from tools.warehouse.importers.cells import with_values
from tools.warehouse.importers.exports import PLACE
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.plain_text import with_plain_text
from tools.warehouse.importers.sales import UNCATEGORISED, slug
from tools.warehouse.importers.source import FILE, REASON, REPAIR, ROW

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

# What Shopify writes where a product has no options.
NO_OPTION: Final = "default title"
# What only the first row of a product says.
OF_PRODUCT: Final = ("title", "body", "vendor", "path", "kind", "tags", "published", "status", "gift_card", "image")
OPTION_NAMES: Final = ("name1", "name2", "name3")


def catalog(engine: Backend, rows: ibis.Table, mapping: Mapping) -> ibis.Table:
    """Return one product a variant, with `gift` for gift cards.

    Its id is its SKU, or its written-out name where it has none.
    """
    table = _with_product(with_values(engine, rows, ("price", "cost"), None, mapping))
    variants = table.filter(
        table.sku.notnull() | table.price.notnull() | table.value1.notnull() | table[REASON].notnull()
    )
    values = [_option(variants[f"value{number}"]) for number in (1, 2, 3)]
    options = [_named(variants[f"name{number}"], value) for number, value in zip((1, 2, 3), values, strict=True)]
    title = variants.title.coalesce(variants.handle)
    name = title.concat(_joined(values, " / ", " - "))
    gift = variants.gift_card.lower().isin(("true", "yes")).fill_null(False)
    shown = (variants.status.lower().coalesce("active") == "active") & (
        variants.published.lower().coalesce("true") != "false"
    )
    steps = variants.path.split(">")
    products = variants.select(
        FILE,
        ROW,
        REASON,
        REPAIR,
        product_id=variants.sku.coalesce(slug(name)),
        name=name,
        category=ibis.coalesce(variants.kind, steps[-1].strip().nullif(""), UNCATEGORISED),
        department=steps[0].strip().nullif(""),
        brand=variants.vendor,
        description=variants.body,
        price=variants.price,
        cost=variants.cost,
        attributes=_joined([*options, variants.tags], "; ", "").nullif(""),
        image_url=variants.variant_image.coalesce(variants.image),
        active=shown & ~gift,
        gift=gift,
    )
    return engine.create_table(ibis.util.gen_name("catalog"), with_plain_text(products, "description"), temp=True)


def _with_product(rows: ibis.Table) -> ibis.Table:
    """Fill in, on every row of a product, what its first row says."""
    told = rows.group_by("handle").aggregate(
        **{f"of_{name}": rows[name].argmin(rows[PLACE]) for name in (*OF_PRODUCT, *OPTION_NAMES)}
    )
    joined = rows.left_join(told, "handle").drop("handle_right")
    names = {name: joined[name].coalesce(joined[f"of_{name}"]) for name in (*OF_PRODUCT, *OPTION_NAMES)}
    return joined.mutate(**names)


def _option(value: ibis.Value) -> ibis.Value:
    return (value.lower() == NO_OPTION).ifelse(ibis.null("string"), value)


def _named(name: ibis.Value, value: ibis.Value) -> ibis.Value:
    return name.concat(": ").concat(value)


def _joined(values: list[ibis.Value], between: str, before: str) -> ibis.Value:
    """Return the values that there are, joined, with something before them; an empty text where there are none."""
    text = ibis.array(values).filter(lambda value: value.notnull()).join(between)
    return (text.coalesce("") == "").ifelse("", ibis.literal(before).concat(text))
