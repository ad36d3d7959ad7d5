"""A made-up shop of any size as Parquet files, the same each time: few customers order much, few products sell most."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tools.warehouse.engine import connect

LINES_A_CUSTOMER: Final = 10
MOST_PRODUCTS: Final = 20_000
CATEGORIES: Final = 200
BRANDS: Final = 600
# Each row's numbers are hashes of its own number and a salt, so that no order of work changes them. Two of five lines
# begin a new order; a customer's rank by activity, and a product's by sales, is a power of a uniform number; half of
# the lines are one of the customer's five usual products; one line in 50 is a return, one in four has a discount.
PRODUCTS: Final = """
SELECT printf('p%06d', i) AS product_id, 'Product ' || i AS name,
    printf('category %03d', floor({categories} * pow(u(i, 1), 1.5))::INT) AS category,
    printf('department %02d', floor({categories} * pow(u(i, 1), 1.5))::INT // 10) AS department,
    CASE WHEN hash(i, 2) % 10 > 0 THEN printf('brand %03d', floor({brands} * pow(u(i, 3), 2))::INT) END AS brand,
    round(exp(0.5 + 3 * u(i, 4)), 2) AS price, round(exp(0.5 + 3 * u(i, 4)) * 0.6, 2) AS cost
FROM range({products}) AS t(i)
"""
CUSTOMERS: Final = """
SELECT printf('c%08d', i) AS customer_id,
    TIMESTAMP '2022-01-01' + to_seconds((hash(i, 7) % 63072000)::BIGINT) AS signed_up_at
FROM range({customers}) AS t(i)
"""
ORDER_LINES: Final = """
WITH numbered AS (
    SELECT i, sum((hash(i, 11) % 5 < 2)::INT) OVER (ORDER BY i ROWS UNBOUNDED PRECEDING) AS o
    FROM range({lines}) AS t(i)
),
placed AS (
    SELECT i, o, floor({customers} * pow(u(o, 12), 1.5))::BIGINT AS customer, floor(u(o, 13) * 730)::INT AS day,
        hash(o, 14) AS clock
    FROM numbered
),
taken AS (
    SELECT *, CASE WHEN hash(i, 15) % 2 = 0 THEN floor({products} * pow(u(i, 16), 2))::BIGINT
        ELSE hash(customer, 17 + hash(i, 18) % 5) % {products} END AS product
    FROM placed
),
priced AS (
    SELECT printf('o%09d', o) AS order_id, printf('c%08d', customer) AS customer_id, product_id,
        TIMESTAMP '2023-01-01' + to_days(day) + to_seconds((clock % 50400 + 25200)::BIGINT) AS ordered_at,
        (CASE WHEN hash(i, 19) % 50 = 0 THEN -1 ELSE 1 + floor(5 * pow(u(i, 20), 4)) END)::DOUBLE AS quantity,
        price AS unit_price, CASE WHEN hash(i, 21) % 4 = 0 THEN round(price * 0.2, 2) ELSE 0.0 END AS discount,
        'web' AS channel, CASE WHEN hash(i, 22) % 20 = 0 THEN 'k' || (hash(i, 23) % 9) END AS coupon_id
    FROM taken JOIN products ON product_id = printf('p%06d', product)
)
SELECT *, round(quantity * unit_price - discount, 2) AS revenue
FROM priced
ORDER BY ordered_at, order_id, customer_id, product_id
"""


def make_shop(lines: int, folder: Path) -> None:
    """Write order_lines, products and customers of a shop with so many order lines into a folder."""
    sizes = {
        "lines": lines,
        "customers": lines // LINES_A_CUSTOMER,
        "products": min(MOST_PRODUCTS, max(CATEGORIES, lines // 100)),
        "categories": CATEGORIES,
        "brands": BRANDS,
    }
    engine = connect(folder)
    engine.raw_sql("CREATE MACRO u(x, salt) AS hash(x, salt) % 1000000007 / 1000000007.0")
    for name, query in {"products": PRODUCTS, "customers": CUSTOMERS, "order_lines": ORDER_LINES}.items():
        file = folder / f"{name}.parquet"
        engine.raw_sql(f"COPY ({query.format(**sizes)}) TO '{file}'")
        engine.raw_sql(f"CREATE VIEW {name} AS FROM '{file}'")
    engine.disconnect()
