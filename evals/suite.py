"""What a suite is: its name, its cases, the product's own function, and what is measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from evals.casefile import Case, CaseFile
from evals.scoring import Row, Sheet, run_cases

C = TypeVar("C", bound=Case)
O = TypeVar("O")  # noqa: E741 - the product's output

CASES = Path(__file__).parent / "cases"
"""Folder of the cases that ship with the suites."""

DEFAULT_STORE = "demo"


@dataclass(frozen=True)
class Scene:
    """Where and by whom cases are run; a case's own store and day come first."""

    store: str = DEFAULT_STORE
    as_of: dt.date | None = None
    model: str | None = None
    seed: int = 0

    def store_of(self, case: Case) -> str:
        """Return the store that the case runs on."""
        return case.store or self.store

    def day_of(self, case: Case) -> dt.date | None:
        """Return the day that the case runs on; none for the store's own."""
        return case.as_of or self.as_of


@dataclass(frozen=True)
class Suite(Generic[C, O]):
    """One suite.

    Attributes:
        name: Name on the command line.
        told: What it asks, in a sentence.
        case_type: The typed form of its cases; its JSON schema is the documented format.
        product: The product's own function, called with a case on a scene.
        sheet: What is measured and printed.
    """

    name: str
    told: str
    case_type: type[C]
    product: Callable[[C, Scene], O]
    sheet: Sheet[C, O]

    @property
    def cases_path(self) -> Path:
        """Return the file of the suite's own cases."""
        return CASES / f"{self.name}.yaml"

    @property
    def schema_path(self) -> Path:
        """Return the file of the JSON schema that case files name on their first line."""
        return CASES / f"{self.name}.schema.json"

    def run(self, cases: CaseFile[C], scene: Scene) -> Iterator[Row]:
        """Run all cases on the scene, in order."""
        return run_cases(cases.cases, lambda case: self.product(case, scene), self.sheet)


def case_schema(case_type: type[Case]) -> dict[str, Any]:
    """Return the JSON schema of a case file: a list of cases, or a mapping that holds them with store and day."""
    schema = case_type.model_json_schema(ref_template="#/$defs/{model}")
    definitions = schema.pop("$defs", {}) | {case_type.__name__: schema}
    cases = {"type": "array", "minItems": 1, "items": {"$ref": f"#/$defs/{case_type.__name__}"}}
    header = {
        "cases": cases,
        "store": {"type": "string", "description": "Store the cases run on."},
        "as_of": {"type": "string", "format": "date", "description": "Day the cases run on."},
    }
    whole = {"type": "object", "properties": header, "required": ["cases"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "anyOf": [cases, whole], "$defs": definitions}
