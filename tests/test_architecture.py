"""How the house is built: who may import whom, where heavy libraries live, and how long things may get."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import time
import tomllib
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.source import ROOMS, ROOT, Module, body_lines, functions, imported, modules

MAY_IMPORT = {
    "prompts": set[str](),
    "retrieval": set[str](),
    "tools": {"retrieval"},
    "agent": {"tools", "retrieval", "prompts"},
    "finetune": {"agent", "tools", "retrieval", "prompts"},
    "evals": {"agent", "tools", "retrieval", "prompts"},
}

HEAVY_HOMES: dict[str, set[str]] = {
    "faiss": {"retrieval.vectors", "evals.benchmarks.nearest"},
    "fastapi": {"agent.server"},
    "fugue": {"tools.estimators.forecasting.cluster"},
    "gguf": {"agent.models"},
    "ibis": {"tools"},
    "langchain": {"agent", "finetune", "evals.benchmarks.bfcl", "evals.benchmarks.speed"},
    "langchain_core": {"agent", "finetune", "evals.benchmarks.bfcl", "evals.benchmarks.speed"},
    "langgraph": {"agent.pipeline"},
    "llguidance": {"agent.models.grammar"},
    "lightgbm": {"tools.estimators.boosting", "tools.estimators.demand.trees"},
    "peft": {"agent.models.weights", "finetune"},
    "huggingface_hub": {"retrieval.sentence_encoder"},
    "sentence_transformers": {"retrieval.sentence_encoder", "retrieval.cross_encoder", "finetune.encoder"},
    "pyspark": {"tools.warehouse.spark"},
    "sklearn": {"tools.estimators"},
    "statsforecast": {"tools.estimators"},
    "torch": {
        "agent.models.weights",
        "agent.models.reference",
        "finetune",
        "tools.estimators.sequence",
        "tools.estimators.sasrec",
        "tools.estimators.demand.recurrent",
    },
    "transformers": {"agent.models.weights", "agent.models.reference", "finetune"},
    "uvicorn": {"agent.commands.serve", "agent.server"},
    "xllamacpp": {"agent.models"},
}
"""Libraries that take long to import, and the modules (or packages) that may."""

LIGHT_ENTRIES = ("agent", "agent.cli", "evals", "finetune", "prompts", "retrieval", "tools")
"""What may be imported without loading anything heavy."""

ALSO_HEAVY = ("numpy", "pandas", "pyarrow", "scipy")
SECONDS_TO_IMPORT = 1.0
MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 60
VAGUE_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|handlers?|misc|common|v\d+)($|_)")
MOCKS = ("unittest." + "mock", "Magic" + "Mock", "monkeypatch." + "setattr", "mock" + "er.")


def test_imports_point_one_way() -> None:
    wrong = {module.name: _rooms_of(module) - MAY_IMPORT[module.room] for module in modules()}
    assert not {name: rooms for name, rooms in wrong.items() if rooms}


def _rooms_of(module: Module) -> set[str]:
    """Return the other rooms that a module imports, for type checkers too."""
    names = {name.split(".", 1)[0] for name in imported(module, running=False)}
    return names & {*ROOMS, "tests"} - {module.room}


def test_no_import_cycles() -> None:
    known = {module.name for module in modules() if not module.is_package}
    graph = {module.name: imported(module) & known - {module.name} for module in modules() if module.name in known}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("library", HEAVY_HOMES)
def test_heavy_libraries_stay_at_home(library: str) -> None:
    homes = HEAVY_HOMES[library]
    for module in modules():
        if any(name.split(".", 1)[0] == library for name in imported(module)):
            at_home = any(module.name == home or module.name.startswith(f"{home}.") for home in homes)
            assert at_home, f"{module.name} imports {library}; its homes are {sorted(homes)}"


def test_no_init_imports_a_heavy_library() -> None:
    heavy = {*HEAVY_HOMES, *ALSO_HEAVY}
    inits = [module for module in modules() if module.is_package]
    assert not [m.name for m in inits if {name.split(".", 1)[0] for name in imported(m)} & heavy]


@pytest.mark.parametrize("entry", LIGHT_ENTRIES)
def test_entries_are_light(entry: str) -> None:
    """A fresh interpreter loads nothing heavy; what it loads is counted, since time alone depends on the machine."""
    heavy = sorted({*HEAVY_HOMES, *ALSO_HEAVY})
    code = f"import sys, {entry}\nprint(*[name for name in {heavy!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


@pytest.mark.parametrize("arguments", [["-c", "import agent"], ["-m", "agent", "--help"]], ids=["import", "help"])
def test_import_and_help_take_less_than_a_second(arguments: list[str]) -> None:
    """The fastest of three, so that another process on the machine does not fail the test."""
    assert min(_seconds(arguments) for _ in range(3)) < SECONDS_TO_IMPORT


def _seconds(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - started


def test_files_stay_short() -> None:
    lines = {module.name: len(module.text.splitlines()) for module in modules(*ROOMS, "tests")}
    assert not {name: count for name, count in lines.items() if count > MOST_FILE_LINES}


def test_functions_stay_short() -> None:
    lines = {f"{module.name}.{f.name}": body_lines(f) for module in modules() for f in functions(module)}
    assert not {name: count for name, count in lines.items() if count > MOST_FUNCTION_LINES}


def test_no_function_imports() -> None:
    assert not [
        f"{module.name}.{function.name}"
        for module in modules(*ROOMS, "tests")
        for function in functions(module)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    ]


def test_no_mocks() -> None:
    assert not {module.name: word for module in modules("tests") for word in MOCKS if word in module.text}


def test_no_vague_module_names() -> None:
    assert not [m.name for m in modules() if any(VAGUE_NAMES.search(part) for part in m.name.split("."))]


def test_every_module_says_what_it_is() -> None:
    assert not [module.name for module in modules() if not ast.get_docstring(module.tree)]


def _declared(extra: str | None = None) -> set[str]:
    """Return the distributions that pyproject.toml asks for: always, or with an extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def _third_party(*folders: str) -> dict[str, set[str]]:
    """Return the libraries imported below the folders, each with the distributions it may come from."""
    names = {name.split(".", 1)[0] for module in modules(*folders) for name in imported(module, running=False)}
    outside = names - set(sys.stdlib_module_names) - {*ROOMS, "tests"}
    found = packages_distributions()
    return {name: {canonicalize_name(dist) for dist in found.get(name, [name])} for name in outside}


def test_every_import_is_declared() -> None:
    undeclared = {name: dists for name, dists in _third_party(*ROOMS).items() if not dists & _declared()}
    assert not undeclared, "pyproject.toml does not ask for these"


def test_every_import_of_the_tests_is_declared() -> None:
    declared = _declared() | _declared("dev")
    assert not {name: dists for name, dists in _third_party("tests").items() if not dists & declared}


NEEDED_UNSEEN = {"accelerate": "`accelerate launch` starts training in several processes; peft needs it too"}
"""Declared though no module imports them, with the reason."""


def test_every_declared_dependency_is_used_and_explained() -> None:
    used = {dist for dists in _third_party(*ROOMS).values() for dist in dists}
    told = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert _declared() - used <= NEEDED_UNSEEN.keys()
    assert not [name for name in sorted(_declared()) if f"| {name} |" not in told], "docs/dependencies.md has no row"


def test_the_lock_holds_every_dependency() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pinned = {canonicalize_name(line.split("==")[0]): line for line in lines if "==" in line and line[0] != "#"}
    assert _declared() <= pinned.keys()
    assert not [line for line in pinned.values() if "://" in line or "/" in line or "+" in line]
