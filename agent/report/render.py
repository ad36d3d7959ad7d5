"""Render a campaign with its evidence as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from agent.campaign import Campaign, EvidenceEntry
from agent.dossier import Dossier, Shop
from agent.evidence import Evidence
from agent.readout import ResultsReadout
from agent.report import pictures
from agent.report.fairness import draw_fairness
from agent.report.knowledge import draw_knowledge
from agent.report.offers import draw_offers
from agent.report.opinions import draw_opinions
from agent.report.paper import asset, content_policy, environment
from agent.report.predictions import draw_predictions
from agent.report.previews import previews
from agent.report.results import draw_results
from agent.report.sources import Sources, figures_of
from agent.report.spending import draw_spending
from agent.report.tree import json_tree


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence with the campaign's entry for it.

    Attributes:
        piece: The evidence.
        entry: Its file and digest; None where the campaign does not list it.
        tree: Its result, with an anchor for each value.
    """

    piece: Evidence
    entry: EvidenceEntry | None
    tree: Markup


def render_report(campaign: Campaign, evidence: tuple[Evidence, ...], results: ResultsReadout | None = None) -> str:
    """Return the report as HTML that needs no other file, no network and no script from elsewhere.

    Every value in it is a link to the evidence it comes from; what the campaign holds is escaped throughout. The same
    campaign, evidence and results give the same bytes.
    """
    style, script = asset("report.css"), asset("report.js")
    context = {
        "campaign": campaign,
        "plan": campaign.plan,
        "brief": campaign.brief,
        "exhibits": _exhibits(campaign, evidence),
        "previews": previews(campaign),
        "results": draw_results(results),
        "style": Markup(style),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": content_policy(style, script),
        **_linked(campaign, evidence),
    }
    return environment().get_template("report.jinja").render(context)


def _linked(campaign: Campaign, evidence: tuple[Evidence, ...]) -> dict[str, Any]:
    """Return the parts of the page whose values are links."""
    roots = roots_of(campaign, evidence)
    tools = {piece.id: piece.tool for piece in evidence}
    figures = figures_of((campaign.plan, campaign.copy_deck))
    sources = Sources(roots, tools, campaign.brief.currency, campaign.copy_deck.slots, figures)
    return {
        "figure": sources.figure,
        "prose": sources.prose,
        "calculations": sources.calculations,
        "segments": pictures.draw_segments(campaign, evidence),
        "knowledge": draw_knowledge(campaign, evidence),
        "fairness": draw_fairness(evidence),
        "predictions": draw_predictions(evidence),
        "opinions": draw_opinions(evidence),
        "offers": draw_offers(evidence),
        "budget": pictures.draw_budget(campaign, sources),
        "spending": draw_spending(evidence),
        "outcome": pictures.draw_outcome(campaign, sources),
        "demand": pictures.draw_demand(campaign, evidence),
        "schedule": pictures.draw_schedule(campaign, evidence, sources),
        "trees": {root: json_tree(root, roots[root]) for root in ("B", "S", "P")},
    }


def roots_of(campaign: Campaign, evidence: tuple[Evidence, ...]) -> Mapping[str, Any]:
    """Return what the campaign's references may start with."""
    shop = Shop(campaign.store, campaign.shop_name, campaign.brief.currency, campaign.country)
    return Dossier(campaign.brief, shop, campaign.policy, evidence).roots


def _exhibits(campaign: Campaign, evidence: tuple[Evidence, ...]) -> tuple[Exhibit, ...]:
    entries = {entry.id: entry for entry in campaign.evidence}
    return tuple(Exhibit(piece, entries.get(piece.id), json_tree(piece.id, piece.result)) for piece in evidence)
