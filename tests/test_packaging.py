"""What the wheel holds: every package folder and every data file of the rooms."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.source import ROOMS, ROOT

NOT_SHIPPED = re.compile(r"__pycache__|\.py[cod]$")
"""Files of the rooms that the wheel leaves out."""

BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel from a copy of the tree, and give the names of its files."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for room in ROOMS:
        shutil.copytree(ROOT / room, tree / room, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    subprocess.run([sys.executable, "-c", BUILD, str(out)], cwd=tree, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return set(zipfile.ZipFile(built).namelist())


def test_the_wheel_holds_every_file_of_the_rooms(wheel: set[str]) -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    names = {path.relative_to(ROOT).as_posix() for path in files}
    missing = sorted(name for name in names if not NOT_SHIPPED.search(name) and name not in wheel)
    assert not missing, "not in the wheel: list the package or the kind of file in pyproject.toml"


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    outside = {name for name in wheel if name.split("/", 1)[0] not in ROOMS and ".dist-info/" not in name}
    assert not outside


def test_the_wheel_holds_the_licence_and_the_command(wheel: set[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel)
    assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel)


def test_no_package_folder_lacks_its_init() -> None:
    folders = {path.parent for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert not [str(folder.relative_to(ROOT)) for folder in folders if not _has_init(folder)]


def _has_init(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()
