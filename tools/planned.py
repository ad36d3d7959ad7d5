"""Tools that are designed and not built: the model may choose them, and the answer then says that they are to come.

Without their names a message about reviews would be pressed into a tool that does something else.
"""

from __future__ import annotations

from typing import Final

from pydantic import Field

from tools.contract import Query


class FindBundles(Query):
    """Find products that are bought together, as association rules with support, confidence and lift."""

    category: str | None = Field(None, description="Category that one side of the rule belongs to.")
    k: int = Field(5, ge=1, le=20, description="How many bundles.")


class AnalyzeReviews(Query):
    """Analyse reviews of a product or category: sentiment, aspects with quotes, trend."""

    product_id: str | None = Field(None, description="Product.")
    category: str | None = Field(None, description="Category.")
    months: int | None = Field(None, ge=1, le=36, description="Months back.")


class ChooseOffer(Query):
    """Choose the best of several offers for a segment, with its estimated value."""

    segment: str = Field(description="Segment.")
    candidates: tuple[str, ...] = Field(description="Offers to choose from.")


class ReadResults(Query):
    """Read out the results of a finished campaign: lift, interval, return."""

    campaign_id: str = Field(description="Campaign.")


PLANNED: Final[dict[str, type[Query]]] = {
    "find_bundles": FindBundles,
    "analyze_reviews": AnalyzeReviews,
    "choose_offer": ChooseOffer,
    "read_results": ReadResults,
}
"""Name to arguments; building one moves it to the catalogue."""
