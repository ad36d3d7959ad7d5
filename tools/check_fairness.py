"""Compare how groups of customers are selected by a segment, and how they are expected to respond."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from tools.contract import Answer, Frozen, Query, Tool
from tools.customers.attributes import SMALL, SMALLEST_GROUP, attribute_groups, find_attribute, group_order
from tools.customers.days import count_rows
from tools.customers.segments import find_segment
from tools.errors import ToolError
from tools.estimators.disparity import pair_p_values
from tools.estimators.shares import share_ratio, wilson
from tools.features import customer_features
from tools.response.groups import GroupResponse, group_responses
from tools.warehouse.columns import Table
from tools.warehouse.view import StoreView

FOUR_FIFTHS: Final = 0.8
"""Ratio of selection rates below which adverse impact is presumed: 29 CFR 1607.4 D, Uniform Guidelines on Employee
Selection Procedures (1978). They are about hiring in the United States; for marketing a convention, not a law."""

SIGNIFICANCE: Final = 0.05
"""Chance of a finding where groups do not differ; 29 CFR 1607.4 D asks for "statistically significant", and the courts
have used two standard deviations (Castaneda v. Partida, 430 U.S. 482, 1977), which is this level."""

LEAST_SHARE: Final = 0.02
"""Groups of less than 2 % are shown and not judged: 29 CFR 1607.15 A(2)(a)."""

LEAST_JUDGED: Final = 30
"""Customers below which a group is not judged, a house rule: one person more or less must not decide (questions 20 and
21 of the "Questions and Answers" on the guidelines, 44 FR 11996, 1979)."""

INTERVAL_PERCENT: Final = 95
RULE: Final = (
    "A group is found where its selection rate is below four fifths of another group's (29 CFR 1607.4 D) and the "
    f"difference is significant at {SIGNIFICANCE:.0%} over all pairs of groups (permutation). Groups of fewer than "
    f"{LEAST_JUDGED} customers or less than {LEAST_SHARE:.0%} are not judged. A finding says that groups are selected "
    "differently, not why, nor that it is unlawful."
)


class FairnessQuery(Query):
    """Which selection, and by which attribute."""

    segment: str = Field(description="Segment.")
    attribute: str = Field(description="Attribute that groups customers.")


class GroupFairness(Frozen):
    """One group of customers."""

    group: str = Field(description="Value of the attribute.")
    customers: int = Field(ge=0, description="Customers of the shop in the group.")
    selected: int = Field(ge=0, description="Those of them in the segment.")
    selection_percent: float = Field(description="Share of the group that is selected, in percent.")
    selection_low_percent: float = Field(description="Lower end of its interval (Wilson).")
    selection_high_percent: float = Field(description="Upper end of its interval.")
    ratio: float | None = Field(description="Selection rate over that of the reference group; null without one.")
    ratio_low: float | None = Field(description="Lower end of the ratio's interval.")
    ratio_high: float | None = Field(description="Upper end of the ratio's interval.")
    judged: bool = Field(description="Whether the group is large enough for the rule.")
    response_percent: float | None = Field(
        description="Expected response rate of its selected customers; null where no history tells it."
    )
    response_low_percent: float | None = Field(description="Lower end of its interval.")
    response_high_percent: float | None = Field(description="Upper end of its interval.")
    response_ratio: float | None = Field(description="Expected rate over that of the group that responds most.")
    response_ratio_low: float | None = Field(description="Lower end of that ratio's interval.")
    response_ratio_high: float | None = Field(description="Upper end of that ratio's interval.")


class Disparity(Frozen):
    """One group that is selected at less than four fifths of another group's rate, beyond chance."""

    group: str = Field(description="The group selected less.")
    against: str = Field(description="The group selected more.")
    ratio: float = Field(description="Ratio of the selection rates.")
    ratio_low: float = Field(description="Lower end of its interval.")
    ratio_high: float = Field(description="Upper end of its interval.")
    p_value: float = Field(description="Chance of such a difference in any pair if all were selected alike.")


