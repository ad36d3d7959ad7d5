"""Damage to single rows: the import keeps every other row and says which ones it set aside, and why."""

from __future__ import annotations

from pathlib import Path

from tests.tools.warehouse.corpus.case import SOUND, Case, edited, line, replaced, sound_lines, text, written

LONG = "x" * 10**6
HEADER_LINE = sound_lines()[0]
PRODUCT_HEADER = "product_id,name,category,description\n"


def _raw(at: int, old: bytes, new: bytes) -> bytes:
    lines = text().encode().split(b"\n")
    assert old in lines[at - 1]
    lines[at - 1] = lines[at - 1].replace(old, new)
    return b"\n".join(lines)


def _products(*rows: str) -> bytes:
    return (PRODUCT_HEADER + "".join(f"{row}\n" for row in rows)).encode()


def _linked(folder: Path) -> None:
    (folder / "order_lines.csv").rename(folder / "export.txt.bak")
    (folder / "order_lines.csv").symlink_to("export.txt.bak")


FOUR_TEAS = tuple(f"p{n},Tea,Tea,fine" for n in range(1, 5))

CASES = (
    Case("sound", edited(lambda lines: lines)),
    Case(
        "too few cells", replaced(4, "o03,c4,p4"), lost=frozenset({"o03"}), aside={4: "3 cells where the header has 6"}
    ),
    Case(
        "one cell too many", replaced(4, "o03,c4,p4,2024-02-03,1,3,50"), lost=frozenset({"o03"}), aside={4: "7 cells"}
    ),
    Case("truncated last line", written(text()[:-20]), lost=frozenset({"o12"}), aside={13: "cells where the header"}),
    Case("no newline at the end", written(text().rstrip("\n"))),
    Case(
        "quote opened and not closed",
        replaced(5, 'o04,"c1,p1,2024-02-04T10:00:00Z,2,4.50'),
        lost=frozenset({"o04"}),
        aside={5: "a quote is opened and not closed"},
    ),
    Case(
        "quote not closed in the last line",
        replaced(13, 'o12,c1,p1,2024-02-12T10:00:00Z,1,"12.5'),
        lost=frozenset({"o12"}),
        aside={13: "a quote is opened and not closed"},
    ),
    Case(
        "two quotes that would swallow the rows between them",
        edited(
            lambda lines: [
                *lines[:3],
                'o03,"c4,p4,2024-02-03,1,3.50',
                *lines[4:7],
                'o07,c4",p4,2024-02-07,2,7.50',
                *lines[8:],
            ]
        ),
        lost=frozenset({"o03", "o07"}),
        aside={4: "a quote is opened and not closed", 8: "customer_id"},
    ),
    Case(
        "text behind a closing quote",
        replaced(5, 'o04,"c1"x,"p1,2024-02-04T10:00:00Z,2,4.50'),
        lost=frozenset({"o04"}),
        aside={5: "text follows a closing quote"},
    ),
    Case("quotes not doubled", written(_products('p1,"a 12" pot",Tea,x', *FOUR_TEAS[1:]), "products.csv")),
    Case("quotes with backslashes", written(_products('p1,"a 12\\" pot, red",Tea,x', *FOUR_TEAS[1:]), "products.csv")),
    Case(
        "newlines in a quoted cell",
        written(_products('p1,Tea,Tea,"two\nlines, and\n\nmore"', *FOUR_TEAS[1:]), "products.csv"),
    ),
    Case("a space before a quote", written(_products('p1, "Tea, green",Tea,x', *FOUR_TEAS[1:]), "products.csv")),
    Case("NUL in a row", written(_raw(6, b"c2", b"c\0")), lost=frozenset({"o05"}), aside={6: "NUL"}),
    Case("NUL bytes at the end, as after a crash", written(text().encode() + b"\0" * 4096), aside={14: "NUL"}),
    Case(
        "a byte of no encoding",
        written(_raw(6, b"c2", b"c\x81")),
        lost=frozenset({"o05"}),
        aside={6: "neither UTF-8 nor Windows-1252"},
    ),
    Case(
        "a cell of 1,000,000 characters",
        replaced(7, f"o06,{LONG},p3,2024-02-06,1,6.50"),
        lost=frozenset({"o06"}),
        aside={7: "a cell is longer than"},
    ),
    Case(
        "a quoted cell of 1,000,000 characters",
        replaced(7, f'o06,"{LONG}",p3,2024-02-06,1,6.50'),
        lost=frozenset({"o06"}),
        aside={7: "a cell is longer than"},
    ),
    Case(
        "a quoted cell of 200,000 lines",
        replaced(7, 'o06,"' + "abc\n" * 200_000 + '",p3,2024-02-06,1,6.50'),
        lost=frozenset({"o06"}),
        aside={7: "a quote is opened and not closed"},
    ),
    Case(
        "a line of 5,000,000 characters",
        replaced(7, LONG * 5),
        lost=frozenset({"o06"}),
        aside={7: "the line is longer than"},
    ),
    Case(
        "the header again in the middle",
        edited(lambda lines: [*lines[:7], HEADER_LINE, *lines[7:]]),
        aside={8: "header"},
    ),
    Case(
        "two exports in one file, the second with its byte order mark",
        written(b"\xef\xbb\xbf" + text().encode() + b"\xef\xbb\xbf" + text((SOUND[0], line("o13"))).encode()),
        aside={14: "the header line occurs again"},
        also=frozenset({"o13"}),
    ),
    Case("blank lines", edited(lambda lines: [*lines[:3], "", "   ", *lines[3:], "", ""])),
    Case("rows of nothing but commas", edited(lambda lines: [*lines[:3], ",,,,,", *lines[3:], ",,,,,"])),
    Case("commas at the end of each line", edited(lambda lines: [f"{each},,," for each in lines])),
    Case("spaces around cells", edited(lambda lines: [each.replace(",", " , ") for each in lines])),
    Case(
        "an impossible date",
        replaced(4, "o03,c4,p4,2024-02-31,1,3.50"),
        lost=frozenset({"o03"}),
        aside={4: "ordered_at"},
    ),
    Case(
        "words for a number",
        replaced(4, "o03,c4,p4,2024-02-03,two,3.50"),
        lost=frozenset({"o03"}),
        aside={4: "quantity"},
    ),
    Case("infinity", replaced(4, "o03,c4,p4,2024-02-03,1,inf"), lost=frozenset({"o03"}), aside={4: "unit_price"}),
    Case("not a number", replaced(4, "o03,c4,p4,2024-02-03,NaN,3.50"), lost=frozenset({"o03"}), aside={4: "quantity"}),
    Case(
        "a number beyond all numbers",
        replaced(4, "o03,c4,p4,2024-02-03,1e999,3"),
        lost=frozenset({"o03"}),
        aside={4: "quantity"},
    ),
    Case(
        "a percent sign in a price",
        replaced(4, "o03,c4,p4,2024-02-03,1,15%"),
        lost=frozenset({"o03"}),
        aside={4: "unit_price"},
    ),
    Case("no id", replaced(4, ",c4,p4,2024-02-03,1,3.50"), lost=frozenset({"o03"}), aside={4: "order_id"}),
    Case(
        "an unknown product",
        replaced(4, "o03,c4,p99,2024-02-03,1,3.50"),
        lost=frozenset({"o03"}),
        aside={4: "product_id"},
    ),
    Case(
        "formulas in cells",
        written(
            _products(
                'p1,"=HYPERLINK(""http://x"",""y"")",Tea,x', "p2,+cmd|' /C calc'!A0,@SUM(1),-2+3", *FOUR_TEAS[2:]
            ),
            "products.csv",
        ),
    ),
    Case(
        "SQL in cells",
        replaced(4, "o03'); DROP TABLE x;--,c4,p4,2024-02-03,1,3.50"),
        lost=frozenset({"o03"}),
        also=frozenset({"o03'); DROP TABLE x;--"}),
    ),
    Case(
        "SQL in a column's name",
        edited(lambda lines: [lines[0] + ',"a""; DROP --\'"', *(f"{each},1" for each in lines[1:])]),
    ),
    Case(
        "columns with our own names",
        edited(lambda lines: [lines[0] + ",_reason,_row,_file,_repair", *(f"{each},a,b,c,d" for each in lines[1:])]),
    ),
    Case("a link within the folder", _linked),
)
