"""README and docs stay true: commands parse, targets and files exist, Python blocks run."""

from __future__ import annotations

import argparse
import re
import shlex
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from agent.cli import COMMANDS
from evals.__main__ import read_arguments
from tests.source import ROOT
from tools.warehouse.store import Store

PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
_TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)


def blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks of a page in a language."""
    return [text for kind, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


def commands() -> list[str]:
    """Return every shell command of the pages."""
    texts = [text for page in PAGES for text in blocks(page, "sh")]
    lines = [line for text in texts for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [part.strip() for line in lines for part in line.split(" && ")]


@pytest.mark.parametrize("command", commands())
def test_commands_of_the_pages_parse(command: str) -> None:
    program, *arguments = shlex.split(command, comments=True)
    if program == "make":
        assert arguments[0] in _TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
    elif program == "marketwright":
        parser = argparse.ArgumentParser(exit_on_error=False)
        import_module(COMMANDS[arguments[0]][0]).add_arguments(parser)
        parser.parse_args(arguments[1:])
    elif program == "python":
        assert arguments[0] == "-m"
        if arguments[1] == "evals":
            read_arguments(arguments[2:])
        assert find_spec(arguments[1]) is not None
    else:
        assert program in ("curl", "git", "pip")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.demo
@pytest.mark.weights
@pytest.mark.parametrize("code", blocks(ROOT / "README.md", "python"))
def test_python_blocks_run(code: str, demo_store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo_store.name == "demo"
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out.strip()
