"""Addresses and numbers are found by shape and check digit; what a shop's own data look like is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.warehouse.contacts import is_card, kind_of_value, luhn, masked

VALUES = {
    "email": ["ada@example.com", "Ada.L+shop@mail.example.co.uk", "Ada <ada@example.com>", "jürgen@müller.example"],
    "phone": [
        "+49 170 1234567",
        "'+1 555-123-4567",
        "(555) 123-4567",
        "0171/123 4567",
        "0044 20 7946 0958",
        "01711234567",
    ],
    "card": ["4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005"],
    "iban": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"],
    "ip": ["203.0.113.7", "2001:db8::ff00:42:8329"],
    "address": [
        "Hauptstraße 5, 10115 Berlin",
        "221b Baker Street, London",
        "12 rue de Rivoli, 75001 Paris",
        "Calle Mayor 3",
    ],
}
NOT_PERSONAL = (
    "4006381333931",  # EAN-13 that passes a card's check digit or not: 13 digits are no card
    "0036000291452",  # UPC
    "978-3-16-148410-0",  # ISBN
    "0306406152",  # ISBN-10, with a leading zero
    "SKU-4111-1111",
    "100012345678",  # a numeric customer id
    "2024-01-05 10:00:00",
    "05.03.1981",
    "logo@2x.png",
    "50-74K",
    "1 adult, no kids",
    "10:30",
    "1.2.3",
    "gold",
    "000000000000",
    "Frozen pizza 12 in",
)


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in VALUES.items() for value in values])
def test_a_personal_value_is_told(kind: str, value: str) -> None:
    assert kind_of_value(value, bare=True) == kind


@pytest.mark.parametrize("value", NOT_PERSONAL)
def test_a_shop_s_own_value_is_not(value: str) -> None:
    assert kind_of_value(value, bare=True) is None


@pytest.mark.parametrize("value", NOT_PERSONAL)
def test_a_shop_s_own_value_stays_in_text(value: str) -> None:
    text = f"about {value} and more"
    assert masked(text, by_customers=True) == (text, ())


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("write to ada@example.com, please", "write to [e-mail], please"),
        ("call me on 5551234567 tonight", "call me on [phone] tonight"),
        ("Tel: 030 1234567.", "Tel: [phone]."),
        ("my card 4111111111111111 was charged", "my card [card] was charged"),
        ("IBAN DE89370400440532013000!", "IBAN [account]!"),
        ("order 5551234567 never came", "order 5551234567 never came"),
        ("+49 (0)30 1234-567 or ada@example.com", "[phone] or [e-mail]"),
        ("a pack of 100-200-300 pieces, 12.50 each", "a pack of 100-200-300 pieces, 12.50 each"),
    ],
)
def test_free_text_is_masked(text: str, rest: str) -> None:
    assert masked(text, by_customers=True)[0] == rest


def test_part_numbers_in_a_shop_s_own_text_are_no_telephone_numbers() -> None:
    text = "Fits 555-123-4567 and 0171 1234567; hotline +49 30 1234567"
    assert masked(text, by_customers=False)[0] == "Fits 555-123-4567 and 0171 1234567; hotline [phone]"


@given(st.text(max_size=200))
def test_masking_ends_and_again_changes_nothing(text: str) -> None:
    once = masked(text, by_customers=True)[0]
    assert masked(once, by_customers=True)[0] == once


@given(st.integers(10**14, 10**15 - 1))
def test_a_card_of_an_issuer_is_told_by_its_check_digit(number: int) -> None:
    digits = "4" + str(number)
    assert is_card(digits) == luhn(digits)


def test_a_long_text_takes_no_time() -> None:
    text = "a" * 300_000 + " 1" * 100_000 + "@" * 1_000
    assert masked(text, by_customers=True) == (text, ())
