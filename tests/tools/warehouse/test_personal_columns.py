"""Columns of a customer table are told by their names, in the languages of the shops that export them."""

from __future__ import annotations

import pytest

from tools.warehouse.personal_columns import kind_of_name

PERSONAL = {
    "name": "Name|first_name|LAST NAME|billing_first_name|Vorname|Nachname|Prénom|Nom de famille|Apellidos|Cognome|"
    "Achternaam|Фамилия|氏名|姓名|이름|Display Name|shippingFullName|Imię i nazwisko",
    "email": "Email|E-Mail-Adresse|billing_email|Correo electrónico|Courriel|メールアドレス|邮箱|email_sha256|"
    "contactEmail2",
    "phone": "Phone|Tel.-Nr.|Mobile Phone|Handy-Nr|Téléphone|Telefone celular|Default Address Phone|電話番号|"
    "전화번호|WhatsApp",
    "address": "Address1|Billing Street|Default Address Zip|PLZ|Ort|Straße und Hausnummer|Código Postal|Città|"
    "Postleitzahl|ZIP/Postal Code|Rue|latitude|Shipping City|住所|郵便番号|Wohnort",
    "birth": "Date of Birth|birthday|DOB|Geburtsdatum|Date de naissance|生年月日",
    "account": "IBAN|SSN|vat_number|Steuernummer|cpf|passport number|credit_card_number",
    "online": "ip_address|customer_ip|user agent|Instagram|password_hash|device_id",
    "company": "Company|Default Address Company|Firma|Raison sociale",
    "note": "Note|Customer Notes|Bemerkungen|comentarios",
}
HARMLESS = (
    "country|language|birth_year|region|Province Code|state|gender|age|income|home_ownership|marital_status|"
    "household_size|kids_count|accepts_email_marketing|email_opt_in|segment|segment_name|customer_type|tags|"
    "total spent|orders_count|loyalty_tier|last_order_name|store_name|city_tier|favourite author|favourite colour|via|"
    "ad|unit|card|"
    "company_size|phone_verified|newsletter|signed_up_at|customer_id|created_at|level|is_member|line_of_business"
)


@pytest.mark.parametrize(("kind", "column"), [(kind, c) for kind, names in PERSONAL.items() for c in names.split("|")])
def test_a_personal_column_is_told_by_its_name(kind: str, column: str) -> None:
    assert kind_of_name(column) == kind


@pytest.mark.parametrize("column", HARMLESS.split("|"))
def test_a_harmless_column_is_not_taken_for_a_personal_one(column: str) -> None:
    assert kind_of_name(column) is None
