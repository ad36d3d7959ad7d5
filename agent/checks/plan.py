"""The plan as a whole: money, audience, products, experiment, consent, and the brief's own numbers."""

from __future__ import annotations

from agent.campaign import CheckResult, Severity
from agent.checks.material import Material, report

_Problems = list[tuple[Severity, str, str]]


def check_budget(material: Material) -> CheckResult:
    """Compare what the plan costs with the brief's budget."""
    budget = material.plan.budget
    problems: _Problems = []
    if float(str(budget.messages.value)) > material.brief.budget:
        told = (
            f"sending costs {budget.messages.text}, more than the budget of {budget.total.text}; "
            "drop a channel or a segment"
        )
        problems.append(("error", "plan.budget.messages", told))
    elif float(str(budget.unspent.value)) < 0:
        told = (
            f"sending and the expected discount cost more than the budget by {budget.unspent.text.lstrip('-')}; "
            "lower the discount or limit the number of coupons"
        )
        problems.append(("error", "plan.budget.unspent", told))
    return report("budget", 3, problems)


def check_audience(material: Material) -> CheckResult:
    """Find segments that hold nobody, or that the brief did not ask for."""
    problems: _Problems = []
    for index, audience in enumerate(material.plan.audience):
        where = f"plan.audience[{index}]"
        if not audience.customers.value:
            problems.append(("error", where, f"segment {audience.segment} holds nobody; choose another"))
        if audience.segment not in material.brief.segments:
            problems.append(
                ("error", where, f"segment {audience.segment} is not in the brief; expected {material.brief.segments}")
            )
    return report("audience", len(material.plan.audience), problems)


def check_products(material: Material) -> CheckResult:
    """Find products that no evidence names."""
    known = {str(product["product_id"]) for item in material.dossier.evidence for product in _products(item.result)}
    problems: _Problems = [
        ("error", f"plan.products[{index}]", f"product {product.product_id!r} is in no evidence; leave it out")
        for index, product in enumerate(material.plan.products)
        if product.product_id not in known
    ]
    return report("products", len(material.plan.products), problems)


def _products(result: object) -> list[dict[str, object]]:
    products = result.get("products", []) if isinstance(result, dict) else []
    return [product for product in products if isinstance(product, dict)]


def check_experiment(material: Material) -> CheckResult:
    """Find plans without a designed test; a test that cannot conclude, or that has nobody to hold out, is a warning."""
    tests = [item for item in material.dossier.evidence if item.tool == "design_experiment"]
    problems: _Problems = []
    if not tests:
        problems.append(("error", "plan.experiment", "no test was designed; the effect could not be measured"))
    for item in tests:
        if not item.result["can_conclude"]:
            told = f"the holdout of {item.result['segment']} may not conclude: {item.result['advice']}"
            problems.append(("warning", "plan.experiment", told))
    return report("experiment", max(1, len(tests)), problems)


def check_consent(material: Material) -> CheckResult:
    """Find channels on which nobody may be reached; a store without consents has nothing to check."""
    counted = [
        item
        for item in material.dossier.evidence
        if item.tool == "predict_response" and not any("consents" in warning for warning in item.warnings)
    ]
    problems: _Problems = [
        ("error", "plan.channels", f"nobody of {item.result['segment']} may be reached by {item.result['channel']}")
        for item in counted
        if item.result["reachable"] == 0
    ]
    return report("consent", len(counted), problems)


def check_brief(material: Material) -> CheckResult:
    """Find channels of the brief that the plan or the copy leaves out."""
    planned = {channel.channel for channel in material.plan.channels}
    written = {variant.channel for variant in material.copy_deck.variants}
    problems: _Problems = [
        ("error", "plan.channels", f"channel {channel} is in the brief but not in the plan or the copy")
        for channel in material.brief.channels
        if channel not in planned & written
    ]
    return report("brief", len(material.brief.channels), problems)
