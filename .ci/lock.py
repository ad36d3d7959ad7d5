"""Print the exact versions of everything the project asks for, as a constraints file for pip."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def asked() -> list[Requirement]:
    """Return what pyproject.toml asks for, extras and build included."""
    data = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    project = data["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in [*project["dependencies"], *extras, *data["build-system"]["requires"]]]


def closure(wanted: list[Requirement]) -> dict[str, str]:
    """Follow requirements through the installed distributions; versions by name, without labels such as `+cpu`."""
    versions: dict[str, str] = {}
    done: set[tuple[str, str]] = set()
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) in done:
                continue
            done.add((name, extra))
            try:
                found = distribution(name)
            except PackageNotFoundError:
                continue  # for another platform or Python
            versions[name] = Version(found.version).public
            children = (Requirement(line) for line in found.requires or ())
            wanted += [child for child in children if child.marker is None or child.marker.evaluate({"extra": extra})]
    return versions


if __name__ == "__main__":
    print("# Versions tested together on Python 3.11; written by `make lock`, used by make as pip's constraints.")
    for package, version in sorted(closure(asked()).items()):
        print(f"{package}=={version}")
