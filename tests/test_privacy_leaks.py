"""Nothing planted in a shop's personal columns, free text and damaged rows is seen outside the private folder."""

from __future__ import annotations

import csv
import datetime as dt
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ibis
import pytest
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult
from pydantic import PrivateAttr

from agent.asking import reply
from agent.cli import main
from agent.desk import Desk
from agent.pipeline import run_graph
from agent.requests import AskRequest, PlanRequest
from agent.speaker import Speaker
from tests.agent.scripted import ScriptedChat
from tests.agent.test_pipeline import BRIEF, CALLS, EMAIL, READ
from tests.tiny import AS_OF, CUSTOMERS, frames
from tests.tools.warehouse.exports import silent
from tools.catalog import TOOLS, customer_rows, run_tool
from tools.errors import MissingCapabilityError, ToolError
from tools.features import customer_features
from tools.warehouse.columns import Table
from tools.warehouse.forgetting import forget
from tools.warehouse.importing import import_store
from tools.warehouse.store import Store, open_store
from tools.warehouse.view import StoreView

NOW = dt.datetime(2024, 7, 6, tzinfo=dt.UTC)
# Every planted text holds the word; every planted number these digits, written in one way or another.
CANARY = re.compile(r"zqxj|7[ -]?3[ -]?1[ -]?9[ -]?0[ -]?5[ -]?5[ -]?8", re.IGNORECASE)
PHONE = "+49 170 7319055 8{turn:02d}"
CALLS_OF_TOOLS: Mapping[str, Mapping[str, Any]] = {
    "profile_customers": {"by": "lifecycle"},
    "forecast_demand": {"level": "total", "weeks": 2},
    "recommend_products": {"customer_id": "c01", "k": 2},
    "search_products": {"query": "coffee", "k": 2},
    "predict_response": {"segment": "lapsed", "channel": "email"},
    "allocate_budget": {"total": 100},
    "design_experiment": {"segment": "lapsed", "metric": "revenue"},
    "calendar": {"starts_on": "2024-07-01", "ends_on": "2024-07-31"},
    "find_bundles": {"k": 2},
    "analyze_reviews": {"category": "Coffee"},
    "check_anomalies": {"of": "orders"},
    "check_fairness": {"segment": "lapsed", "attribute": "age"},
    "choose_offer": {"segment": "lapsed", "candidates": ["10% off"]},
    "read_results": {"campaign_id": "k1"},
}


class ListeningChat(ScriptedChat):
    """A scripted model that remembers every word it was told."""

    _heard: list[str] = PrivateAttr(default_factory=list)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        self._heard += [str(message.content) for message in messages] + [repr(kwargs)]
        return super()._generate(messages, stop, run_manager, **kwargs)

    @property
    def heard(self) -> str:
        return "\n".join(self._heard)


def person(turn: int) -> dict[str, str]:
    """Return the personal columns of one customer."""
    return {
        "First Name": f"Zqxjfirst{turn}",
        "Nachname": f"Zqxjlast{turn}",
        "e-mail": f"zqxj{turn}@canary.test",
        "Phone (mobile)": PHONE.format(turn=turn),
        "Billing Street": f"Zqxjroad {turn}",
        "Ort": f"Zqxjtown{turn}",
        "PLZ": f"ZQXJ{turn}",
        "Company": f"Zqxj Ltd {turn}",
        "dob": f"{1950 + turn}-11-23 zqxj",
        "notes": f"knows Zqxjfirst{turn + 1}",
        "field_7": f"second.zqxj{turn}@canary.test",
        "taste": f"tea; write to zqxj{turn}@canary.test" if turn == 3 else f"tea {turn}",
        "ip": "203.0.113.7",
    }


def write_shop(folder: Path) -> Path:
    """Write the tiny shop as CSV files with something planted wherever a person may be found."""
    folder.mkdir()
    for name, frame in frames().items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    known = frames()[Table.CUSTOMERS].to_dict("records")
    guest = {"customer_id": "zqxjguest@canary.test", "country": "US", "age": "35-44"}
    write(folder, "customers", [{**row, **person(turn)} for turn, row in enumerate([*known, guest])])
    with (folder / "customers.csv").open("a", encoding="utf-8") as file:
        file.write("c98,US,Zqxj, Unquoted,35-44,zqxj98@canary.test,too,many,cells,here,Zqxjlast,1,2,3,4,5,6\n")
        file.write("Zqxj Only A Name\n")
    lines = frames()[Table.ORDER_LINES].astype(str).to_dict("records")
    stray = {**lines[0], "order_id": "zqxj97@canary.test", "customer_id": "zqxj97@canary.test"}
    own = {**lines[0], "order_id": "og", "customer_id": "ZQXJguest@canary.test"}
    write(folder, "order_lines", [{**row, "Billing Name": "Zqxj Payer"} for row in (*lines, stray, own)])
    products = frames()[Table.PRODUCTS].to_dict("records")
    write(folder, "products", [{**row, "description": "ask zqxj@canary.test or +49 7319 0558"} for row in products])
    text = "Great, write to zqxj@canary.test or call 0170 7319055 8, IBAN DE89 3704 0044 0532 0130 00"
    review = {"product_id": "p01", "written_at": "2024-05-01", "rating": "5", "text": text, "author": "Zqxj Author"}
    write(folder, "reviews", [{**review, "customer_id": "c01"}, {**review, "rating": "many"}])
    write(folder, "events", [{"customer_id": "c01", "at": "2024-05-01", "kind": "search", "query": "zqxj@canary.test"}])
    return folder


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What the import said."""
    return []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, told: list[str]) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("leaks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MARKETWRIGHT_HOME", str(folder / "home"))
        import_store("csv", write_shop(folder / "export"), "shop", report=told.append, now=NOW)
        yield folder


def canaries(text: str) -> list[str]:
    """Return what was found of the planted things, with what stands around it."""
    return [text[max(0, found.start() - 60) : found.end() + 20] for found in CANARY.finditer(text)]


def content(folder: Path, *, private: bool = False) -> str:
    """Return every byte of a folder's files as text, and every cell of the Parquet files; private ones on demand."""
    files = [file for file in folder.rglob("*") if file.is_file() and (private or "private" not in file.parts)]
    assert files
    tables = [ibis.duckdb.connect().read_parquet(str(file)) for file in files if file.suffix == ".parquet"]
    cells = [str(cell) for table in tables for row in table.to_pyarrow().to_pylist() for cell in row.values()]
    return "\n".join([*(f"{file.name} {file.read_bytes().decode('latin-1')}" for file in files), *cells])


