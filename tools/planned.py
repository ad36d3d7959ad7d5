"""Tools that are designed and not built: the model may choose them, and the answer then says that they are to come.

Without their names a message about reviews would be pressed into a tool that does something else.
"""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from tools.contract import Query


class FindBundles(Query):
    """Arguments of find_bundles (DESIGN, section 4)."""

    category: str | None = Field(None, description="Category that one side of the rule belongs to.")
    k: int = Field(5, ge=1, le=20, description="How many bundles.")


class AnalyzeReviews(Query):
    """Arguments of analyze_reviews."""

    product_id: str | None = Field(None, description="Product.")
    category: str | None = Field(None, description="Category.")
    months: int | None = Field(None, ge=1, le=36, description="Months back.")


class ChooseOffer(Query):
    """Arguments of choose_offer."""

    segment: str = Field(description="Segment.")
    candidates: tuple[str, ...] = Field(description="Offers to choose from.")


class CheckAnomalies(Query):
    """Arguments of check_anomalies."""

    of: Literal["orders", "coupons", "ad_spend", "reviews"] = Field(description="What to check.")
    weeks: int | None = Field(None, ge=1, le=52, description="Weeks back.")


class ReadResults(Query):
    """Arguments of read_results."""

    campaign_id: str = Field(description="Campaign.")


class CheckFairness(Query):
    """Arguments of check_fairness."""

    segment: str = Field(description="Segment.")
    attribute: str = Field(description="Attribute that groups customers.")


PLANNED: Final[dict[str, type[Query]]] = {
    "find_bundles": FindBundles,
    "analyze_reviews": AnalyzeReviews,
    "choose_offer": ChooseOffer,
    "check_anomalies": CheckAnomalies,
    "read_results": ReadResults,
    "check_fairness": CheckFairness,
}
"""Name to arguments; building one moves it to the catalogue."""
