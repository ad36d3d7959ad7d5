"""What is about a person is split off a source before anything else looks at it."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary

import ibis
import pandas as pd
import pytest

from tools.errors import InputError
from tools.warehouse.engine import connect
from tools.warehouse.importers.mapping import Mapping
from tools.warehouse.importers.source import Source
from tools.warehouse.privacy import Split, pseudonym, split_personal
from tools.warehouse.writer import ShopFacts

KEY = b"k" * 32
FACTS = ShopFacts(shop_name="Shop", source="test")
CUSTOMERS = {
    "customer_id": ["c1", "c2", "c3"],
    "Full Name": ["Ada Lovelace", "Grace Hopper", ""],
    "E-Mail": ["ada@example.com", "grace@example.com", ""],
    "country": ["GB", "US", "US"],
    "Date of birth": ["1965-12-10", "09/12/1906", None],
    "sms": ["yes", "no", "no"],
    "income": ["50-74K", "35-49K", "35-49K"],
}


def split(tables: Dictionary[str, Dictionary[str, object]], **mapping: object) -> Split:
    source = Source(FACTS, {name: ibis.memtable(pd.DataFrame(columns)) for name, columns in tables.items()})
    return split_personal(source, Mapping.model_validate(mapping), KEY)


def frame(table: ibis.Table | None, order: str = "customer_id") -> pd.DataFrame:
    assert table is not None
    return connect().execute(table.order_by(order)).reset_index(drop=True)


def column(found: Split, table: str, name: str, order: str = "customer_id") -> list[object]:
    return [None if pd.isna(value) else value for value in frame(found.source.tables[table], order)[name]]


def test_personal_columns_go_and_the_rest_stays() -> None:
    found = split({"customers": CUSTOMERS})
    assert found.source.tables["customers"].columns == ("customer_id", "country", "sms", "income", "birth_year")
    assert list(frame(found.persons).columns) == ["customer_id", "Full Name", "E-Mail", "Date of birth"]
    assert [(told.column, told.kind, told.told_by) for told in found.columns] == [
        ("Full Name", "name", "name"),
        ("E-Mail", "email", "name"),
        ("Date of birth", "birth", "name"),
    ]


def test_a_customer_without_anything_personal_is_no_person() -> None:
    assert list(frame(split({"customers": CUSTOMERS}).persons)["customer_id"]) == ["c1", "c2"]


def test_of_a_birth_date_the_year_stays() -> None:
    assert column(split({"customers": CUSTOMERS}), "customers", "birth_year") == [1965, 1906, None]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["ada@example.com", "grace@example.com", "x"], "email"),
        (["+44 20 7946 0958", "+1 555 123 4567", "?"], "phone"),
        (["DE89370400440532013000", "GB82WEST12345698765432", None], "iban"),
        (["203.0.113.7", "203.0.113.8", "203.0.113.9"], "ip"),
        (["12 Baker Street", "Hauptstraße 5", "5 rue Mozart"], "address"),
        ([4111111111111111, 5500000000000004, 378282246310005], "card"),
    ],
)
def test_a_column_without_a_telling_name_is_told_by_its_values(values: list[object], kind: str) -> None:
    found = split({"customers": {"customer_id": ["c1", "c2", "c3"], "field_7": values}})
    assert [(told.column, told.kind, told.told_by) for told in found.columns] == [("field_7", kind, "values")]
    assert "field_7" not in found.source.tables["customers"].columns


@pytest.mark.parametrize(
    "values",
    [
        [4006381333931, 4012345678901, 36000291452],
        ["4006381333931", "0036000291452", "978-3-16-148410-0"],
        ["100012345678", "100012345679", "100012345680"],
        [5551234567, 5551234568, 5551234569],
        ["SKU-0171-12", "SKU-0171-13", "SKU-0171-14"],
    ],
    ids=["EANs as numbers", "EANs as text", "ids", "numbers as long as a telephone's", "SKUs"],
)
def test_numbers_of_a_shop_are_not_taken_for_a_person_s(values: list[object]) -> None:
    found = split({"customers": {"customer_id": ["c1", "c2", "c3"], "field_7": values}})
    assert found.columns == ()
    assert column(found, "customers", "field_7") == values


def test_products_and_campaigns_have_names_of_their_own() -> None:
    products = {"product_id": ["p1", "4111111111111111"], "name": ["Ada tea", "12 Baker Street mug"], "category": "x"}
    campaigns = {"campaign_id": ["k1"], "name": ["Spring"]}
    found = split({"products": products, "campaigns": campaigns})
    assert found.columns == ()
    assert column(found, "products", "name", "product_id") == ["12 Baker Street mug", "Ada tea"]
    assert column(found, "products", "product_id", "product_id") == ["4111111111111111", "p1"]


def test_contacts_in_free_text_are_masked_and_counted_as_repairs() -> None:
    reviews = {
        "product_id": ["p1", "p2", "p3"],
        "text": ["mail ada@example.com or call +49 170 1234567", "good", None],
        "_repair": [None, "was there", None],
    }
    found = split({"reviews": reviews})
    assert column(found, "reviews", "text", "product_id") == ["mail [e-mail] or call [phone]", "good", None]
    assert column(found, "reviews", "_repair", "product_id") == [
        "an e-mail address was masked; a telephone number was masked",
        "was there",
        None,
    ]


def test_a_few_contacts_in_an_attribute_are_masked() -> None:
    attribute = ["likes tea", "likes mugs", "likes pens", "ask ada@example.com"]
    found = split({"customers": {"customer_id": ["c1", "c2", "c3", "c4"], "taste": attribute}})
    assert column(found, "customers", "taste") == [*attribute[:3], "ask [e-mail]"]


def test_an_address_as_customer_id_becomes_the_same_pseudonym_in_every_table() -> None:
    orders = {"order_id": ["o1", "ada@example.com/2"], "customer_id": ["ADA@example.com", "c2"]}
    found = split({"customers": {"customer_id": ["ada@example.com", "c2"]}, "order_lines": orders})
    ada = pseudonym("ada@example.com", KEY)
    assert column(found, "customers", "customer_id") == ["c2", ada]
    assert column(found, "order_lines", "customer_id") == ["c2", ada]
    assert "@" not in str(column(found, "order_lines", "order_id"))
    assert frame(found.persons).to_dict("records") == [{"customer_id": ada, "given_id": "ada@example.com"}]


def test_of_a_damaged_row_only_the_id_is_left() -> None:
    damaged = {
        **CUSTOMERS,
        "country": ["GB", "Hopper", "US"],
        "_reason": [None, "too many cells", None],
        "_row": [2, 3, 4],
    }
    found = split({"customers": damaged})
    assert column(found, "customers", "country") == ["GB", None, "US"]
    assert column(found, "customers", "customer_id") == ["c1", "c2", "c3"]
    assert list(frame(found.persons)["customer_id"]) == ["c1"]


def test_nor_the_id_where_a_name_may_have_slipped_into_it() -> None:
    customers = {"name": ["Ada", "Grace"], "customer_id": ["c1", "Hopper"], "_reason": [None, "too many cells"]}
    assert column(split({"customers": customers}), "customers", "customer_id") == ["c1", None]


def test_the_mapping_corrects_what_is_recognised() -> None:
    found = split(
        {"customers": CUSTOMERS},
        public_columns=["customers.Date of birth"],
        personal_columns=["customers.income"],
    )
    assert [told.column for told in found.columns] == ["Full Name", "E-Mail", "income"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("customers.nothing", "is not in the source; expected one of customer_id"),
        ("income", "is not a table's; expected table.column"),
        ("customers.customer_id", "cannot be kept apart, table customers needs it"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(told: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        split({"customers": CUSTOMERS}, personal_columns=[told])


def test_names_of_who_wrote_a_review_are_dropped() -> None:
    found = split(
        {"reviews": {"product_id": ["p1"], "text": ["fine"], "Reviewer name": ["Ada"], "customer_id": ["c1"]}}
    )
    assert "Reviewer name" not in found.source.tables["reviews"].columns
    assert [(told.column, told.kept) for told in found.columns] == [("Reviewer name", False)]
