"""The command line as a process of its own."""

from __future__ import annotations

import subprocess
import sys


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """`marketwright schema campaign | head -1`: more than a pipe's buffer is written after the reader has gone."""
    command = f"{sys.executable} -m agent schema campaign | head -c 1; exit ${{PIPESTATUS[0]}}"
    run = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (0, "{", "")
