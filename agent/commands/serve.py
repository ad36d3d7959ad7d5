"""`marketwright serve`: start the chat page and the HTTP API in one process."""

from __future__ import annotations

import argparse
import ipaddress
import socket
import sys

import uvicorn

from agent.server.app import create_app
from agent.server.guard import LOCAL_HOSTS
from agent.server.real import real_services
from tools.errors import InputError

HOST, PORT = "127.0.0.1", 8000
LAST_PORT = 65_535
CLOSE_SECONDS = 3
"""How long leaving waits for open connections, such as a page that watches a plan."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--host", default=HOST, metavar="H", help=f"address to listen on (default {HOST}: this machine only)"
    )
    parser.add_argument(
        "--port", type=int, default=PORT, metavar="N", help=f"port (default {PORT}; 0 takes a free one)"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another host name that pages and programs may use for this server; repeatable, * for all",
    )


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted."""
    app = create_app(real_services(), (*LOCAL_HOSTS, args.host, *args.allow_host))
    with listen(args.host, args.port) as listener:
        port = listener.getsockname()[1]
        print(
            f"Chat page http://{args.host}:{port}/ · API http://{args.host}:{port}/docs · stop with Ctrl+C", flush=True
        )
        if not is_local(args.host):
            print(
                "Anyone who reaches this address can use it; keep it behind a proxy that asks who they are.",
                file=sys.stderr,
            )
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=CLOSE_SECONDS, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket.

    Raises:
        InputError: The address or port cannot be had.
    """
    if not 0 <= port <= LAST_PORT:
        raise InputError(f"port {port} does not exist; expected 0 to {LAST_PORT}; try --port {PORT}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise InputError(
            f"address {host}:{port} cannot be listened on ({error.strerror}); expected a free port of this machine; "
            "try --port 0"
        ) from error


def is_local(host: str) -> bool:
    """Say whether only this machine can reach a host name.

    >>> is_local("127.0.0.1"), is_local("localhost"), is_local("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
