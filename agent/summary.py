"""The one screen that a plan ends with."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path

from agent.campaign import Campaign, CheckResult
from agent.figures import write_value

_WIDTH = 118
_LABEL = 12


def summarize(campaign: Campaign, out: Path) -> str:
    """Return the summary of a campaign as plain text of at most 120 columns."""
    rows = [*_plan_rows(campaign), *_end_rows(campaign, out)]
    return "\n".join(_row(label, text) for label, text in rows)


def _row(label: str, text: str) -> str:
    indent = " " * _LABEL
    return textwrap.fill(text, _WIDTH, initial_indent=f"{label:<{_LABEL}}", subsequent_indent=indent)


def _plan_rows(campaign: Campaign) -> list[tuple[str, str]]:
    plan = campaign.plan
    discount = f"{plan.offer.discount.text} {plan.offer.kind}" if plan.offer.discount else plan.offer.kind
    cost = f", expected cost {plan.offer.cost.text}" if plan.offer.cost else ""
    rows = [("Campaign", f"{campaign.id} · {plan.objective.text}")]
    rows += [("Audience", f"{a.segment}: {a.why.text}") for a in plan.audience]
    rows += [
        ("Offer", f"{discount} until {plan.offer.ends_on.text}{cost}"),
        ("Products", "; ".join(f"{p.name.text} ({p.price.text})" for p in plan.products) or "none"),
    ]
    rows += [
        ("Channel", f"{c.channel}: {c.contacts.text} sends, {c.spend.text}, about {c.responders.text} responders")
        for c in plan.channels
    ]
    return rows


def _end_rows(campaign: Campaign, out: Path) -> list[tuple[str, str]]:
    plan, outcome, budget, test = campaign.plan, campaign.plan.outcome, campaign.plan.budget, campaign.plan.experiment
    spent = f"{budget.total.text}: sending {budget.messages.text}, offer {budget.offer.text}, "
    spent += f"not needed {budget.unspent.text}"
    gain = f"{outcome.responders.text} responders ({outcome.responders_low.text} to {outcome.responders_high.text}), "
    gain += f"revenue {outcome.revenue.text} ({outcome.revenue_low.text} to {outcome.revenue_high.text}); "
    gain += outcome.interval.text
    return [
        ("Budget", spent),
        ("Outcome", gain),
        ("Experiment", f"{test.holdout_percent.text} held out ({test.holdout_customers.text}). {test.advice.text}"),
        ("Sends", "; ".join(f"{send.on.text} {send.at.text} {send.channel}" for send in plan.schedule)),
        *_copy_rows(campaign),
        *_check_rows(campaign.checks),
        ("Model", _model(campaign)),
        ("Written", ", ".join(str(out / name) for name in ("campaign.json", "report.html", "copy.csv", "evidence/"))),
    ]


def _copy_rows(campaign: Campaign) -> list[tuple[str, str]]:
    return [
        ("Copy", f"{variant.id} ({variant.written_by}): {next(iter(variant.fields.values())).text}")
        for variant in campaign.copy_deck.variants
    ]


def _check_rows(checks: tuple[CheckResult, ...]) -> list[tuple[str, str]]:
    counted = [f"{sum(c.status == status for c in checks)} {status.replace('_', ' ')}" for status in _STATUSES]
    rows = [("Checks", f"{', '.join(counted)}; {sum(c.examined for c in checks)} items examined")]
    rows += [("", f"{f.severity}: {f.check}: {f.message}") for c in checks for f in c.findings]
    return rows


_STATUSES = ("passed", "failed", "not_applicable")


def _model(campaign: Campaign) -> str:
    model, run = campaign.model, campaign.run
    chosen = [entry.chosen_by for entry in campaign.evidence]
    return (
        f"{model.name} on {model.runtime}: {model.calls} generations, {model.output_tokens:,} tokens written; "
        f"{chosen.count('model')} of {len(chosen)} tool calls chosen by the model; "
        f"{run.wall_seconds:.1f} s, {write_value(run.peak_megabytes, 'count')} MB at most"
    )


def check_table(results: Iterable[CheckResult]) -> str:
    """Return the checks as a table, failures with their findings.

    >>> check_table([CheckResult(check="budget", status="passed", examined=3)])
    'passed           budget               3 examined'
    """
    lines = []
    for result in results:
        lines.append(f"{result.status:<16} {result.check:<20} {result.examined} examined")
        lines += [f"  {finding.severity}: {finding.where}: {finding.message}" for finding in result.findings]
    return "\n".join(lines)