def test_the_planted_things_are_in_the_private_folder_and_nowhere_else(home: Path) -> None:
    store = open_store("shop")
    assert canaries(content(store.path)) == []
    assert len(canaries(content(store.private_folder, private=True))) >= len(CUSTOMERS)
    assert any("quarantine" in file.parts for file in store.path.rglob("*.parquet"))


def test_an_import_says_nothing_of_persons(home: Path, told: list[str]) -> None:
    assert "personal columns kept apart: First Name (name)" in "\n".join(told)
    assert canaries("\n".join(told)) == []


@pytest.mark.parametrize("extra", [[], ["--json"], ["--html", "quality.html"]], ids=["text", "json", "html"])
def test_a_quality_report_says_nothing_of_persons(
    home: Path, extra: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [str(home / word) if word.endswith(".html") else word for word in extra]
    assert main(["store", "check", "shop", *asked]) == 0
    said = capsys.readouterr()
    pages = [Path(word).read_text(encoding="utf-8") for word in asked if word.endswith(".html")]
    assert canaries("\n".join([said.out, said.err, *pages])) == []


@pytest.mark.parametrize("name", [tool.name for tool in TOOLS])
def test_no_tool_tells_of_persons(home: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    view = open_store("shop").at(AS_OF)
    said = []
    with caplog.at_level(logging.DEBUG):
        for ask in (_answer, _rows_per_customer):
            try:
                said.append(ask(name, view))
            except (ToolError, MissingCapabilityError) as error:
                said.append(str(error))
    assert len(said) == 2
    assert canaries("\n".join([*said, caplog.text])) == []


def _answer(name: str, view: StoreView) -> str:
    return run_tool(name, CALLS_OF_TOOLS[name], view).model_dump_json()


def _rows_per_customer(name: str, view: StoreView) -> str:
    return str(customer_rows(name, CALLS_OF_TOOLS[name], view).to_string())


def test_no_feature_and_no_table_of_a_view_tells_of_persons(home: Path) -> None:
    view = open_store("shop").at(AS_OF)
    assert not view.has("persons")
    tables = [view.frame(name).to_string() for name in view.store.tables()]
    assert canaries("\n".join([*tables, customer_features(view).reset_index().to_string()])) == []


def test_no_prompt_evidence_or_answer_tells_of_persons(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    view = open_store("shop").at(AS_OF)
    planner, teller = ListeningChat(lines=(READ, *CALLS, EMAIL)), ListeningChat(lines=(CALLS[0], '{"name":"answer"}'))
    request = PlanRequest.model_validate({"brief": BRIEF, "store": "shop", "as_of": AS_OF})
    with caplog.at_level(logging.DEBUG):
        state = run_graph(request, Desk(view, Speaker(planner)))
        said = reply(AskRequest(message="who are our lapsed customers?", store="shop"), Desk(view, Speaker(teller)))
    assert "lapsed" in planner.heard
    assert "lapsed" in teller.heard
    seen = [planner.heard, teller.heard, repr(state), said.model_dump_json(), caplog.text]
    assert canaries("\n".join(seen)) == []


def test_no_file_of_a_plan_tells_of_persons_or_holds_rows_of_customers(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = home / "plan"
    asked = ["plan", BRIEF, "--store", "shop", "--as-of", str(AS_OF), "--model", "rules", "--out", str(out)]
    assert main(asked) in (0, 1)
    said = capsys.readouterr()
    text = content(out)
    assert canaries("\n".join([said.out, said.err, text])) == []
    assert not re.search(r'"c(0[1-9]|1[0-2])"|p-[0-9a-f]{24}', text)


def test_the_command_line_answers_without_persons(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["ask", "how many lapsed customers do we have?", "--store", "shop", "--as-of", str(AS_OF), "--json"]
    assert main([*asked, "--model", "rules"]) == 0
    said = capsys.readouterr()
    assert canaries(said.out + said.err) == []


def test_of_a_forgotten_person_not_even_the_private_folder_tells(home: Path) -> None:
    store = open_store("shop")
    for address in ("zqxj0@canary.test", "zqxjguest@canary.test"):
        forget(store, address, NOW, report=silent)
    left = content(Store(store.path).path, private=True).lower()
    assert "zqxjfirst1" in left
    for planted in ("zqxjfirst0", "zqxjlast0", "zqxj0@", "zqxjroad 0", "zqxjtown0", "zqxjguest", "7319055 800"):
        assert planted not in left
