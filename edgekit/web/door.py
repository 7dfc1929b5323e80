"""The page served by uvicorn to whoever calls: bounded in number, size and time, and unseen.

Who calls slowly, sends too much or reads nothing is hung up on; nobody's address is looked at, and
nothing is written down. uvicorn is needed (``pip install edgekit[web]``).
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from edgekit.errors import MissingExtraError
from edgekit.web.manners import App

if TYPE_CHECKING:
    from uvicorn import Server

MOST_CALLERS = 64
REQUEST_S = 10.0
"""So long a whole request may take to come, and the next one on the same line."""

ANSWER_S = 30.0
"""So long its answer may take to be read."""

STREAM_S = 660.0
"""A stream ends by itself before."""

HEADER_BYTES = 16_384
STREAMS = ("/events",)


def make_server(app: App, *, before: Callable[[], Awaitable[None]]) -> "Server":
    """Return a server for doors that are open already.

    Args:
        app: what answers.
        before: awaited once all is loaded, before anybody is answered.

    Raises:
        MissingExtraError: uvicorn is not installed.
    """
    try:
        from uvicorn import Config, Server  # noqa: PLC0415 -- only who serves the page
        from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 -- likewise
    except ImportError as error:
        raise MissingExtraError(
            "the status page needs uvicorn, which is not installed",
            hint="pip install edgekit[web]",
        ) from error

    class Line(H11Protocol):
        """One caller's line, which is cut when its time is over."""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # -- as uvicorn's own
            super().connection_made(transport)
            self._hurry: asyncio.TimerHandle | None = None
            self._give(REQUEST_S)
            if len(self.connections) > MOST_CALLERS:
                self._make_room()

        def data_received(self, data: bytes) -> None:
            asked = self._asking
            super().data_received(data)
            if asked and not self._asking:
                self._give(STREAM_S if self.scope["path"] in STREAMS else ANSWER_S)

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._give(REQUEST_S)

        def connection_lost(self, exc: Exception | None) -> None:
            if self._hurry is not None:
                self._hurry.cancel()
            super().connection_lost(exc)

        @property
        def _asking(self) -> bool:
            """Whether a request is still to come, or to come in full."""
            return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

        def _give(self, seconds: float) -> None:
            if self._hurry is not None:
                self._hurry.cancel()
            self._hurry = self.loop.call_later(seconds, self._cut)

        def _cut(self) -> None:
            self.transport.abort()

        def _make_room(self) -> None:
            """Hang up on who has asked for nothing for longest; else on who came last."""
            idle = [one for one in self.connections if isinstance(one, Line) and one._asking]
            idle.sort(key=lambda one: one._hurry.when() if one._hurry else 0.0)
            (idle[0] if idle else self)._cut()

    class Door(Server):
        """A server that does one thing more before it begins."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            await before()

    config: dict[str, Any] = {
        "loop": "asyncio",
        "http": Line,
        "ws": "none",
        "lifespan": "off",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "proxy_headers": False,
        "h11_max_incomplete_event_size": HEADER_BYTES,
        "timeout_graceful_shutdown": 1,
    }
    return Door(Config(app, **config))


def serve(server: "Server", doors: Sequence[socket.socket]) -> None:
    """Serve at these doors until the server is told to exit."""
    asyncio.run(server.serve(sockets=list(doors)))
