"""Find what leads to a person in a text: e-mail addresses, telephone, card and account numbers, street addresses.

Recognition is by shape and check digit, so it is a heuristic: a name in a sentence is not found, and neither is a
number without anything that says it is a telephone's. What has a shape of its own in a shop (EAN, ISBN, a date, an
image's name) is left alone.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Final

EMAIL: Final = re.compile(
    r"(?<![\w.+-])[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)*\.(?!(?:png|jpe?g|gif|webp|svg|avif)\b)[^\W\d_]{2,24}\b",
    re.IGNORECASE,
)
# Letters and digits of an International Bank Account Number (ISO 13616): country, check digits, up to 30 more.
IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
CARD: Final = re.compile(
    r"(?<![\d.,-])\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{3})?(?![\d-])|(?<![\d.,-])3\d{3}[ -]?\d{6}[ -]?\d{4,5}(?![\d-])"
)
# Issuers' ranges (ISO/IEC 7812; the public tables of Visa, Mastercard, Amex, Discover, JCB, Diners, UnionPay).
ISSUER: Final = re.compile(
    r"4|5[1-5]|2(?:2[2-9]|[3-6]|7[01]|720)|3[47]|6(?:011|4[4-9]|5|2)|35(?:2[89]|[3-8])|3(?:0[0-5]|[689])"
)
PHONE: Final = re.compile(r"(?<![\w.,/#@-])(?:\+|\(\+?)?\d(?:[ ().\-/\u00a0]{0,2}\d){6,16}(?![\w@]|[.,:]\d|-\d)")
# A number that stands after one of these is a telephone's, however it is written.
CALLING: Final = re.compile(
    r"(?:phone|tele?ph?on\w*|tel|mobile|mobil|cell|handy|call|text|sms|whats ?app|fax|ring|appel\w*"
    r"|movil|celular|cellulare)\W{0,3}"
    r"(?:(?:me|us|is|number|nr|no|at|on|unter|au|al|ist)\W{0,2}){0,3}$",
    re.IGNORECASE,
)
DATE_LIKE: Final = re.compile(r"^(?:19|20)\d\d[-./ ]\d\d?[-./ ]\d\d?(?!\d{4})|^\d\d?[-./]\d\d?[-./](?:19|20)\d\d(?!\d)")
PHONE_DIGITS: Final = range(8, 16)  # ITU-T E.164: at most 15
STREET: Final = re.compile(
    r"\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|square|sq|terrace|highway|hwy|close|crescent)\b"
    r"|(?:stra(?:ss|ß)e|str\.|weg|platz|allee|gasse|gatan|vägen|straat|laan|katu|gade|vej)\b"
    r"|\b(?:rue|avenue|allée|chemin|place|calle|avenida|plaza|via|viale|piazza|corso|rua|ulica|ul\.|p\.? ?o\.? box)\b",
    re.IGNORECASE,
)
_HOUSE: Final = re.compile(r"\b\d{1,5}[a-z]?\b", re.IGNORECASE)
_MOST_ADDRESS: Final = 200
_BEFORE: Final = 40  # how far before a number the word is looked for that says whose it is


def is_card(text: str) -> bool:
    """Tell whether a text is a payment card's number: an issuer's range, 14 to 19 digits, and a sound check digit.

    >>> is_card("4111 1111 1111 1111"), is_card("4006381333931"), is_card("4111 1111 1111 1112")
    (True, False, False)
    """
    digits = re.sub(r"[ -]", "", text)
    return bool(CARD.fullmatch(text)) and bool(ISSUER.match(digits)) and luhn(digits)


def luhn(digits: str) -> bool:
    """Tell whether the last digit checks the others (ISO/IEC 7812-1, annex B).

    >>> luhn("79927398713"), luhn("79927398710")
    (True, False)
    """
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Tell whether a text is a bank account's number, by the remainder of 97 (ISO 13616).

    >>> is_iban("DE89 3704 0044 0532 0130 00"), is_iban("DE88 3704 0044 0532 0130 00")
    (True, False)
    """
    plain = text.replace(" ", "")
    if not (15 <= len(plain) <= 34 and IBAN.fullmatch(text)):
        return False
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def is_phone(text: str, called: bool = False, *, bare: bool = False) -> bool:
    """Tell whether a text is a telephone number.

    A run of digits without a sign is one only after a word that says so (`called`), or, with `bare`, with a leading 0.

    >>> is_phone("+49 170 1234567"), is_phone("(555) 123-4567"), is_phone("0171/1234567"), is_phone("555-123-4567")
    (True, True, True, True)
    >>> is_phone("4006381333931"), is_phone("2024-01-05 10"), is_phone("978-3-16-148410-0"), is_phone("20240105123456")
    (False, False, False, False)
    """
    digits = re.sub(r"\D", "", text)
    if len(digits) not in PHONE_DIGITS or DATE_LIKE.match(text) or len(set(digits)) == 1:
        return False
    if text.lstrip("'( ").startswith("+") or called:
        return True
    if digits.startswith(("978", "979")) or is_isbn10(digits):
        return False
    if text.strip().isdigit():
        return bare and bool(re.fullmatch(r"0[1-9]\d{8,9}|00[1-9]\d{8,12}", digits)) and not is_gtin(digits)
    return _grouped_like_a_phone(text.strip(), digits)


