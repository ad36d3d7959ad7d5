"""Checks across rows: orders that look like one order twice, rows that speak of nobody, prices in two units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tools.warehouse.columns import Column, Table
from tools.warehouse.quality.report import Finding, Severity
from tools.warehouse.quality.seen import ENOUGH_ROWS, Seen, numbers, percent

# Tables that keep a row though its customer or product is unknown, and the columns to look at.
LOOSE: Final[Mapping[str, tuple[str, ...]]] = {
    Table.REVIEWS: (Column.PRODUCT_ID,),
    Table.STOCK: (Column.PRODUCT_ID,),
    Table.PROMOTIONS: (Column.PRODUCT_ID,),
    Table.CONSENTS: (Column.CUSTOMER_ID,),
    Table.EVENTS: (Column.CUSTOMER_ID,),
}
OWNERS: Final = {Column.PRODUCT_ID: Table.PRODUCTS, Column.CUSTOMER_ID: Table.CUSTOMERS}
NO_CATEGORY: Final = ("", "uncategorized", "uncategorised", "other", "other items", "misc", "miscellaneous", "default")
# A price a hundred times another is one in cents. A tenth of a product's lines, and at least three, make a habit of it.
CENTS: Final = (80.0, 125.0)
MIXED_LINES: Final = 3
MIXED_SHARE: Final = 0.1
# A price this many times the product's median is improbable, though not impossible: gift cards, or paid extras.
IMPROBABLE_PRICE: Final = 1000.0
# Buying the same thing twice within a minute happens; more often than this it is an export that repeats itself.
NEAR_COPIES_SHARE: Final = 0.001
# One customer with so large a share of all orders is a till or a test account.
CROWD_SHARE: Final = 0.05


def graded(rows: float, most: float) -> Severity:
    """Return how bad some rows are: worth a warning beyond `most` of them.

    >>> graded(3, 2.0), graded(2, 2.0)
    ('warning', 'notice')
    """
    return "warning" if rows > most else "notice"


def check_near_copies(seen: Seen) -> Iterator[Finding]:
    """Find the same customer and product in the same minute under two order ids."""
    lines = seen.tables[Table.ORDER_LINES]
    if not seen.has_clock:
        return
    keys = [lines.customer_id, lines.product_id, lines.ordered_at.truncate("m").name("minute"), lines.quantity]
    groups = lines.group_by(keys).aggregate(
        copies=lines.count() - 1, differ=lines.order_id.min() < lines.order_id.max()
    )
    rows = groups.filter(groups.differ).copies.sum().fill_null(0).execute()
    if rows:
        yield Finding(
            severity=graded(rows, NEAR_COPIES_SHARE * seen.rows(Table.ORDER_LINES)),
            check="near_copies",
            table=Table.ORDER_LINES,
            column=Column.ORDER_ID,
            rows=int(rows),
            words="lines repeat another line of the same customer, product, quantity and minute under another order_id",
            remedy="check whether an order was exported twice under two ids; cancel one of them in the shop",
        )


def check_orphans(seen: Seen) -> Iterator[Finding]:
    """Count rows that are kept though nobody knows their product or customer."""
    for name, columns in LOOSE.items():
        for column in columns if name in seen.tables else ():
            table, owner = seen.tables[name], seen.tables[OWNERS[column]]
            rows = int(table.filter(table[column].notnull()).anti_join(owner, column).count().execute())
            if rows:
                yield Finding(
                    severity=graded(rows, 0.01 * seen.rows(name)),
                    check="orphans",
                    table=name,
                    column=column,
                    rows=rows,
                    words=f"{percent(rows, seen.rows(name))} of the rows have an unknown {column}",
                    remedy=f"export {OWNERS[column]} completely, the inactive ones too; tools pass over such rows",
                )


def check_categories(seen: Seen) -> Iterator[Finding]:
    """Weigh the lines whose product has no real category."""
    lines, products = seen.tables[Table.ORDER_LINES], seen.tables[Table.PRODUCTS]
    bare = products.category.strip().lower()
    unfiled = products.filter(bare.isin(NO_CATEGORY) | bare.isnull())
    rows = int(lines.semi_join(unfiled, Column.PRODUCT_ID).count().execute())
    if rows > 0.01 * seen.rows(Table.ORDER_LINES):
        yield Finding(
            severity=graded(rows, 0.1 * seen.rows(Table.ORDER_LINES)),
            check="no_category",
            table=Table.PRODUCTS,
            column=Column.CATEGORY,
            rows=rows,
            words=f"{percent(rows, seen.rows(Table.ORDER_LINES))} of the order lines have a product without a category",
            remedy="file these products under categories: segments, forecasts and recommendations use them",
        )


def check_prices(seen: Seen) -> Iterator[Finding]:
    """Find products sold in two units of money, and prices far above the product's own."""
    lines = seen.tables[Table.ORDER_LINES]
    sold = lines.filter((lines.unit_price > 0) & (lines.quantity > 0))
    usual = sold.group_by(Column.PRODUCT_ID).aggregate(usual=sold.unit_price.median(), lines=sold.count())
    joined = sold.inner_join(usual, Column.PRODUCT_ID)
    ratio = joined.unit_price / joined.usual
    mixed = ratio.between(*CENTS) | (1 / ratio).between(*CENTS)
    by_product = joined.group_by([Column.PRODUCT_ID, joined.lines]).aggregate(
        mixed=mixed.sum(), beyond=(ratio > IMPROBABLE_PRICE).sum()
    )
    habit = (by_product.mixed >= MIXED_LINES) & (by_product.mixed >= MIXED_SHARE * by_product.lines)
    found = by_product.aggregate(
        products=habit.sum(), mixed=habit.ifelse(by_product.mixed, 0).sum(), beyond=by_product.beyond.sum()
    )
    total = numbers(found)
    if total["products"]:
        yield Finding(
            severity="error",
            check="mixed_units",
            table=Table.ORDER_LINES,
            column=Column.UNIT_PRICE,
            rows=int(total["mixed"]),
            words=f"products sold at prices about 100 times apart: {int(total['products']):,}",
            remedy="check for prices in cents beside prices in whole units, or two currencies; import one of them",
        )
    if total["beyond"]:
        yield Finding(
            severity="warning",
            check="price_improbable",
            table=Table.ORDER_LINES,
            column=Column.UNIT_PRICE,
            rows=int(total["beyond"]),
            words=f"lines have a unit price more than {IMPROBABLE_PRICE:,.0f} times the product's median",
            remedy="check these lines; a product that is sold at any price (a gift card, a donation) may stay",
        )


