"""What a tool is: one input model, one output model, one plain function over a store as of a date."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import Field

from tools.frozen import Frozen
from tools.warehouse.view import StoreView

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answer", "Frozen", "Query", "Tool"]


class Query(Frozen):
    """The arguments of a tool; the model's grammar is made from the subclass's JSON schema."""


class Answer(Frozen):
    """The typed result of a tool; it becomes the `result` of one piece of evidence."""

    rows_used: int = Field(ge=0, description="Rows of the store's tables that the result was computed from.")
    warnings: tuple[str, ...] = Field((), description="What a reader must know before relying on the result.")


Q = TypeVar("Q", bound=Query)
A = TypeVar("A", bound=Answer)


@dataclass(frozen=True)
class Tool(Generic[Q, A]):
    """One entry of the tool list.

    Attributes:
        query: The input model.
        answer: The output model.
        run: The plain function; the first line of its docstring is what the language model reads.
        per_customer: The same for each customer, where the tool can tell: one row each, with column customer_id and
            no personal column. It goes to a file, never into evidence.
    """

    query: type[Q]
    answer: type[A]
    run: Callable[[Q, StoreView], A]
    per_customer: Callable[[Q, StoreView], pd.DataFrame] | None = None

    @property
    def name(self) -> str:
        """Return the name of the function, which is the name of the tool."""
        return self.run.__name__

    @property
    def description(self) -> str:
        """Return the first line of the function's docstring."""
        return (inspect.getdoc(self.run) or "").split("\n", 1)[0]
