"""The facts that copy may state: named slots, each with the evidence it comes from."""

from __future__ import annotations

import re

from agent.campaign import Plan
from agent.compose import discount_source, required
from agent.dossier import Dossier
from agent.figures import Figure
from agent.needs import grouping

MOST_PRODUCTS = 3
"""Products that one message speaks about."""

_SPEAKABLE = re.compile(r"[A-Za-z][A-Za-z'’&\- ]{1,38}")


def copy_slots(dossier: Dossier, plan: Plan) -> dict[str, Figure]:
    """Return the slots of a campaign's copy.

    A product is called by its name where that can be said in a sentence, else by its category: tills print
    "Fluid milk white only, 1 ga", people say "milk".
    """
    slots = {
        "shop": dossier.figure("{S.shop_name}", "text"),
        "first_name": dossier.figure("{P.salutation.first_name}", "text"),
        "ends_on": dossier.figure("{B.ends_on}", "day"),
    }
    discount = discount_source(dossier)
    if discount is not None:
        slots["discount"] = dossier.figure(discount, "percent")
    category = _category(dossier)
    if category is not None:
        slots["category"] = dossier.figure(category, "noun")
    names = _product_names(plan, slots.get("category"))
    slots |= {f"product_{i}": dossier.figure(source, "noun") for i, source in enumerate(names, 1)}
    for channel in dossier.brief.channels:
        slots[f"opt_out_{channel}"] = dossier.figure(f"{{P.opt_out.{channel}}}", "text")
    return slots


def speakable(name: str) -> bool:
    """Tell whether a name can stand in a sentence.

    >>> speakable("Frozen pizza"), speakable("Fluid milk white only, 1 ga"), speakable("Baked bread/buns/rolls")
    (True, False, False)
    """
    return bool(_SPEAKABLE.fullmatch(name))


def _category(dossier: Dossier) -> str | None:
    if dossier.brief.categories:
        return "{B.categories[0]}"
    segment = dossier.brief.segments[0]
    profile = required(dossier, "profile_customers", by=grouping(segment))
    path = f"{profile.id}.segments[name={segment}].top_categories"
    names = dossier.figure(f"{{{path}}}", "text").value
    for index, name in enumerate(names if isinstance(names, list) else []):
        if speakable(str(name)):
            return f"{{{path}[{index}]}}"
    return None


def _product_names(plan: Plan, category: Figure | None) -> list[str]:
    taken = {category.value} if category else set()
    sources: list[str] = []
    for product in plan.products:
        for figure in (product.name, product.category):
            if speakable(str(figure.value)) and figure.value not in taken:
                taken.add(figure.value)
                sources.append(figure.source)
                break
    return sources[:MOST_PRODUCTS]
