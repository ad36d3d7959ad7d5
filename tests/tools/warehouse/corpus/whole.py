"""Sources that cannot be imported as they are: refused as a whole, with the file, the reason and the remedy."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import sqlite3
import zipfile
from pathlib import Path

import pandas as pd

from tests.tools.warehouse.corpus.case import HEADER, ORDERS, SOUND, Case, edited, line, text, written
from tests.tools.warehouse.corpus.dress import rewritten

BOMB_SIZE = 150_000_000


def _zip(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text())
    return stream.getvalue()


def _bomb() -> bytes:
    """Return 150 MB of one letter in 150 kB."""
    stream = io.BytesIO()
    with gzip.GzipFile(fileobj=stream, mode="wb") as packed:
        packed.write((",".join(HEADER) + "\n").encode())
        for _ in range(BOMB_SIZE // 10**6):
            packed.write(b"x" * 10**6)
    return stream.getvalue()


def _bombed(name: str) -> Case:
    def damage(folder: Path) -> None:
        (folder / "order_lines.csv").unlink()
        (folder / name).write_bytes(_bomb())

    return Case(f"a gzip bomb named {name}", damage, "unpacks to more than")


def _parquet(folder: Path) -> None:
    pd.DataFrame(SOUND[1:], columns=list(HEADER)).to_parquet(folder / "order_lines.csv")


def _sqlite(folder: Path) -> None:
    (folder / "order_lines.csv").unlink()
    database = sqlite3.connect(folder / "order_lines.csv")
    database.execute("CREATE TABLE order_lines (order_id TEXT)")
    database.commit()
    database.close()


def _folder(folder: Path) -> None:
    (folder / "order_lines.csv").unlink()
    (folder / "order_lines.csv").mkdir()


def _pipe(folder: Path) -> None:
    (folder / "order_lines.csv").unlink()
    os.mkfifo(folder / "order_lines.csv")


def _socket(folder: Path) -> None:
    (folder / "order_lines.csv").unlink()
    here = Path.cwd()
    os.chdir(folder)  # a socket's path must be short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("order_lines.csv")
    finally:
        os.chdir(here)


def _linked(folder: Path, target: str) -> None:
    (folder / "order_lines.csv").unlink()
    (folder / "order_lines.csv").symlink_to(target)


def _linked_out(folder: Path) -> None:
    outside = folder.parent / "outside.csv"
    outside.write_text(text(), encoding="utf-8")
    _linked(folder, str(outside))


def _unreadable(folder: Path) -> None:
    (folder / "order_lines.csv").chmod(0)


def _twice(folder: Path) -> None:
    (folder / "order_lines.tsv").write_text(text(separator="\t"), encoding="utf-8")


def _gone(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


NAMES_IN_JAPANESE = "product_id,name,category\n" + "".join(f"p{n},日本の緑茶はおいしい,飲み物\n" for n in range(1, 5))
AS_ROOT = os.geteuid() == 0
NOT_TEXT = "whatever its name"

CASES = (
    Case("an empty file", written(b""), "is empty"),
    Case("nothing but blank lines", written("\n\r\n  \n"), "is empty"),
    Case("nothing but a header", written(text(SOUND[:1])), "order_lines"),
    Case("an Excel workbook", written(_zip("xl/workbook.xml")), NOT_TEXT),
    Case("an old Excel workbook", written(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512), NOT_TEXT),
    Case("a zip archive", written(_zip("order_lines.csv")), NOT_TEXT),
    Case("a page in HTML", written("\n<!DOCTYPE html>\n<html><body>Sign in</body></html>"), NOT_TEXT),
    Case("a table in HTML", written("<table><tr><td>order_id</td></tr></table>"), NOT_TEXT),
    Case("JSON", written(json.dumps([dict(zip(HEADER, line(order), strict=True)) for order in ORDERS])), NOT_TEXT),
    Case("lines of JSON", written("".join(json.dumps({"order_id": order}) + "\n" for order in ORDERS)), NOT_TEXT),
    Case("XML", written('<?xml version="1.0"?><orders/>'), NOT_TEXT),
    Case("a PDF", written(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), NOT_TEXT),
    Case("a picture", written(b"\x89PNG\r\n\x1a\n" + b"\0" * 64), NOT_TEXT),
    Case("Parquet named CSV", _parquet, NOT_TEXT),
    Case("a SQLite database", _sqlite, NOT_TEXT),
    Case("bytes of a program", written(bytes(range(256)).replace(b"\n", b"") + b"\0" * 600), "NUL"),
    Case("packed with zstd", written(b"\x28\xb5\x2f\xfd\x04\x00"), NOT_TEXT),
    _bombed("order_lines.csv.gz"),
    _bombed("order_lines.csv"),
    Case("gzip cut short", written(gzip.compress(os.urandom(9000) + text().encode())[:5000]), "damaged gzip"),
    Case("gzip with flipped bytes", written(gzip.compress(text().encode())[:-12] + b"\xff" * 12), "damaged gzip"),
    Case("a folder with the name of a file", _folder, "is a folder"),
    Case("a pipe that nobody writes to", _pipe, "a pipe, socket or device"),
    Case("a socket", _socket, "a pipe, socket or device"),
    Case("a link to a device that never ends", lambda folder: _linked(folder, "/dev/zero"), "link that leads out"),
    Case("a link out of the folder", _linked_out, "link that leads out"),
    Case(
        "a link by a path upwards", lambda folder: _linked(folder, "../../../../etc/hostname"), "link|cannot be opened"
    ),
    Case("a link to nothing", lambda folder: _linked(folder, "gone.csv"), "cannot be opened"),
    Case("a link to itself", lambda folder: _linked(folder, "order_lines.csv"), "cannot be opened"),
    Case("a file we may not read", _unreadable, None if AS_ROOT else "cannot be opened"),
    Case("two files for one table", _twice, "order_lines.tsv"),
    Case("no files", _gone, "lacks customers.csv", file="customers"),
    Case("a separator nobody uses", written(text().replace(",", "~")), "lacks the column"),
    Case("no header line", edited(lambda lines: lines[1:]), "lacks the column"),
    Case(
        "a needed column that is missing",
        edited(lambda lines: [each.rsplit(",", 1)[0] for each in lines]),
        "unit_price",
    ),
    Case("a needed column that is there twice", written(text(tuple((*row, row[4]) for row in SOUND))), "twice"),
    Case("a header of 3,000 names", written(",".join(f"a{n}" for n in range(3000)) + "\n"), "no header line"),
    Case("a header of 1,000,000 characters", written("a" * 10**6 + "," + text()), "no header line"),
    Case("a header with an open quote", written('"order_id,customer_id\no1,c1\n'), "no header line"),
    Case(
        "letters of an encoding that cannot be told",
        written(NAMES_IN_JAPANESE.encode("cp932"), "products.csv"),
        "encoding",
        file="products",
    ),
    Case("dates that can be read two ways", written(rewritten("{d}/{m}/{y}")), "row 2.*date_order: dmy"),
    Case("years that may come first or last", written(rewritten("{yy}-{m}-{d}")), "row 2.*date_order: ymd"),
    Case(
        "dates that contradict each other",
        written(rewritten("{m}/{d}/{y}") + "o13,c1,p1,13/02/2024,1,1\no14,c1,p1,02/13/2024,1,1\n"),
        "contradict",
    ),
    Case(
        "numbers that can be read two ways",
        written(
            rewritten(price="1.{n}00", separator=";")
            .replace("1.1000", "1.100")
            .replace("1.1100", "1.110")
            .replace("1.1200", "1.120")
        ),
        "row 2.*decimal",
    ),
)
