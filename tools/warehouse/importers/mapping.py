"""The mapping file: what a shop's files call things, how they write numbers and dates, and facts about the shop."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping as Dictionary
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from tools.errors import InputError
from tools.frozen import Frozen
from tools.warehouse.columns import SPECS

DateOrder = Literal["ymd", "dmy", "mdy"]
DecimalSign = Literal[".", ","]
Personal = Literal["separate", "drop"]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Rate = Annotated[float, Field(gt=0, allow_inf_nan=False)]

# A mapping of every column of every table, commented, is below 10 kB.
MOST_MAPPING_BYTES: Final = 256 * 1024


class Mapping(Frozen):
    """A mapping file: what the shop's files call things, and facts about the shop."""

    shop_name: str = Field(
        "Our shop", description="Name of the shop as customers know it.", max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"
    )
    currency: str = Field("USD", description="ISO 4217 code of all money.", pattern=r"^[A-Z]{3}$")
    country: str = Field("US", description="ISO 3166 code.", pattern=r"^[A-Z]{2}$")
    language: str = Field("en", description="ISO 639 code.", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    time_zone: str = Field("UTC", description="IANA zone of times that state none, such as Europe/Berlin.")
    date_order: DateOrder | None = Field(None, description="How 03/04/2024 is meant; without it, the dates must tell.")
    decimal: DecimalSign | None = Field(None, description="Decimal sign of numbers; without it, the numbers must tell.")
    exchange_rates: dict[CurrencyCode, Rate] = Field(
        default_factory=dict, description="What one unit of another currency is worth in the shop's, such as EUR: 1.08."
    )
    personal: Personal = Field("separate", description="What becomes of personal columns: kept apart, or dropped.")
    personal_columns: tuple[str, ...] = Field((), description="Columns to treat as personal, as table.column.")
    public_columns: tuple[str, ...] = Field((), description="Columns not to treat as personal, as table.column.")
    columns: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="For each table: canonical column name to the name in the file."
    )

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in zoneinfo.available_timezones():
            raise ValueError(f"time_zone {zone!r} is not known; expected an IANA name such as Europe/Berlin or UTC")
        return zone

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for table, names in columns.items():
            if table not in SPECS:
                raise ValueError(f"columns has no table {table!r}; expected one of {', '.join(SPECS)}")
            strange = [name for name in names if not _may_hold(table, name)]
            if strange:
                known = ", ".join(SPECS[table].types)
                raise ValueError(f"table {table} has no column {strange[0][:80]!r}; expected one of {known}")
        return columns


def _may_hold(table: str, column: str) -> bool:
    return column in SPECS[table].types or (SPECS[table].open_ended and column.isidentifier())


class _PlainLoader(yaml.BaseLoader):  # type: ignore[misc]  # yaml ships no types
    """Plain YAML: every value a text (`NO` is Norway, `on` a column), no references to blow up, no key said twice."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="a mapping file must not use references (*name)", problem_mark=mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.MarkedYAMLError(problem=f"{twice!r} is said twice", problem_mark=node.start_mark)
        result: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return result


def read_mapping(file: Path | None) -> Mapping:
    """Read a mapping file (YAML), or return the mapping that changes nothing.

    Raises:
        InputError: The file is not there, is not a plain small YAML file, or says something a mapping cannot say.
    """
    if file is None:
        return Mapping()
    try:
        return Mapping.model_validate(_content(file))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"][:3]) or "it"
        raise _unreadable(file, f"{place}: {first['msg'].removeprefix('Value error, ')}") from error


def _content(file: Path) -> Dictionary[str, Any]:
    try:
        if not file.is_file():
            raise _unreadable(file, "no such file" if not file.exists() else "not a file")
        with file.open("rb") as stream:
            text = stream.read(MOST_MAPPING_BYTES + 1)
        if len(text) > MOST_MAPPING_BYTES:
            raise _unreadable(file, f"larger than {MOST_MAPPING_BYTES // 1024} kB")
        content = yaml.load(text.decode("utf-8-sig"), _PlainLoader)  # noqa: S506 - a BaseLoader, made stricter
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise _unreadable(file, _first_words(error)) from error
    if content is not None and not isinstance(content, dict):
        raise _unreadable(file, "not a list of `name: value` lines")
    return {name: value for name, value in (content or {}).items() if value != ""}


def _first_words(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    if isinstance(error, RecursionError):
        return "nested too deep"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error).splitlines()[0][:200]


def _unreadable(file: Path, why: str) -> InputError:
    return InputError(
        f"mapping {str(file)!r} cannot be read ({why[:400]}); expected YAML with {', '.join(Mapping.model_fields)}; "
        "try without --mapping to see which columns are missed"
    )
