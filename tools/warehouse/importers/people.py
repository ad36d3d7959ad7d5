"""The people of a shop's export: registered customers, guests known from orders only, and who may be written to.

Personal columns keep recognisable names here (name, email, phone, company, address, city, zip); they are split off
before anything is written. Lifetime totals that vendors export (orders, spend) are left out: they look ahead of the day
an analysis is made for.
"""

from __future__ import annotations

from typing import Final

import ibis

from tools.warehouse.columns import FLAG, TEXT
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.sales import NAMELESS, customer_ids
from tools.warehouse.importers.source import FILE, MENTIONED, REASON, REPAIR, ROW
from tools.warehouse.writer import ShopFacts

PERSONAL: Final = ("name", "email", "phone", "company", "address", "city", "zip")
EMAIL: Final = "email"
SMS: Final = "sms"
NOBODY: Final = "the row has neither e-mail, phone nor customer number"
_YES: Final = ("yes", "true", "1")
_NO: Final = ("no", "false", "0")


def facts(mapping: Mapping, source: str, currency: str) -> ShopFacts:
    """Return the facts about the shop: those told, and the currency that was found."""
    return ShopFacts(
        shop_name=mapping.shop_name,
        source=source,
        currency=currency,
        country=mapping.country,
        language=mapping.language,
    )


def registered(rows: ibis.Table) -> ibis.Table:
    """Return the customers of a customers file, with what they accept as the file has it."""
    name = rows.first_name.coalesce("").concat(" ").concat(rows.last_name.coalesce("")).strip().nullif("")
    address = rows.address1.coalesce("").concat(", ").concat(rows.address2.coalesce("")).re_replace(r"^, |, $", "")
    customer = customer_ids(rows.email, rows.phone, rows.number, None)
    asked = [column for column in ("signed_up_at", "tags", "accepts_email", "accepts_sms") if column in rows.columns]
    return rows.select(
        "email",
        "phone",
        "company",
        "city",
        "zip",
        "province",
        *asked,
        FILE,
        ROW,
        REPAIR,
        customer_id=customer,
        country=_country(rows.country),
        name=name,
        address=address.nullif(""),
        **{REASON: rows[REASON].coalesce(customer.isnull().ifelse(NOBODY, ibis.null(TEXT)))},
    )


def customers(buyers: ibis.Table, known: ibis.Table | None) -> ibis.Table:
    """Return the registered customers, and everybody else who ordered, as their latest order knows them."""
    when = buyers.ordered_at
    guests = buyers.group_by("customer_id").aggregate(
        country=_country(buyers.country).argmax(when),
        **{column: buyers[column].argmax(when) for column in PERSONAL},
        **{MENTIONED: ibis.literal(value=True)},
    )
    if known is None:
        return guests
    guests = guests.anti_join(known.filter(known[REASON].isnull()), "customer_id")
    return stacked(known.drop(*(column for column in known.columns if column.startswith("accepts_"))), guests)


def consents(buyers: ibis.Table, known: ibis.Table | None) -> ibis.Table:
    """Return who may be written to.

    A customers file says what holds when it was exported, but not since when: it is dated at the last order of the
    export, which it cannot be earlier than by much. Of guests, each order says whether they accepted e-mail then.
    """
    said = buyers.select(
        customer_id=buyers.customer_id,
        channel=ibis.literal(EMAIL),
        allowed=_flag(buyers.accepts_email),
        at=buyers.ordered_at,
    )
    if known is not None:
        sound = known.filter(known[REASON].isnull())
        exported_at = buyers.ordered_at.max().as_scalar()
        asked = [
            sound.select(
                customer_id=sound.customer_id,
                channel=ibis.literal(channel),
                allowed=_flag(sound[column]),
                at=exported_at,
            )
            for channel, column in ((EMAIL, "accepts_email"), (SMS, "accepts_sms"))
        ]
        said = ibis.union(said.anti_join(sound, "customer_id"), *asked)
    return said.filter(said.allowed.notnull() & ~said.customer_id.startswith(NAMELESS)).distinct()


def stacked(first: ibis.Table, second: ibis.Table) -> ibis.Table:
    """Return the rows of both tables; a column that one lacks is null there."""
    types = {**second.schema(), **first.schema()}
    filled = [
        table.select(
            **{name: table[name] if name in table.columns else ibis.null(kind) for name, kind in types.items()}
        )
        for table in (first, second)
    ]
    return ibis.union(*filled)


def _country(column: ibis.Value) -> ibis.Value:
    """Return a two-letter country code; other ways of writing a country are left as they are."""
    return (column.length() == 2).ifelse(column.upper(), column)


def _flag(column: ibis.Value) -> ibis.Value:
    text = column.lower()
    return ibis.cases((text.isin(_YES), True), (text.isin(_NO), False), else_=ibis.null(FLAG))
