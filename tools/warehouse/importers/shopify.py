"""Import Shopify's exports: the CSV files of orders, products and customers, as Shopify's admin writes them.

What the columns mean follows Shopify's help pages, and the header lines of real exports where these say less:

- orders: https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders; payment states:
  https://shopify.dev/docs/api/admin-graphql/latest/enums/OrderDisplayFinancialStatus
- products: https://help.shopify.com/en/manual/products/import-export/using-csv (both generations of column names)
- customers: https://help.shopify.com/en/manual/customers/import-export-customers

How each column is read, and what is left out, is told in docs/importing.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.warehouse.columns import Table
from tools.warehouse.importers import people
from tools.warehouse.importers.exports import Shape, Vendor, read_exports
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.sales import NOTHING_LISTED, sales, shop_currency
from tools.warehouse.importers.shopify_orders import judged
from tools.warehouse.importers.shopify_products import catalog
from tools.warehouse.importers.source import Source

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

ORDERS: Final = Shape(
    name="orders",
    stem="orders",
    where="Shopify admin > Orders > Export > Orders, plain CSV file",
    needed=("order_id", "item", "quantity", "price", "created_at"),
    columns={
        "order_id": ("Name",),
        "email": ("Email",),
        "status": ("Financial Status",),
        "accepts": ("Accepts Marketing",),
        "currency": ("Currency",),
        "subtotal": ("Subtotal",),
        "shipping": ("Shipping",),
        "taxes": ("Taxes",),
        "total": ("Total",),
        "coupon": ("Discount Code",),
        "discount": ("Discount Amount",),
        "created_at": ("Created at",),
        "quantity": ("Lineitem quantity",),
        "item": ("Lineitem name",),
        "price": ("Lineitem price",),
        "sku": ("Lineitem sku",),
        "item_discount": ("Lineitem discount",),
        "billing_name": ("Billing Name", "Shipping Name"),
        "address": ("Billing Street", "Billing Address1", "Shipping Street"),
        "company": ("Billing Company", "Shipping Company"),
        "city": ("Billing City", "Shipping City"),
        "zip": ("Billing Zip", "Shipping Zip"),
        "country": ("Billing Country", "Shipping Country"),
        "phone": ("Phone", "Billing Phone", "Shipping Phone"),
        "cancelled_at": ("Cancelled at", "Canceled at"),
        "payment": ("Payment Method",),
        "refunded": ("Refunded Amount",),
        "vendor": ("Vendor",),
        "tags": ("Tags",),
        "channel": ("Source",),
    },
)
PRODUCTS: Final = Shape(
    name="products",
    stem="products",
    where="Shopify admin > Products > Export > All products, plain CSV file",
    needed=("handle", "title"),
    columns={
        "handle": ("URL handle", "Handle"),
        "title": ("Title",),
        "body": ("Description", "Body (HTML)"),
        "vendor": ("Vendor",),
        "path": ("Product category", "Product Category", "Standard Product Type"),
        "kind": ("Type", "Custom Product Type"),
        "tags": ("Tags",),
        "published": ("Published on online store", "Published"),
        "status": ("Status",),
        "name1": ("Option1 name",),
        "value1": ("Option1 value",),
        "name2": ("Option2 name",),
        "value2": ("Option2 value",),
        "name3": ("Option3 name",),
        "value3": ("Option3 value",),
        "sku": ("SKU", "Variant SKU"),
        "price": ("Price", "Variant Price"),
        "cost": ("Cost per item",),
        "image": ("Product image URL", "Image Src"),
        "variant_image": ("Variant image URL", "Variant Image"),
        "gift_card": ("Gift card",),
    },
)
CUSTOMERS: Final = Shape(
    name="customers",
    stem="customers",
    where="Shopify admin > Customers > Export > All customers, plain CSV file",
    needed=("email", "first_name", "accepts_email"),
    columns={
        "number": ("Customer ID",),
        "email": ("Email",),
        "first_name": ("First Name",),
        "last_name": ("Last Name",),
        "company": ("Default Address Company", "Company"),
        "address1": ("Default Address Address1", "Address1"),
        "address2": ("Default Address Address2", "Address2"),
        "city": ("Default Address City", "City"),
        "province": ("Default Address Province Code", "Province Code", "Province"),
        "country": ("Default Address Country Code", "Country Code", "Country"),
        "zip": ("Default Address Zip", "Zip"),
        "phone": ("Phone", "Default Address Phone"),
        "accepts_email": ("Accepts Email Marketing", "Accepts Marketing"),
        "accepts_sms": ("Accepts SMS Marketing",),
        "tax_exempt": ("Tax Exempt",),
        "tags": ("Tags",),
    },
)
VENDOR: Final = Vendor("Shopify", (ORDERS, PRODUCTS, CUSTOMERS), essential=(ORDERS,))


def read(engine: Backend, path: Path, mapping: Mapping) -> Source:
    """Read a folder of Shopify exports; products and customers that have no file are made from the orders.

    Raises:
        InputError: There is no orders export, or a file is not what its name says.
    """
    files = read_exports(engine, path, VENDOR)
    listed = catalog(engine, files[PRODUCTS.name], mapping) if PRODUCTS.name in files else None
    currency = shop_currency(files[ORDERS.name], mapping)
    rows = judged(engine, files[ORDERS.name], NOTHING_LISTED if listed is None else listed, mapping, currency)
    sold = sales(engine, rows, sells_all=listed is None)
    registered = people.registered(files[CUSTOMERS.name]) if CUSTOMERS.name in files else None
    products = sold.products if listed is None else people.stacked(listed.drop("gift"), sold.products)
    tables = {
        Table.CUSTOMERS: people.customers(sold.buyers, registered),
        Table.PRODUCTS: products,
        Table.ORDER_LINES: sold.lines,
        Table.CONSENTS: people.consents(sold.buyers, registered),
    }
    return Source(people.facts(mapping, "Shopify export", currency), tables)
