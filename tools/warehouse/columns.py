"""The vocabulary of a store: names of tables and columns, their types, and when a row becomes known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


class Table:
    """Names of the canonical tables."""

    CUSTOMERS: Final = "customers"
    PRODUCTS: Final = "products"
    ORDER_LINES: Final = "order_lines"
    REVIEWS: Final = "reviews"
    EXPOSURES: Final = "exposures"
    CAMPAIGNS: Final = "campaigns"
    AD_SPEND: Final = "ad_spend"
    STOCK: Final = "stock"
    CONSENTS: Final = "consents"
    EVENTS: Final = "events"
    PROMOTIONS: Final = "promotions"


class Column:
    """Names of the columns that more than one module reads."""

    CUSTOMER_ID: Final = "customer_id"
    PRODUCT_ID: Final = "product_id"
    ORDER_ID: Final = "order_id"
    CAMPAIGN_ID: Final = "campaign_id"
    ORDERED_AT: Final = "ordered_at"
    QUANTITY: Final = "quantity"
    UNIT_PRICE: Final = "unit_price"
    DISCOUNT: Final = "discount"
    REVENUE: Final = "revenue"
    CHANNEL: Final = "channel"
    CAMPAIGN: Final = "campaign"
    COUPON_ID: Final = "coupon_id"
    NAME: Final = "name"
    CATEGORY: Final = "category"
    DEPARTMENT: Final = "department"
    BRAND: Final = "brand"
    PRICE: Final = "price"
    COST: Final = "cost"
    ACTIVE: Final = "active"
    AT: Final = "at"
    ON: Final = "on"
    UNITS: Final = "units"
    STARTS_ON: Final = "starts_on"
    ENDS_ON: Final = "ends_on"
    CONVERTED: Final = "converted"
    CONVERTED_AT: Final = "converted_at"
    TREATMENT: Final = "treatment"
    COMPETITOR_PRICE: Final = "competitor_price"


TEXT: Final = "string"
NUMBER: Final = "float64"
WHOLE: Final = "int64"
FLAG: Final = "boolean"
MOMENT: Final = "timestamp"
DAY: Final = "date"


@dataclass(frozen=True)
class TableSpec:
    """What one canonical table may hold.

    Attributes:
        required: Column to type; a file without one of them is refused.
        optional: Column to type; added as nulls where the file has none, so that tools need not ask.
        identity: The column that no two rows may share, if there is one.
        known_from: The column that says when a row became known; None for tables without time.
        open_ended: Whether columns beyond these are kept as attributes.
    """

    required: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)
    identity: str | None = None
    known_from: str | None = None
    open_ended: bool = False

    @property
    def types(self) -> dict[str, str]:
        """Return column to type, required columns first."""
        return {**self.required, **self.optional}


# DESIGN.md §3. Times are UTC and stored without a zone; money is in the store's currency.
# `revenue` (what the shop took for the line) is derived at import: quantity × unit_price − discount, to the cent.
SPECS: Final[dict[str, TableSpec]] = {
    Table.CUSTOMERS: TableSpec(
        required={"customer_id": TEXT},
        optional={"signed_up_at": MOMENT, "country": TEXT, "language": TEXT, "birth_year": WHOLE},
        identity="customer_id",
        open_ended=True,
    ),
    Table.PRODUCTS: TableSpec(
        required={"product_id": TEXT, "name": TEXT, "category": TEXT},
        optional={
            "department": TEXT,
            "brand": TEXT,
            "description": TEXT,
            "price": NUMBER,
            "cost": NUMBER,
            "attributes": TEXT,
            "image_url": TEXT,
            "active": FLAG,
        },
        identity="product_id",
    ),
    Table.ORDER_LINES: TableSpec(
        required={
            "order_id": TEXT,
            "customer_id": TEXT,
            "product_id": TEXT,
            "ordered_at": MOMENT,
            "quantity": NUMBER,
            "unit_price": NUMBER,
        },
        optional={"discount": NUMBER, "channel": TEXT, "coupon_id": TEXT, "revenue": NUMBER},
        known_from="ordered_at",
    ),
    Table.REVIEWS: TableSpec(
        required={"product_id": TEXT, "written_at": MOMENT, "rating": NUMBER, "text": TEXT},
        optional={"customer_id": TEXT},
        known_from="written_at",
    ),
    Table.EXPOSURES: TableSpec(
        required={"campaign_id": TEXT, "customer_id": TEXT, "channel": TEXT, "at": MOMENT},
        optional={
            "offer_id": TEXT,
            "creative_id": TEXT,
            "treatment": WHOLE,
            "propensity": NUMBER,
            "opened": FLAG,
            "clicked": FLAG,
            "converted": FLAG,
            "converted_at": MOMENT,
            "revenue": NUMBER,
        },
        known_from="at",
    ),
    Table.CAMPAIGNS: TableSpec(
        required={"campaign_id": TEXT, "name": TEXT, "starts_on": DAY, "ends_on": DAY},
        optional={"kind": TEXT},
        identity="campaign_id",
        known_from="starts_on",
    ),
    Table.AD_SPEND: TableSpec(
        required={"on": DAY, "channel": TEXT, "spend": NUMBER},
        optional={"impressions": WHOLE, "clicks": WHOLE, "conversions": NUMBER, "revenue": NUMBER, "campaign": TEXT},
        known_from="on",
    ),
    Table.STOCK: TableSpec(required={"product_id": TEXT, "at": MOMENT, "units": NUMBER}, known_from="at"),
    Table.CONSENTS: TableSpec(
        required={"customer_id": TEXT, "channel": TEXT, "allowed": FLAG, "at": MOMENT},
        known_from="at",
    ),
    Table.EVENTS: TableSpec(
        required={"customer_id": TEXT, "at": MOMENT, "kind": TEXT},
        optional={"product_id": TEXT, "query": TEXT},
        known_from="at",
    ),
    Table.PROMOTIONS: TableSpec(
        required={"product_id": TEXT, "starts_on": DAY, "ends_on": DAY},
        optional={"discount": NUMBER, "display": NUMBER, "mailer": NUMBER, "competitor_price": NUMBER},
        known_from="starts_on",
    ),
}

REQUIRED_TABLES: Final = (Table.CUSTOMERS, Table.PRODUCTS, Table.ORDER_LINES)
