"""The project's source as the architecture tests see it: modules, what they import, what they define."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("agent", "tools", "retrieval", "prompts", "finetune", "evals")


@dataclass(frozen=True)
class Module:
    """One module of the project."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """Return the top folder."""
        return self.name.split(".", 1)[0]

    @property
    def is_package(self) -> bool:
        """Tell whether it is an `__init__`."""
        return self.path.name == "__init__.py"


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return all modules below the folders, by name; the rooms if none are given."""
    paths = [path for folder in folders or ROOMS for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(_module(path) for path in paths if "node_modules" not in path.parts)


def _module(path: Path) -> Module:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    text = path.read_text(encoding="utf-8")
    return Module(name, path, text, ast.parse(text, str(path)))


@cache
def imported(module: Module, running: bool = True) -> frozenset[str]:
    """Return what a module imports, in full names: `from a import b` gives `a` and `a.b`.

    Args:
        module: The module to read.
        running: Leave out what is imported for type checkers only.
    """
    names: set[str] = set()
    for node in _walk(module.tree, running):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def _walk(node: ast.AST, running: bool) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if running and isinstance(child, ast.If) and _is_type_checking(child.test):
            continue
        yield from _walk(child, running)


def _is_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, nested ones too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total
