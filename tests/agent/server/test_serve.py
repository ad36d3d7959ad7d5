"""The command `serve`: where it listens, and what it says when it cannot."""

from __future__ import annotations

import pytest

from agent.commands.serve import listen
from tools.errors import InputError


def test_a_taken_port_is_told() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"127.0.0.1:{port} cannot be listened on .*; try --port 0"):
            listen("127.0.0.1", port)


def test_an_impossible_port_is_told() -> None:
    with pytest.raises(InputError, match="port 700000 does not exist"):
        listen("127.0.0.1", 700_000)
