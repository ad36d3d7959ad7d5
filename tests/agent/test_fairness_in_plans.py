"""Fairness in plans: code asks last, the check tells what was found, and the policy says whether it blocks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest
from pydantic import JsonValue

from agent.answers import answer_from
from agent.campaign import Brief
from agent.checks.fairness import check_fairness
from agent.checks.material import Material
from agent.chooser import ASKED_ONLY, GATHERED, OFFERED
from agent.desk import Desk
from agent.digests import digest_evidence
from agent.evidence import Evidence
from agent.gather import gather
from agent.recheck import material_of
from tests import busy
from tests.example_campaign import example_campaign
from tools.catalog import run_tool
from tools.customers.attributes import comparable_attribute
from tools.warehouse.canonical import canonical
from tools.warehouse.columns import Table
from tools.warehouse.engine import connect
from tools.warehouse.store import Store
from tools.warehouse.view import StoreView
from tools.warehouse.writer import ShopFacts, replacing, write_meta, write_tables

BRIEF = Brief(
    text="Thank our top customers",
    goal="loyalty",
    segments=("top",),
    channels=("email",),
    budget=100,
    currency="USD",
    starts_on=dt.date(2024, 1, 2),
    ends_on=dt.date(2024, 1, 20),
    extracted_by="rules",
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> StoreView:
    """Give the busy store, in which the young order most."""
    path = tmp_path_factory.mktemp("plans") / "shop"
    tables = busy.frames(with_ad_spend=False)
    ages = ["18-34" if number < 100 else "35+" for number in range(busy.CUSTOMERS)]
    tables[Table.CUSTOMERS] = tables[Table.CUSTOMERS].assign(age=ages)
    engine = connect()
    with replacing(path) as folder:
        write_tables(engine, {name: canonical(name, ibis.memtable(table)) for name, table in tables.items()}, folder)
        write_meta(engine, folder, path.name, ShopFacts(shop_name="Busy", source="made"), pd.Timestamp("2024-01-01"))
    return Store(path).at(busy.AS_OF)


@pytest.fixture(scope="module")
def gathered(view: StoreView) -> tuple[Evidence, ...]:
    return gather(BRIEF, Desk(view, None))


def test_code_asks_for_fairness_after_everything_else(gathered: tuple[Evidence, ...]) -> None:
    assert [item.tool for item in gathered].count("check_fairness") == 1
    last = gathered[-1]
    assert (last.tool, last.chosen_by) == ("check_fairness", "rules")
    assert last.arguments == {"segment": "top", "attribute": "age"}
    assert digest_evidence(last) == "done"


def test_the_model_is_not_offered_it_while_it_gathers() -> None:
    names = {tool.name for tool in GATHERED}
    assert (
        {tool.name for tool in OFFERED} - names == ASKED_ONLY >= {"check_fairness", "check_anomalies", "find_bundles"}
    )


def test_a_store_that_cannot_compare_is_not_asked(tiny_view: StoreView) -> None:
    assert comparable_attribute(tiny_view, ["age", "income"]) is None


def material(evidence: tuple[Evidence, ...], blocks: bool = False) -> Material:
    found = material_of(example_campaign())
    policy: dict[str, Any] = {"fairness": {"blocks": blocks}}
    return replace(found, dossier=replace(found.dossier, policy=policy, evidence=evidence))


def test_a_disparity_is_a_warning_that_names_its_evidence(gathered: tuple[Evidence, ...]) -> None:
    result = check_fairness(material(gathered))
    (finding,) = result.findings
    assert (result.status, finding.severity) == ("passed", "warning")
    assert "selection of top differs by age" in finding.message
    assert gathered[-1].id in finding.message


def test_the_policy_may_let_it_block(gathered: tuple[Evidence, ...]) -> None:
    assert check_fairness(material(gathered, blocks=True)).status == "failed"


def test_without_a_verdict_nothing_was_examined(gathered: tuple[Evidence, ...]) -> None:
    silent = gathered[-1].model_copy(update={"result": {**gathered[-1].result, "verdict": "cannot_tell"}})
    assert check_fairness(material((silent,))).status == "not_applicable"
    assert check_fairness(material(())).status == "not_applicable"


def told(view: StoreView, tool: str, **arguments: JsonValue) -> str:
    answer = run_tool(tool, arguments, view)
    result, rows = answer.model_dump(mode="json"), answer.rows_used
    piece = Evidence(
        id="E1",
        tool=tool,
        arguments=arguments,
        as_of=view.as_of,
        chosen_by="person",
        rows_used=rows,
        warnings=answer.warnings,
        result=result,
    )
    return answer_from((piece,), "USD")


def test_shares_and_verdict_are_said_in_words(view: StoreView) -> None:
    said = told(view, "check_fairness", segment="top", attribute="age")
    assert "Share selected into top by age: 18-34" in said
    assert "finds a disparity" in said
    assert "below four fifths" in said


def test_what_is_odd_is_said_in_words(tmp_path: Path) -> None:
    said = told(
        busy.make_busy_store(tmp_path / "spending", with_ad_spend=True).at(busy.AS_OF), "check_anomalies", of="ad_spend"
    )
    assert "Looked at 80 channel-days: nothing odd was found." in said
    assert "too few to tell odd ones" in said