def check_price_list(seen: Seen) -> Iterator[Finding]:
    """Compare the price list with what was paid: a factor of 100 is another unit of money."""
    lines, products = seen.tables[Table.ORDER_LINES], seen.tables[Table.PRODUCTS]
    sold = lines.filter((lines.unit_price > 0) & (lines.quantity > 0))
    paid = sold.group_by(Column.PRODUCT_ID).aggregate(paid=sold.unit_price.median())
    joined = paid.inner_join(
        products.filter(products.price > 0).select(Column.PRODUCT_ID, Column.PRICE), Column.PRODUCT_ID
    )
    ratio = joined.paid / joined.price
    off = ratio.between(*CENTS) | (1 / ratio).between(*CENTS)
    total = numbers(joined.aggregate(off=off.sum(), all=joined.count()))
    if total["off"] > MIXED_LINES and total["off"] > MIXED_SHARE * total["all"]:
        yield Finding(
            severity="error",
            check="price_list_unit",
            table=Table.PRODUCTS,
            column=Column.PRICE,
            rows=int(total["off"]),
            words=f"{percent(total['off'], total['all'])} of the products are priced 100 times what is paid, or 1/100",
            remedy="give price and unit_price in the same unit of money",
        )


def check_crowds(seen: Seen) -> Iterator[Finding]:
    """Find a customer who stands for many, such as a till or a test account."""
    lines = seen.tables[Table.ORDER_LINES]
    if seen.rows(Table.ORDER_LINES) < ENOUGH_ROWS or seen.rows(Table.CUSTOMERS) < ENOUGH_ROWS:
        return
    counts = lines.group_by(Column.CUSTOMER_ID).aggregate(lines=lines.count())
    crowds = counts.filter(counts.lines > CROWD_SHARE * seen.rows(Table.ORDER_LINES))
    found = numbers(crowds.aggregate(customers=crowds.count(), lines=crowds.lines.sum()))
    if found["customers"]:
        yield Finding(
            severity="warning",
            check="collective_customer",
            table=Table.ORDER_LINES,
            column=Column.CUSTOMER_ID,
            rows=int(found["lines"]),
            words=f"{percent(found['lines'], seen.rows(Table.ORDER_LINES))} of all order lines belong to "
            + ("one customer" if found["customers"] == 1 else f"{int(found['customers'])} customers"),
            remedy="leave out the orders of tills, staff and tests: they are nobody's habits",
        )


def check_consents(seen: Seen) -> Iterator[Finding]:
    """Say for how many customers it is unknown whether they may be contacted."""
    customers = seen.tables[Table.CUSTOMERS]
    if Table.CONSENTS not in seen.tables:
        yield Finding(
            severity="notice",
            check="consents_unknown",
            table=Table.CONSENTS,
            rows=seen.rows(Table.CUSTOMERS),
            words="there is no table of consents: everybody is counted as reachable",
            remedy="import consents before anything is sent",
        )
        return
    unknown = int(customers.anti_join(seen.tables[Table.CONSENTS], Column.CUSTOMER_ID).count().execute())
    if unknown:
        yield Finding(
            severity=graded(unknown, 0.1 * seen.rows(Table.CUSTOMERS)),
            check="consents_unknown",
            table=Table.CONSENTS,
            column=Column.CUSTOMER_ID,
            rows=unknown,
            words=f"{percent(unknown, seen.rows(Table.CUSTOMERS))} of the customers have no consent on file",
            remedy="they are not contacted; import their consents if there are any",
        )