class FairnessAnswer(Answer):
    """Selection and response of groups."""

    segment: str = Field(description="Stable name of the segment.")
    attribute: str = Field(description="Column of the customers table.")
    customers: int = Field(ge=0, description="Customers with an order, out of whom the segment selects.")
    selected: int = Field(ge=0, description="Customers in the segment.")
    known: int = Field(ge=0, description="Customers whose attribute is known.")
    unknown: int = Field(ge=0, description="Customers whose attribute is not known.")
    unknown_selection_percent: float | None = Field(description="Share of those that is selected.")
    reference: str | None = Field(description="Judged group with the highest selection rate.")
    groups: tuple[GroupFairness, ...] = Field(description="The groups, by their label.")
    verdict: Literal["disparity", "no_disparity", "cannot_tell"] = Field(description="What the rule says.")
    findings: tuple[Disparity, ...] = Field(description="Groups selected at less than four fifths, most distant first.")
    lowest_ratio: float | None = Field(description="Lowest ratio of a judged group to the reference.")
    threshold_ratio: float = Field(FOUR_FIFTHS, description="Ratio below which a group is found.")
    interval_percent: int = Field(INTERVAL_PERCENT, description="Coverage of the intervals.")
    took: tuple[str, ...] = Field((), description="How the words were read.")
    rule: str = Field(RULE, description="The rule and its source.")
    note: str = Field(description="How the expected response was computed, or why there is none.")


def check_fairness(query: FairnessQuery, view: StoreView) -> FairnessAnswer:
    """Compare how groups of customers by an attribute are selected and respond."""
    view.require(Table.CUSTOMERS)
    match = find_attribute(view, query.attribute)
    segment = find_segment(view, query.segment)
    groups = attribute_groups(view, match.name, list(customer_features(view).index))
    chosen = pd.Series(groups.index.isin(segment.customer_ids), index=groups.index)
    tellable = _tellable(chosen)
    counts = count_groups(groups, chosen) if tellable else []
    findings = judge([count for count in counts if count.judged], view.seed)
    response, note = _responses(view, groups[chosen] if tellable else groups.iloc[:0])
    told = _described(counts, response)
    reason = _reason(match.name, groups, chosen, counts)
    missing = groups.isna()
    return FairnessAnswer(
        segment=segment.name,
        attribute=match.name,
        customers=len(groups),
        selected=int(chosen.sum()),
        known=int((~missing).sum()),
        unknown=int(missing.sum()),
        unknown_selection_percent=(
            round(100 * float(chosen[missing].mean()), 2) if tellable and missing.sum() >= SMALLEST_GROUP else None
        ),
        reference=_reference(counts),
        groups=told,
        verdict="disparity" if findings else "cannot_tell" if reason else "no_disparity",
        findings=findings,
        lowest_ratio=min((row.ratio for row in told if row.judged and row.ratio is not None), default=None),
        took=tuple(text for text in (segment.took, match.took(query.attribute)) if text),
        note=note,
        rows_used=count_rows(view, Table.CUSTOMERS, Table.ORDER_LINES),
        warnings=_warnings(segment.name, match.name, groups, chosen, counts, findings),
    )


@dataclass(frozen=True)
class GroupCount:
    """How many customers a group has, and how many of them are selected."""

    group: str
    customers: int
    selected: int
    judged: bool

    @property
    def rate(self) -> float:
        """Return the share selected."""
        return self.selected / self.customers


def count_groups(groups: pd.Series[str], chosen: pd.Series[bool]) -> list[GroupCount]:
    """Count each group that is large enough to be shown."""
    sizes, hits = groups.value_counts(), groups[chosen].value_counts()
    least = max(LEAST_JUDGED, LEAST_SHARE * int(sizes.sum()))
    return [
        GroupCount(label, int(sizes[label]), int(hits.get(label, 0)), label != SMALL and int(sizes[label]) >= least)
        for label in group_order([str(label) for label in sizes.index])
        if sizes[label] >= SMALLEST_GROUP
    ]


def _reference(counts: list[GroupCount]) -> str | None:
    judged = [count for count in counts if count.judged and count.selected]
    return max(judged, key=lambda count: (count.rate, count.customers)).group if judged else None


def judge(counts: list[GroupCount], seed: int, threshold: float = FOUR_FIFTHS) -> tuple[Disparity, ...]:
    """Return the groups selected at less than four fifths of another's rate beyond chance, most distant first."""
    if len(counts) < 2:
        return ()
    sizes, hits = (np.array([getattr(count, name) for count in counts]) for name in ("customers", "selected"))
    p_values = pair_p_values(sizes, hits, np.random.default_rng(seed))
    worst: dict[str, Disparity] = {}
    for (i, one), (j, other) in product(enumerate(counts), enumerate(counts)):
        if i == j or not other.selected or one.rate / other.rate >= threshold or p_values[i, j] > SIGNIFICANCE:
            continue
        ratio, low, high = share_ratio(one.selected, one.customers, other.selected, other.customers)
        found = Disparity(
            group=one.group,
            against=other.group,
            ratio=round(ratio, 3),
            ratio_low=round(low, 3),
            ratio_high=round(high, 3),
            p_value=round(float(p_values[i, j]), 4),
        )
        held = worst.get(one.group)
        worst[one.group] = found if held is None or (found.p_value, found.ratio) < (held.p_value, held.ratio) else held
    return tuple(sorted(worst.values(), key=lambda found: (found.ratio, found.group)))


