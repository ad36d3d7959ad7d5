"""Reading case files: YAML by anybody, typed at the edge, with errors that name file, case and field."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

import yaml
from pydantic import ConfigDict, Field, ValidationError

from tools.errors import InputError
from tools.frozen import Frozen

FORMAT = "docs/evals.md"
_TYPO = 0.75
"""Similarity (difflib) from which an unknown field is taken for a misspelt one, not for a label of the author's."""


class CaseFileError(InputError):
    """Say which file, case and field cannot be read, and what was expected; exit code 2."""


class Case(Frozen):
    """What every case has; fields of the author's own (notes, tags) are allowed and ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str = Field(min_length=1, description="Name of the case, unique in its file.")
    store: str | None = Field(None, description="Store to run on; by default the file's, else the demo store.")
    as_of: dt.date | None = Field(None, description="Day to run on, ISO 8601; by default the file's, else the store's.")


C = TypeVar("C", bound=Case)


@dataclass(frozen=True)
class CaseFile(Generic[C]):
    """Cases with the store and the day that they are meant for."""

    path: Path
    sha256: str
    cases: tuple[C, ...]
    store: str | None
    as_of: dt.date | None


class _Header(Frozen):
    model_config = ConfigDict(frozen=True, extra="ignore")
    cases: list[Any] = Field(min_length=1)
    store: str | None = None
    as_of: dt.date | None = None


class _Loader(yaml.CSafeLoader):  # type: ignore[misc] # PyYAML has no types
    """YAML whose `NO` is Norway, whose `on` is a word, and whose dates stay text.

    It is libyaml's loader, since PyYAML's own stumbles over the question mark in `{message: How many?}`.
    """


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":bool", ":timestamp"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"true|false", re.IGNORECASE), list("tTfF"))


def read_cases(path: Path, case_type: type[C]) -> CaseFile[C]:
    """Read a case file: a list of cases, or a mapping with `cases` and, if wanted, `store` and `as_of`.

    Raises:
        CaseFileError: The file cannot be read, or a case is not of its documented form.
    """
    return parse_cases(_text(path), path, case_type)


def parse_cases(text: str, path: Path, case_type: type[C]) -> CaseFile[C]:
    """Parse the text of a case file; `path` is for messages."""
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader with fewer implicit types
    except yaml.YAMLError as error:
        raise CaseFileError(f"case file {str(path)!r} is not YAML: {error}; expected {FORMAT}'s form") from error
    try:
        header = _Header.model_validate({"cases": data} if isinstance(data, list) else data)
    except ValidationError as error:
        raise CaseFileError(
            f"case file {str(path)!r}: {_faults(error)}; expected a list of cases, see {FORMAT}"
        ) from error
    cases = tuple(_case(raw, number, path, case_type) for number, raw in enumerate(header.cases, 1))
    repeated = [name for name, times in Counter(case.id for case in cases).items() if times > 1]
    if repeated:
        raise CaseFileError(f"case file {str(path)!r}: id {repeated[0]!r} stands twice; expected ids to be unique")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return CaseFile(path, digest, cases, header.store, header.as_of)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseFileError(
            f"case file {str(path)!r} cannot be read: {error}; expected a YAML file; try {FORMAT}"
        ) from error


def _case(raw: Any, number: int, path: Path, case_type: type[C]) -> C:
    if not isinstance(raw, Mapping):
        raise CaseFileError(
            f"case file {str(path)!r}, case number {number} is {raw!r}; expected a mapping, see {FORMAT}"
        )
    named = f"case file {str(path)!r}, case {str(raw.get('id', f'number {number}'))!r}"
    for field in raw:
        near = get_close_matches(str(field), case_type.model_fields, n=1, cutoff=_TYPO)
        if near and field not in case_type.model_fields:
            raise CaseFileError(f"{named}: field {str(field)!r} is unknown; expected {near[0]!r}; see {FORMAT}")
    try:
        return case_type.model_validate(raw)
    except ValidationError as error:
        raise CaseFileError(f"{named}: {_faults(error)}; see {FORMAT}") from error


def _faults(error: ValidationError) -> str:
    """Put pydantic's findings into one line: each field by its path, and what is wrong with it."""
    faults = error.errors(include_url=False, include_context=False)
    return "; ".join(f"field {'.'.join(map(str, fault['loc'])) or 'file'!r}: {fault['msg']}" for fault in faults)
