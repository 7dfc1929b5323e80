"""The page served by uvicorn to whoever calls: bounded in number, size and time, and unseen.

Who calls slowly, sends too much or reads nothing is hung up on; nobody's address is looked at, and
nothing is written down. Importing this needs ``pip install '.[web]'``.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from edgekit.web.manners import App

MOST_CALLERS = 64
REQUEST_S = 10.0
"""So long a whole request may take to come, and the next one on the same line."""

ANSWER_S = 30.0
"""So long its answer may take to be read."""

STREAM_S = 660.0
"""A stream ends by itself before."""

HEADER_BYTES = 16_384
STREAMS = ("/events",)


class Line(H11Protocol):
    """One caller's line, which is cut when its time is over."""

    hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # -- as uvicorn's own
        """Somebody calls."""
        super().connection_made(transport)
        self.give(REQUEST_S)
        if len(self.connections) > MOST_CALLERS:
            self.make_room()

    def data_received(self, data: bytes) -> None:
        """A piece of a request has come."""
        asked = self.asking
        super().data_received(data)
        if asked and not self.asking:
            self.give(STREAM_S if self.scope["path"] in STREAMS else ANSWER_S)

    def on_response_complete(self) -> None:
        """An answer is written; another request may follow."""
        super().on_response_complete()
        self.give(REQUEST_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is down."""
        if self.hurry is not None:
            self.hurry.cancel()
        super().connection_lost(exc)

    @property
    def asking(self) -> bool:
        """Whether a request is still to come, or to come in full."""
        cycle: object = self.cycle  # None before the first request, whatever its type says
        return cycle is None or self.cycle.response_complete or self.cycle.more_body

    def give(self, seconds: float) -> None:
        """Cut the line unless something happens within this time."""
        if self.hurry is not None:
            self.hurry.cancel()
        self.hurry = self.loop.call_later(seconds, self.cut)

    def cut(self) -> None:
        """Hang up, whatever is under way."""
        self.transport.abort()

    def make_room(self) -> None:
        """Hang up on who has asked for nothing for longest; on who came last where nobody waits."""
        idle = [one for one in self.connections if isinstance(one, Line) and one.asking]
        longest = min(idle, key=lambda one: one.hurry.when() if one.hurry else 0.0, default=self)
        longest.cut()


class Door(Server):
    """A server that does one thing more before it takes a call.

    Args:
        app: what answers.
        before: awaited once all is loaded.
    """

    def __init__(self, app: App, *, before: Callable[[], Awaitable[None]]) -> None:
        super().__init__(
            Config(
                app,
                loop="asyncio",
                http=Line,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                proxy_headers=False,
                h11_max_incomplete_event_size=HEADER_BYTES,
                timeout_graceful_shutdown=1,
            )
        )
        self._before = before

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Do what comes before the first call is taken, then take calls."""
        await self._before()
        if not self.should_exit:
            await super().startup(sockets=sockets)

    def keep(self, sockets: Sequence[socket.socket]) -> None:
        """Serve at these doors, which are open already, until `should_exit` is set."""
        asyncio.run(self.serve(sockets=list(sockets)))