def _responses(view: StoreView, groups: pd.Series[str]) -> tuple[dict[str, GroupResponse], str]:
    """Return the expected response of each group's selected customers, and how it was found or why it was not."""
    members = {str(label): list(part.index) for label, part in groups.groupby(groups) if len(part) >= SMALLEST_GROUP}
    if not members:
        return {}, f"No group has {SMALLEST_GROUP} selected customers: no response is told."
    try:
        return group_responses(view, members)
    except ToolError as error:
        return {}, f"Expected response is not known: {error}"


def _described(counts: list[GroupCount], response: dict[str, GroupResponse]) -> tuple[GroupFairness, ...]:
    name = _reference(counts)
    reference = next((count for count in counts if count.group == name), None)
    return tuple(_row(count, reference, response.get(count.group)) for count in counts)


def _row(count: GroupCount, reference: GroupCount | None, response: GroupResponse | None) -> GroupFairness:
    low, high = wilson(count.selected, count.customers)
    ratios: tuple[float | None, ...] = (None, None, None)
    if reference:
        ends = share_ratio(count.selected, count.customers, reference.selected, reference.customers)
        ratios = (1.0, 1.0, 1.0) if count is reference else tuple(round(value, 3) for value in ends)
    return GroupFairness(
        group=count.group,
        customers=count.customers,
        selected=count.selected,
        selection_percent=round(100 * count.rate, 2),
        selection_low_percent=round(100 * low, 2),
        selection_high_percent=round(100 * high, 2),
        ratio=ratios[0],
        ratio_low=ratios[1],
        ratio_high=ratios[2],
        judged=count.judged,
        response_percent=round(100 * response.rate, 2) if response else None,
        response_low_percent=round(100 * response.low, 2) if response else None,
        response_high_percent=round(100 * response.high, 2) if response else None,
        response_ratio=round(response.ratio, 3) if response else None,
        response_ratio_low=round(response.ratio_low, 3) if response else None,
        response_ratio_high=round(response.ratio_high, 3) if response else None,
    )


def _warnings(
    segment: str,
    attribute: str,
    groups: pd.Series[str],
    chosen: pd.Series[bool],
    counts: list[GroupCount],
    findings: tuple[Disparity, ...],
) -> tuple[str, ...]:
    """Say what was found, why no more can be said, and whom it does not cover."""
    told = [_found(segment, attribute, findings)] if findings else []
    reason = _reason(attribute, groups, chosen, counts)
    told += [reason] if reason else []
    missing = groups.isna()
    if missing.any() and missing.mean() >= LEAST_SHARE:
        rates = f"{chosen[~missing].mean():.0%} of those are selected, {chosen[missing].mean():.0%} of the others"
        known = f"{attribute} is known of {int((~missing).sum())} of {len(groups)} customers"
        told.append(f"{known}; what is said holds for them" + (f" ({rates})" if _tellable(chosen) else ""))
    return tuple(told)


def _found(segment: str, attribute: str, findings: tuple[Disparity, ...]) -> str:
    worst = findings[0]
    others = f"; so are {len(findings) - 1} more groups" if len(findings) > 1 else ""
    return (
        f"selection of {segment} differs by {attribute} beyond chance: {worst.group} is selected at "
        f"{worst.ratio:.2f} times the rate of {worst.against} ({worst.ratio_low:.2f} to {worst.ratio_high:.2f}), "
        f"below four fifths{others}"
    )


def _tellable(chosen: pd.Series[bool]) -> bool:
    """Say whether the segment is large enough to be broken down without describing persons."""
    return int(chosen.sum()) >= SMALLEST_GROUP


def _reason(attribute: str, groups: pd.Series[str], chosen: pd.Series[bool], counts: list[GroupCount]) -> str | None:
    """Say why nothing can be judged; None where it can."""
    judged = [count for count in counts if count.judged]
    if not _tellable(chosen):
        return (
            f"the segment has {int(chosen.sum())} customers; fewer than {SMALLEST_GROUP} are not broken down by "
            f"{attribute}, since that would describe persons"
        )
    if groups.nunique() == 1:
        return f"{attribute} has one value, {groups.dropna().iloc[0]}: there is nothing to compare"
    if len(judged) < 2:
        return (
            f"fewer than two groups by {attribute} have {LEAST_JUDGED} customers and {LEAST_SHARE:.0%} of those known: "
            "no difference can be told from chance"
        )
    if not any(count.selected for count in judged):
        return f"nobody whose {attribute} is known is selected: there is nothing to compare"
    return None


TOOL = Tool(query=FairnessQuery, answer=FairnessAnswer, run=check_fairness)