def _grouped_like_a_phone(text: str, digits: str) -> bool:
    american = re.fullmatch(r"(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}", text)
    national = re.fullmatch(r"\(?0\d{1,5}\)?[ .\-/][\d .\-/()]+", text) and 9 <= len(digits) <= 14
    return bool(american or national)


def is_isbn10(digits: str) -> bool:
    """Tell whether ten digits are a book's number, by the remainder of 11 (ISO 2108, before 2007).

    >>> is_isbn10("0306406152"), is_isbn10("0171123456")
    (True, False)
    """
    return len(digits) == 10 and sum((10 - place) * int(digit) for place, digit in enumerate(digits)) % 11 == 0


def is_gtin(digits: str) -> bool:
    """Tell whether digits are an article's number (UPC, EAN, GTIN), by length and check digit (GS1).

    >>> is_gtin("036000291452"), is_gtin("4006381333931"), is_gtin("01711234567")
    (True, True, False)
    """
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return len(digits) in (8, 12, 13, 14) and weighed % 10 == 0


def is_ip(text: str) -> bool:
    """Tell whether a text is the address of a computer, version 4 or 6.

    >>> is_ip("192.168.0.17"), is_ip("2001:db8::1"), is_ip("1.2.3"), is_ip("10:30")
    (True, True, False, False)
    """
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


def is_postal_address(text: str) -> bool:
    """Tell whether a text reads as a whole address: a word for a street, a house number, and not a sentence.

    >>> is_postal_address("Hauptstraße 5, 10115 Berlin"), is_postal_address("12 Baker St"), is_postal_address("B2 size")
    (True, True, False)
    """
    return len(text) <= _MOST_ADDRESS and bool(STREET.search(text)) and bool(_HOUSE.search(text))


def kind_of_value(value: str, *, bare: bool = False) -> str | None:
    """Return what kind of personal thing a whole value is, or None.

    >>> kind_of_value("ada@example.com"), kind_of_value("size 42"), kind_of_value("logo@2x.png")
    ('email', None, None)
    """
    text = value.strip().removeprefix("'").removeprefix("mailto:")
    tests: tuple[tuple[str, bool], ...] = (
        ("email", bool(EMAIL.fullmatch(text) or re.fullmatch(r"[^<>]*<[^<>@\s]+@[^<>@\s]+>", text))),
        ("card", is_card(text)),
        ("iban", is_iban(text.upper())),
        ("ip", is_ip(text)),
        ("phone", bool(PHONE.fullmatch(text)) and is_phone(text, bare=bare)),
        ("address", is_postal_address(text)),
    )
    return next((kind for kind, holds in tests if holds), None)


def masked(text: str, *, by_customers: bool) -> tuple[str, tuple[str, ...]]:
    """Return a text with what leads to a person taken out, and the kinds of things that were.

    Args:
        text: Free text.
        by_customers: Whether customers (or staff, about them) wrote it. In a shop's own text about its products only an
            international telephone number is one: part numbers and sizes look too much like the others.

    >>> masked("Mail ada@example.com or call 01711234567!", by_customers=True)
    ('Mail [e-mail] or call [phone]!', ('email', 'phone'))
    >>> masked("EAN 4006381333931, ISBN 978-3-16-148410-0, since 2019-05-05 10:00", by_customers=True)
    ('EAN 4006381333931, ISBN 978-3-16-148410-0, since 2019-05-05 10:00', ())
    """
    kinds: list[str] = []

    def phone(found: re.Match[str]) -> bool:
        if found[0].lstrip("(").startswith("+"):
            return is_phone(found[0])
        return by_customers and is_phone(
            found[0], bool(CALLING.search(found.string[max(0, found.start() - _BEFORE) : found.start()])), bare=True
        )

    rules: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool], str], ...] = (
        ("email", EMAIL, lambda _: True, "[e-mail]"),
        ("iban", IBAN, lambda found: is_iban(found[0]), "[account]"),
        ("card", CARD, lambda found: is_card(found[0]), "[card]"),
        ("phone", PHONE, phone, "[phone]"),
    )
    for kind, pattern, holds, mask in rules:
        fresh = pattern.sub(lambda found, holds=holds, mask=mask: mask if holds(found) else found[0], text)  # type: ignore[misc]
        if fresh != text:
            kinds.append(kind)
        text = fresh
    return text, tuple(kinds)
