"""The steward's rounds: every system in its turn, several times a second.

A process of its own, with serial ports and its own folder and nothing else: it sees no picture,
holds no key and has no network. It tells the clerk what its systems make of their readings, as an
eye does, and only what is authorised. What it drives expires: whatever dies, each channel goes to
its safe state. It also acts while nothing may be told: a fire warning needs nobody's consent.
"""

import os
import select
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from edgekit.bridge.board import Bridge
from edgekit.bridge.port import path_of
from edgekit.config import Settings
from edgekit.confine.allowance import steward_allowance
from edgekit.confine.hygiene import hide_memory
from edgekit.errors import EdgekitError
from edgekit.node import clock
from edgekit.node.log import say
from edgekit.node.processes.lock import StopSignals
from edgekit.node.site import Site, load_site
from edgekit.node.steward.boards import Boards
from edgekit.node.steward.ear import Ear
from edgekit.node.steward.kept import folder_of
from edgekit.node.steward.tended import Tended
from edgekit.node.walls.shutting import shut_in
from edgekit.privacy.systems import system_channels, telling
from edgekit.records import Kind, Observation

TURN_S = 0.1
AWAY_MS = 2_000
"""A port that was plugged in again is another file, which its walls do not let it open: where a
board is away for so long and another file is there, it ends, and a new steward begins."""


class Mouth:
    """Tells the clerk, in order; what it cannot tell at once is not told.

    Args:
        out: the pipe.
        generation: the number that the supervisor gave this steward.
    """

    def __init__(self, out: int, generation: int) -> None:
        os.set_blocking(out, False)
        self._out, self._seq = out, 0
        self._poll = select.poll()
        self._poll.register(out, 0)
        self.say(0, Kind.HELLO, generation)

    def say(self, channel: int, kind: Kind, value: int) -> None:
        """Send one observation."""
        seen = Observation(
            seq=self._seq, t_ms=clock.now_ms(), channel=channel, kind=kind, value=value
        )
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(self._out, seen.to_bytes())
            self._seq += 1

    @property
    def unheard(self) -> bool:
        """Whether nobody reads any more: the clerk has ended, and so does the node."""
        return any(event & select.POLLERR for _, event in self._poll.poll(0))


class Steward:
    """Makes the rounds.

    Args:
        site: settings and authority.
        boards: of its systems.
        tell: takes channel, kind and value of what is told.
        say: called with a word for the log, its level first.
        ear: hears the one bit that the clerk says.
    """

    def __init__(
        self,
        site: Site,
        boards: Boards,
        *,
        tell: Callable[[int, Kind, int], None],
        say: Callable[[str, str], None],
        ear: Ear | None = None,
    ) -> None:
        self._boards, self._tell = boards, tell
        self._ear = ear or Ear(None)
        self._systems = site.settings.systems
        channels = system_channels(site.authorisation)
        self.tended = tuple(
            Tended(
                system,
                channels.get(system.name, {}),
                folder=folder_of(site.settings),
                say=say,
                aloud=site.settings.site.profile.at_home,
            )
            for system in self._systems
        )
        self._told = telling(site.authorisation)
        self._files = {system.port: file_at(system.port) for system in self._systems}

    @property
    def lost(self) -> bool:
        """Whether a new steward may find what this one has lost."""
        for port, before in self._files.items():
            if self._boards.away_ms(port) <= AWAY_MS:
                continue
            now = self._files[port] = file_at(port)  # one that was gone meanwhile is another
            if now is not None and now != before:
                return True
        return False

    def turn(self) -> None:
        """Let each system read, decide and drive."""
        for system, tended in zip(self._systems, self.tended, strict=True):
            board = self._boards.get(system.port)
            words = tended.turn(
                board,
                answers=self._boards.answers(system.port),
                t_ms=clock.now_ms(),
                steady_ms=clock.steady_ms(),
                said=self._ear.pressed,
            )
            for word in words:
                if system.name in self._told:
                    self._tell(*word)

    def close(self) -> None:
        """Leave everything safe, and keep what is known."""
        for tended in self.tended:
            tended.close()
        self._boards.close()


def file_at(port: str) -> tuple[int, int] | None:
    """Return which file a port is now; None where none is there."""
    try:
        found = Path(path_of(port)).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def main(words: Sequence[str]) -> int:
    """Run as a process of the node."""
    path, (generation, out, said, go) = Path(words[0]), map(int, words[1:5])
    stop = threading.Event()
    try:
        settings = Settings.load(path)
        site = load_site(path, now_s=clock.now_ms() // 1000)
        shut_in(settings, steward_allowance(pid=os.getpid()))
        if not os.read(go, 1):
            return 0
        hide_memory()
        boards = Boards(open_board=Bridge, say=say, steady_ms=clock.steady_ms)
        mouth = Mouth(out, generation)
        steward = Steward(site, boards, tell=mouth.say, say=say, ear=Ear(said))
        with StopSignals(stop.set):
            try:
                while not (stop.wait(TURN_S) or mouth.unheard or steward.lost):
                    steward.turn()
            finally:
                steward.close()
    except EdgekitError as error:
        say("error", str(error), error=error)
        return 1
    return 0
