"""Import WooCommerce's exports: products from WooCommerce itself, orders and customers from its export extension.

- products: WooCommerce's own product CSV, https://woocommerce.com/document/product-csv-importer-exporter/
- orders: the extension Customer/Order/Coupon Export, formats "Default - One Row per Item" and "Default",
  https://woocommerce.com/document/ordercustomer-csv-exporter/; what Analytics > Orders downloads has neither prices nor
  addresses, and is refused
- customers: the same extension's "Default" format, or what Analytics > Customers downloads,
  https://woocommerce.com/document/woocommerce-analytics/customers-report/

How each column is read, and what is left out, is told in docs/importing.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.warehouse.columns import Table
from tools.warehouse.importers import people
from tools.warehouse.importers.cells import with_values
from tools.warehouse.importers.exports import Shape, Vendor, read_exports
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.sales import NOTHING_LISTED, sales, shop_currency
from tools.warehouse.importers.source import Source
from tools.warehouse.importers.woocommerce_orders import item_rows, judged
from tools.warehouse.importers.woocommerce_products import catalog

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

_WHERE: Final = "WooCommerce > Export > Orders, format Default - One Row per Item"
_OF_ORDER: Final = {
    "order_id": ("order_id",),
    "created_at": ("date", "order_date"),
    "status": ("status",),
    "shipping": ("shipping_total",),
    "shipping_tax": ("shipping_tax_total",),
    "total": ("order_total",),
    "refunded": ("refunded_total",),
    "currency": ("order_currency",),
    "payment": ("payment_method",),
    "number": ("customer_id",),
    "first_name": ("billing_first_name", "shipping_first_name"),
    "last_name": ("billing_last_name", "shipping_last_name"),
    "company": ("billing_company", "shipping_company"),
    "email": ("billing_email",),
    "phone": ("billing_phone",),
    "address": ("billing_address_1", "shipping_address_1"),
    "zip": ("billing_postcode", "shipping_postcode"),
    "city": ("billing_city", "shipping_city"),
    "country": ("billing_country", "shipping_country"),
    "coupons": ("coupon_items", "coupons"),
}
ITEMS: Final = Shape(
    name="orders",
    stem="orders",
    where=_WHERE,
    needed=("order_id", "created_at", "item", "quantity", "item_total"),
    columns={
        **_OF_ORDER,
        "item": ("item_name",),
        "product": ("item_product_id",),
        "quantity": ("item_quantity",),
        "item_subtotal": ("item_subtotal",),
        "item_total": ("item_total",),
        "item_refunded": ("item_refunded",),
    },
)
WHOLE_ORDERS: Final = Shape(
    name="whole orders",
    stem="orders",
    where=_WHERE,
    needed=("order_id", "created_at", "line_items"),
    columns={**_OF_ORDER, "line_items": ("line_items",)},
)
PRODUCTS: Final = Shape(
    name="products",
    stem="wc-product-export",
    where="Products > All products > Export",
    needed=("number", "kind", "name", "price"),
    columns={
        "number": ("ID",),
        "kind": ("Type",),
        "sku": ("SKU",),
        "name": ("Name",),
        "published": ("Published",),
        "summary": ("Short description",),
        "body": ("Description",),
        "price": ("Regular price",),
        "categories": ("Categories",),
        "tags": ("Tags",),
        "brands": ("Brands",),
        "images": ("Images",),
        "parent": ("Parent",),
        "cost": ("Cost of goods",),
        "name1": ("Attribute 1 name",),
        "value1": ("Attribute 1 value(s)",),
        "name2": ("Attribute 2 name",),
        "value2": ("Attribute 2 value(s)",),
        "name3": ("Attribute 3 name",),
        "value3": ("Attribute 3 value(s)",),
    },
)
CUSTOMERS: Final = Shape(
    name="customers",
    stem="customers",
    where="WooCommerce > Export > Customers, or Analytics > Customers > Download",
    needed=("email", "signed_up_at"),
    columns={
        "number": ("customer_id",),
        "email": ("email",),
        "signed_up_at": ("date_registered", "Sign Up"),
        "first_name": ("first_name", "billing_first_name", "Name"),
        "last_name": ("last_name", "billing_last_name"),
        "company": ("billing_company",),
        "address1": ("billing_address_1",),
        "address2": ("billing_address_2",),
        "city": ("billing_city", "City"),
        "province": ("billing_state", "Region"),
        "country": ("billing_country", "Country / Region"),
        "zip": ("billing_postcode", "Postal Code"),
        "phone": ("billing_phone", "Billing Phone"),
    },
)
VENDOR: Final = Vendor("WooCommerce", (ITEMS, WHOLE_ORDERS, PRODUCTS, CUSTOMERS), essential=(ITEMS, WHOLE_ORDERS))


def read(engine: Backend, path: Path, mapping: Mapping) -> Source:
    """Read a folder of WooCommerce exports; products and customers that have no file are made from the orders.

    Raises:
        InputError: There is no orders export, or a file is not what its name says.
    """
    files = read_exports(engine, path, VENDOR)
    listed = catalog(engine, files[PRODUCTS.name], mapping) if PRODUCTS.name in files else None
    orders = item_rows(files)
    currency = shop_currency(orders, mapping)
    rows = judged(engine, orders, NOTHING_LISTED if listed is None else listed, mapping, currency)
    sold = sales(engine, rows, sells_all=listed is None)
    registered = None
    if CUSTOMERS.name in files:
        registered = people.registered(with_values(engine, files[CUSTOMERS.name], (), "signed_up_at", mapping))
    products = sold.products if listed is None else people.stacked(listed.drop("gift"), sold.products)
    tables = {
        Table.CUSTOMERS: people.customers(sold.buyers, registered),
        Table.PRODUCTS: products,
        Table.ORDER_LINES: sold.lines,
    }
    return Source(people.facts(mapping, "WooCommerce export", currency), tables)
