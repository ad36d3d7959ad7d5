"""What a tool is: one input model, one output model, one plain function over a store as of a date."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import Field

from tools.frozen import Frozen
from tools.warehouse.view import StoreView

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
    """

    query: type[Q]
    answer: type[A]
    run: Callable[[Q, StoreView], A]

    @property
    def name(self) -> str:
        """Return the name of the function, which is the name of the tool."""
        return self.run.__name__

    @property
    def description(self) -> str:
        """Return the first line of the function's docstring."""
        return (inspect.getdoc(self.run) or "").split("\n", 1)[0]
