"""Reading a shop's files: text in any usual dress, numbers and dates as people write them, damage row by row."""

from __future__ import annotations

from tools.warehouse.reading.formats import settle_format
from tools.warehouse.reading.moments import parse_day, parse_moment
from tools.warehouse.reading.numbers import parse_number
from tools.warehouse.reading.text import read_text
from tools.warehouse.reading.values import canonical_text

__all__ = ["canonical_text", "parse_day", "parse_moment", "parse_number", "read_text", "settle_format"]
