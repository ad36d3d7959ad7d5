"""The same sound shop in other dress: encodings, separators, line ends, ways of writing numbers and dates."""

from __future__ import annotations

import gzip
import random

from tests.tools.warehouse.corpus.case import HEADER, ORDERS, SOUND, Case, line, text, written

MONTHS = ("Jan", "Feb", "Mar")
NAMES = (
    ("product_id", "name", "category"),
    ("p1", "Grüner Tee", "Tee"),
    ("p2", "Thé à l’orange", "Tee"),
    ("p3", "Café", "K"),
    ("p4", "x", "y"),
)


def rewritten(moment: str = "{y}-{m}-{d}", price: str = "{n}.50", separator: str = ",", end: str = "\n") -> str:
    """Return the sound order lines with dates and prices written another way."""
    rows = []
    for order in ORDERS:
        n = int(order[1:])
        at = moment.format(y="2024", yy="24", m="02", d=f"{n:02}", mon=MONTHS[1], n=n, e=1706745600 + n * 86400)
        rows.append((*line(order)[:3], at, str(n % 3 + 1), price.format(n=n)))
    return text((HEADER, *rows), separator, end)


def _mixed() -> bytes:
    rows = text(NAMES).splitlines(keepends=True)
    return b"".join(row.encode("cp1252" if turn % 2 else "utf-8") for turn, row in enumerate(rows))


def _line_ends() -> str:
    rows = text().splitlines()
    ends = random.Random(1)
    return "".join(row + ends.choice(["\n", "\r\n", "\r"]) for row in rows)


TOLD = "date_order: dmy\ntime_zone: Europe/Berlin\n"

CASES = (
    Case("UTF-8 with a byte order mark", written(text().encode("utf-8-sig"))),
    Case("UTF-16 with a byte order mark", written(text().encode("utf-16"))),
    Case("UTF-16, big end first", written(b"\xfe\xff" + text().encode("utf-16-be"))),
    Case("UTF-16 without a mark", written(text().encode("utf-16-le"))),
    Case("UTF-32", written(text().encode("utf-32"))),
    Case("Windows-1252", written(text(NAMES).encode("cp1252"), "products.csv")),
    Case("two encodings in one file", written(_mixed(), "products.csv")),
    Case(
        "two encodings in one line",
        written(text(NAMES).encode() + "p5,Thé,".encode("cp1252") + "Thé\n".encode(), "products.csv"),
    ),
    Case("packed with gzip", written(gzip.compress(text().encode()))),
    Case("semicolons", written(text(separator=";"))),
    Case("tabs", written(text(separator="\t"))),
    Case("bars", written(text(separator="|"))),
    Case("Excel's line that tells the separator", written("sep=;\r\n" + text(separator=";", end="\r\n"))),
    Case("Windows line ends", written(text(end="\r\n"))),
    Case("old Macintosh line ends", written(text(end="\r"))),
    Case("three kinds of line ends", written(_line_ends())),
    Case("column names in capitals", written(text((tuple(name.upper() for name in HEADER), *SOUND[1:])))),
    Case("a column twice that nobody needs", written(text(tuple((*row, "note", "note") for row in SOUND)))),
    Case("decimal commas", written(rewritten(price="{n},50", separator=";"))),
    Case(
        "decimal commas and thousands",
        written(
            rewritten(price="1.00{n},50 €", separator=";")
            .replace("1.0010,", "1.010,")
            .replace("1.0011,", "1.011,")
            .replace("1.0012,", "1.012,")
        ),
    ),
    Case("currency signs", written(rewritten(price="$ {n}.50"))),
    Case(
        "thousands told by the mapping",
        written(rewritten(price="12.500", separator=";")),
        mapping="decimal: ','\n",
    ),
    Case(
        "dates, day first",
        written(rewritten("{d}.{m}.{y} 09:30") + "o13,c1,p1,31.01.2024 09:30,1,1.50\n"),
        also=frozenset({"o13"}),
    ),
    Case(
        "dates, month first, afternoon",
        written(rewritten("{m}/{d}/{y} 3:30 PM") + "o13,c1,p1,01/31/2024 3:30 PM,1,1.50\n"),
        also=frozenset({"o13"}),
    ),
    Case("dates with names of months", written(rewritten('"{mon} {n}, {y}"').replace('"""', '"'))),
    Case("dates told by the mapping", written(rewritten("{d}/{m}/{y}")), mapping=TOLD),
    Case("seconds since 1970", written(rewritten("{e}"))),
    Case("milliseconds since 1970", written(rewritten("{e}000"))),
    Case("offsets", written(rewritten("{y}-{m}-{d}T10:00:00+05:30"))),
)
