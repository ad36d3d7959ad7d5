"""What stands before every request: the host it names, and the headers every answer carries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.server.problems import Problem, problem, respond

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page loads nothing from another host and runs no script but its own files."""

REPORT_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts allow-popups allow-modals"
)
"""The report is one file with its script inside; the sandbox keeps that script from the API and from the page."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Refuse foreign host names (DNS rebinding) and bodies that are too large, and add the security headers.

    Bodies are read here as a whole, so that a refusal is a problem like any other; the framework's own limit answers in
    plain text.
    """

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str], most_bytes: int, most_bytes_of: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._most_bytes_of = dict(most_bytes_of or {})
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        host = _host_name(Headers(scope=scope).get("host", ""))
        if "*" not in self._hosts and host not in self._hosts:
            await respond(_foreign(host))(scope, receive, send_guarded)
            return
        most_bytes = self._limit(scope["path"])
        body = await _read(receive, most_bytes)
        if body is None:
            await respond(_too_large(most_bytes))(scope, receive, send_guarded)
            return
        await self._app(scope, _replay(body, receive), send_guarded)

    def _limit(self, path: str) -> int:
        return next((most for end, most in self._most_bytes_of.items() if path.endswith(end)), self._most_bytes)


async def _read(receive: Receive, most_bytes: int) -> bytes | None:
    """Read a request's body; none when it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most_bytes:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read to whoever reads it next."""
    waiting = [body]

    async def again() -> Message:
        return {"type": "http.request", "body": waiting.pop(), "more_body": False} if waiting else await receive()

    return again


def _host_name(header: str) -> str:
    """Cut the port from a Host header.

    >>> _host_name("LOCALHOST:8000"), _host_name("[::1]:8000"), _host_name("[::1]")
    ('localhost', '[::1]', '[::1]')
    """
    name, colon, port = header.lower().rpartition(":")
    return name if colon and port.isdecimal() else header.lower()


def _foreign(host: str) -> Problem:
    detail = f"host {host[:80]!r} is not served here; expected {', '.join(LOCAL_HOSTS)}; try `serve --allow-host NAME`"
    return problem(421, "foreign-host", "The host is not served here", detail)


def _too_large(most_bytes: int) -> Problem:
    detail = f"the request's body is too large; expected at most {most_bytes:,} bytes; try less"
    return problem(413, "too-large", "The request is too large", detail)


def _add_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in _ALWAYS.items():
        headers[name] = value
    headers["Content-Security-Policy"] = REPORT_POLICY if path.endswith("/report") else PAGE_POLICY
    if path.startswith("/assets/"):
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif "cache-control" not in headers:
        headers["Cache-Control"] = "no-store" if path.startswith("/v1/") else "no-cache"
