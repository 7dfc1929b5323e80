"""The page's process: it loads, shuts itself in, and only then answers anybody.

It holds no key and no file, has no network of its own, and writes to one pipe. Its doors were
opened by whoever started it (`edgekit.node.page.doors`).
"""

import asyncio
import gc
import logging
import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.config import Settings
from edgekit.config.web import Web
from edgekit.confine.allowance import page_allowance
from edgekit.confine.hygiene import hide_memory
from edgekit.errors import ConfigError, EdgekitError, MissingExtraError
from edgekit.node import clock
from edgekit.node.handing.mail import RecordReader
from edgekit.node.log import say
from edgekit.node.page.clerk import DistantClerk
from edgekit.node.page.parcels import (
    Parcel,
    ParcelReader,
    about_from_bytes,
    condition_from_bytes,
)
from edgekit.node.page.warming import warm_up
from edgekit.node.site import load_site
from edgekit.node.walls.shutting import shut_in
from edgekit.web.board import Board

if TYPE_CHECKING:
    from edgekit.web.door import Door
    from edgekit.web.manners import App

READ_BYTES = 65_536


class Page:
    """One life of the page.

    Args:
        settings: the site's.
        parcels_fd: what the clerk hands over.
        questions_fd: what is asked back.
        doors: sockets that listen.
    """

    def __init__(
        self, settings: Settings, parcels_fd: int, questions_fd: int, doors: Sequence[socket.socket]
    ) -> None:
        self._settings = settings
        self._web = _web_of(settings)
        self._parcels_fd, self._questions_fd = parcels_fd, questions_fd
        self._doors = doors
        now_s = clock.now_ms() // 1000
        self.board = Board(load_site(settings.path, now_s=now_s).authorisation)
        self._clerk = DistantClerk(questions_fd)
        self._reader, self._records = ParcelReader(), RecordReader()
        self._spoken = asyncio.Event()
        self._error: EdgekitError | None = None
        self._app, self._door = self._loaded()

    def run(self) -> None:
        """Serve until the clerk closes its pipe.

        Raises:
            EdgekitError: it could not shut itself in, or the clerk talks nonsense.
        """
        logging.disable()  # libraries would say who called, and there is nowhere to say it
        self._door.keep(self._doors)
        if self._error is not None:
            raise self._error

    async def before(self) -> None:
        """Load all that will be needed, put up the last wall, and wait for the clerk's word."""
        await warm_up(self._app, str(self._web.listen[0]))
        gc.collect()
        doors = [door.fileno() for door in self._doors]
        shut_in(
            self._settings,
            page_allowance(pid=os.getpid(), doors=doors, out=self._questions_fd),
        )
        os.set_blocking(self._parcels_fd, False)
        asyncio.get_running_loop().add_reader(self._parcels_fd, self.hear)
        # Who calls before this was looked at waits: a line that is up would lead out.
        await self._spoken.wait()

    def _loaded(self) -> "tuple[App, Door]":
        """Load what serves; raises MissingExtraError where it is not installed."""
        try:
            from edgekit.web.answers import Served  # noqa: PLC0415 -- it loads Starlette
            from edgekit.web.app import make_app  # noqa: PLC0415 -- likewise
            from edgekit.web.door import Door  # noqa: PLC0415 -- it loads uvicorn
        except ImportError as error:
            raise MissingExtraError(
                "the status page needs Starlette and uvicorn, which are not installed",
                hint="in edgekit's folder: pip install '.[web]'; or take [web] out of site.toml",
            ) from error
        served = Served(
            board=self.board,
            clerk=self._clerk,
            web=self._web,
            now_s=lambda: clock.now_ms() // 1000,
            steady_s=time.monotonic,
        )
        app = make_app(served)
        return app, Door(app, before=self.before)

    def hear(self) -> None:
        """Take what the clerk hands over."""
        data = b""
        try:
            data = os.read(self._parcels_fd, READ_BYTES)
            if not self._clerk.listens:
                self._clerk.listens = True
                hide_memory()  # nothing comes before it was looked at from outside
            for kind, body in self._reader.feed(data):
                self._take(kind, body)
        except BlockingIOError:
            return
        except EdgekitError as error:
            self._error = error
        self._spoken.set()
        if not data or self._error is not None:
            asyncio.get_running_loop().remove_reader(self._parcels_fd)
            self._door.should_exit = True

    def _take(self, kind: Parcel, body: bytes) -> None:
        now_s = clock.now_ms() // 1000
        match kind:
            case Parcel.ABOUT:
                self.board.begin(about_from_bytes(body))
            case Parcel.RECORDS:
                for _, record in self._records.feed(body):
                    self.board.take(record, now_s)
            case Parcel.NOTE:
                self.board.set_note(body.decode("utf-8", "replace"))
            case Parcel.CONDITION:
                self.board.set_condition(condition_from_bytes(body), now_s)
            case Parcel.ANSWER:
                self._clerk.hear(body)


def _web_of(settings: Settings) -> Web:
    if settings.web is None:
        raise ConfigError("site.toml has no [web]: there is no page to serve")
    return settings.web


def main(words: Sequence[str]) -> int:
    """Run as a process of the node: ``SETTINGS PARCELS QUESTIONS DOOR…``."""
    path, (parcels_fd, questions_fd, *doors) = Path(words[0]), map(int, words[1:])
    try:
        settings = Settings.load(path)
        Page(settings, parcels_fd, questions_fd, [socket.socket(fileno=fd) for fd in doors]).run()
    except EdgekitError as error:
        say("error", str(error), error=error)
        return 1
    return 0
