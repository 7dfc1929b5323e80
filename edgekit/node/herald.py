"""The herald: takes signed records to the outlets. It holds no key and sees nothing else.

What an outlet does not take is kept in order and tried again; the clerk is told how far it got.
Files and a broker have a lane each, so that neither waits for the other.
"""

import os
import select
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from edgekit.config import Settings
from edgekit.config.files import DEFAULT_RECORDS
from edgekit.confine.allowance import herald_allowance
from edgekit.confine.hygiene import hide_memory
from edgekit.errors import ConfigError, EdgekitError, OutletError
from edgekit.node.handing.broker_lane import BrokerLane, open_lane
from edgekit.node.handing.mail import DELIVERED, FILES, RecordReader, encode_answer
from edgekit.node.log import say
from edgekit.node.walls.shutting import shut_in
from edgekit.outlets.file import FileOutlet
from edgekit.records import Profile, SignedRecord
from edgekit.seams.clerk import Outlet

RETRY_S = 5.0
MEBI = 1_048_576


def open_outlets(settings: Settings) -> tuple[Outlet, ...]:
    """Open the site's outlets; one in the storage folder where none is named.

    Raises:
        ConfigError: an outlet would leave the device under a profile that keeps all on it.
    """
    storage = settings.storage
    paths = settings.record_files
    for path in paths:
        if path.is_dir():
            raise ConfigError(
                f"outlet {path} is a folder: expected a file",
                hint=f"name a file in it: {path / DEFAULT_RECORDS.name}",
            )
    outlets: list[Outlet] = [
        FileOutlet(
            path,
            rotate_bytes=storage.rotate_mb * MEBI,
            keep_free_bytes=storage.keep_free_mb * MEBI,
        )
        for path in paths
    ]
    for outlet in outlets:
        if outlet.leaves_device and settings.site.profile is Profile.LOCAL:
            raise ConfigError(
                f"outlet {outlet.name} leaves the device, and profile `local` lets nothing leave",
                hint="take the outlet out of site.toml, or choose another profile",
            )
    return tuple(outlets)


class Herald:
    """Delivers records in order: the lane of the files.

    Args:
        outlets: where each record goes; with none, records are only ticked off.
        answer: tells the clerk how far it got.
        clock_s: monotonic seconds.
    """

    def __init__(
        self,
        outlets: Sequence[Outlet],
        *,
        answer: Callable[[bytes], object],
        clock_s: Callable[[], float],
    ) -> None:
        self._outlets = outlets
        self._answer = answer
        self._clock_s = clock_s
        self._waiting: deque[SignedRecord] = deque()
        self._next_try_s = 0.0
        self._away = False

    def take(self, record: SignedRecord) -> None:
        """Keep a record until it is delivered."""
        self._waiting.append(record)

    def deliver(self) -> None:
        """Try to deliver what waits; an outlet that is away is tried again later."""
        if self._clock_s() < self._next_try_s:
            return
        done: int | None = None
        try:
            while self._waiting:
                for outlet in self._outlets:
                    outlet.send(self._waiting[0])
                done = self._waiting.popleft().sequence + 1
        except OutletError as error:
            self._next_try_s = self._clock_s() + RETRY_S
            if not self._away:
                say("warning", f"records wait: {error}")
            self._away = True
        if done is not None:
            self._answer(encode_answer(DELIVERED, done))
            if self._away and not self._waiting:
                self._away = False
                say("info", "records flow again")


def run(path: Path, records_fd: int, answers_fd: int, unanswered: int = 0) -> int:
    """Deliver until the clerk closes its pipe, or a broker has to be called; return the exit code.

    Args:
        path: the site.toml.
        records_fd: where records come from.
        answers_fd: where answers go.
        unanswered: how often the broker was called in vain before.
    """
    lane: BrokerLane | None = None
    outlets: tuple[Outlet, ...] = ()
    try:
        settings = Settings.load(path)
        lane = open_lane(
            settings,
            answer=lambda data: os.write(answers_fd, data),
            clock_s=time.monotonic,
            now_s=int(time.time()),
            unanswered=unanswered,
        )
        shut_in(settings, herald_allowance(pid=os.getpid(), calls=lane is not None))
        select.select([records_fd], [], [])  # nothing comes before it was looked at from outside
        hide_memory()
        outlets = open_outlets(settings)
        herald = Herald(
            outlets, answer=lambda data: os.write(answers_fd, data), clock_s=time.monotonic
        )
        return _serve(herald, lane, records_fd)
    except BrokenPipeError:
        return 0
    except EdgekitError as error:
        say("error", str(error), error=error)
        return 1
    finally:
        for outlet in outlets:
            outlet.close()
        if lane is not None:
            lane.close()


def _serve(herald: Herald, lane: BrokerLane | None, records_fd: int) -> int:
    reader = RecordReader()
    while True:
        read, write = ([], []) if lane is None else lane.waits_for
        ready, _, _ = select.select([records_fd, *read], write, [], 1.0)
        if records_fd in ready:
            data = os.read(records_fd, 65_536)
            if not data:
                return 0
            for number, record in reader.feed(data):
                taker = herald if number == FILES else lane
                if taker is not None:
                    taker.take(record)
        herald.deliver()
        if lane is not None:
            lane.turn()
            if lane.over is not None:
                return lane.over


def main(words: Sequence[str]) -> int:
    """Run as a process of the node."""
    path, records_fd, answers_fd, unanswered = words
    return run(Path(path), int(records_fd), int(answers_fd), int(unanswered))
