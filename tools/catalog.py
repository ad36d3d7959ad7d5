"""The tools, listed; adding one is a file and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from tools import (
    allocate_budget,
    analyze_reviews,
    calendar,
    check_anomalies,
    check_fairness,
    choose_offer,
    design_experiment,
    find_bundles,
    forecast_demand,
    predict_response,
    profile_customers,
    read_results,
    recommend_products,
    search_products,
)
from tools.contract import Answer, Query, Tool
from tools.errors import ToolError
from tools.warehouse.view import StoreView

if TYPE_CHECKING:
    import pandas as pd

TOOLS: tuple[Tool[Any, Any], ...] = (
    profile_customers.TOOL,
    forecast_demand.TOOL,
    recommend_products.TOOL,
    search_products.TOOL,
    predict_response.TOOL,
    allocate_budget.TOOL,
    design_experiment.TOOL,
    calendar.TOOL,
    check_fairness.TOOL,
    check_anomalies.TOOL,
    analyze_reviews.TOOL,
    choose_offer.TOOL,
    find_bundles.TOOL,
    read_results.TOOL,
)


def tool_named(name: str) -> Tool[Any, Any]:
    """Return the tool of that name.

    Raises:
        ToolError: There is none; the message names the nearest.

    >>> tool_named("calendar").name
    'calendar'
    """
    tools = {tool.name: tool for tool in TOOLS}
    if name not in tools:
        near = get_close_matches(name, tools, n=1)
        hint = f"try {near[0]!r}" if near else "try one of those"
        raise ToolError(f"tool {name!r} does not exist; expected one of {', '.join(tools)}; {hint}")
    return tools[name]


def run_tool(name: str, arguments: Mapping[str, Any], view: StoreView) -> Answer:
    """Check the arguments against the tool's schema and run it.

    Raises:
        ToolError: Unknown tool, wrong arguments, or a call that the store's data cannot answer.
    """
    tool = tool_named(name)
    answer: Answer = tool.run(_checked(tool, arguments), view)
    return answer


def _checked(tool: Tool[Any, Any], arguments: Mapping[str, Any]) -> Query:
    try:
        query: Query = tool.query.model_validate(dict(arguments))
    except ValidationError as error:
        raise ToolError(explain_arguments(tool, error)) from error
    return query


def customer_rows(name: str, arguments: Mapping[str, Any], view: StoreView) -> pd.DataFrame:
    """Check the arguments and return a tool's results one customer a row.

    Raises:
        ToolError: Unknown tool, wrong arguments, or a tool that tells nothing per customer.
    """
    tool = tool_named(name)
    if tool.per_customer is None:
        able = ", ".join(tool.name for tool in TOOLS if tool.per_customer)
        raise ToolError(f"tool {name!r} tells nothing per customer; expected one of {able}; try without --customers")
    rows: pd.DataFrame = tool.per_customer(_checked(tool, arguments), view)
    return rows


def explain_arguments(tool: Tool[Any, Any], error: ValidationError) -> str:
    """Put what is wrong with a call into one line that names each argument and what was expected."""
    faults = "; ".join(
        f"argument {'.'.join(map(str, fault['loc'])) or 'object'!r} {fault['msg'][:1].lower()}{fault['msg'][1:]}"
        for fault in error.errors(include_url=False)
    )
    return f"call of {tool.name} has wrong arguments: {faults}; expected {', '.join(tool.query.model_fields)}"
