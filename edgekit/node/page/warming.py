"""Asking the application for everything once, before its process can load anything any more."""

from collections.abc import MutableMapping
from typing import Any

from edgekit.web.manners import App

PATHS = (
    *("/", "/page.css", "/page.js", "/icon.svg", "/sign.svg", "/key.pem", "/checkpoint"),
    *("/records", "/record/0", "/proof/0", "/tile/0/000", "/tile/none", "/metrics", "/healthz"),
    *("/events", "/none"),
)


async def warm_up(app: App, host: str) -> None:
    """Ask for each path, and show a token that is none; ``host``: a name that it answers to."""
    for path in PATHS:
        for method in ("GET", "HEAD"):
            await _ask(app, method, path, host)
    await _ask(app, "POST", "/pause", host)
    await _ask(app, "GET", "/", "elsewhere")


async def _ask(app: App, method: str, path: str, host: str) -> None:
    parts: list[MutableMapping[str, Any]] = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": b"token=none", "more_body": False},
    ]

    async def receive() -> MutableMapping[str, Any]:
        return parts.pop() if len(parts) > 1 else parts[0]

    async def send(_message: MutableMapping[str, Any]) -> None:
        """Nobody reads it."""

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"lang=en",
        "headers": [(b"host", host.encode()), (b"accept-language", b"de;q=0.5, en")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
        "state": {},
    }
    await app(scope, receive, send)
