"""The steward's rounds: every system in its turn, several times a second.

A process of its own, with serial ports and its own folder and nothing else: it sees no picture,
holds no key and has no network. It tells the clerk what its systems make of their readings, as an
eye does, and only what is authorised. What it drives expires: whatever dies, each channel goes to
its safe state. It also acts while nothing may be told: a fire warning needs nobody's consent.
"""

import os
import select
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from edgekit.bridge.board import Bridge
from edgekit.config import Settings, System
from edgekit.confine.allowance import steward_allowance
from edgekit.confine.hygiene import hide_memory
from edgekit.consent.decided import decided_at
from edgekit.errors import EdgekitError
from edgekit.node import clock
from edgekit.node.log import say
from edgekit.node.processes.lock import StopSignals
from edgekit.node.processes.ports import file_at
from edgekit.node.site import Site, load_site
from edgekit.node.steward.answering import Answering
from edgekit.node.steward.boards import Boards
from edgekit.node.steward.door import Consents, Reader
from edgekit.node.steward.ear import Ear
from edgekit.node.steward.handed import Handed
from edgekit.node.steward.kept import folder_of
from edgekit.node.steward.station import Station
from edgekit.node.steward.tended import Surroundings, Tended
from edgekit.node.steward.wired import Beside
from edgekit.node.walls.shutting import shut_in
from edgekit.privacy.systems import system_channels, telling
from edgekit.records import Kind, Observation
from edgekit.systems.telling import TELLERS

TURN_S = 0.1
AWAY_MS = 20_000
"""A port that was plugged in again is another file, which its walls do not let it open, and which
the supervisor hands over. Where a board is away for so long, another file is there and nobody could
hand it over, it ends, and a new steward begins: that one may open it."""


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
        handed: opens ports, also such as were plugged in again.
        tell: takes channel, kind and value of what is told.
        say: called with a word for the log, its level first.
        ear: hears what the clerk says.
    """

    def __init__(
        self,
        site: Site,
        boards: Boards,
        handed: Handed,
        *,
        tell: Callable[[int, Kind, int], None],
        say: Callable[[str, str], None],
        ear: Ear | None = None,
    ) -> None:
        self._boards, self._handed, self._tell = boards, handed, tell
        self._ear = ear or Ear(None)
        self._systems = site.settings.systems
        channels = system_channels(site.authorisation)
        self.tended = tuple(
            Tended(
                system,
                channels.get(system.name, {}),
                Surroundings(
                    folder=folder_of(site.settings),
                    beside=_beside(system, handed, say),
                    claim=partial(boards.claim, system.port, system.name),
                ),
                say=say,
                aloud=site.settings.site.profile.at_home,
            )
            for system in self._systems
            if system.name in TELLERS
        )
        allowed = decided_at(site.authorisation)
        self.answering = tuple(
            Answering(system, say=say, claim=partial(boards.claim, system.port, system.name))
            for system in self._systems
            if system.name in allowed
        )
        self._told = telling(site.authorisation)
        self._port = {system.name: system.port for system in self._systems}
        self._files = {system.port: file_at(system.port) for system in self._systems}

    @property
    def lost(self) -> bool:
        """Whether a new steward may find what this one has lost."""
        for port, before in self._files.items():
            if self._boards.away_ms(port) <= AWAY_MS:
                continue
            now = self._files[port] = file_at(port)  # one that was gone meanwhile is another
            if now is not None and now != before and not self._handed.knows(port, now):
                return True
        return False

    def turn(self) -> None:
        """Let each system read, decide and drive."""
        self._handed.turn()
        decided = self._ear.decided()
        for answering in self.answering:
            port = self._port[answering.name]
            there, answers = self._boards.get(port), self._boards.answers(port)
            for word in answering.turn(
                there, decided, answers=answers, steady_ms=clock.steady_ms()
            ):
                self._tell(*word)
        for tended in self.tended:
            port = self._port[tended.name]
            words = tended.turn(
                self._boards.get(port),
                answers=self._boards.answers(port),
                t_ms=clock.now_ms(),
                steady_ms=clock.steady_ms(),
                said=self._ear.pressed,
            )
            for word in words:
                if tended.name in self._told:
                    self._tell(*word)

    def close(self) -> None:
        """Leave everything safe, and keep what is known."""
        for tended in self.tended:
            tended.close()
        for answering in self.answering:
            answering.close()
        self._boards.close()
        self._handed.close()


def _beside(system: System, handed: Handed, say: Callable[[str, str], None]) -> Beside:
    """Return what a system hears of beside its board."""
    reader = None
    if system.reader is not None:
        reader = Reader(
            partial(handed.open, system.reader, system.reader_baud), say, clock.steady_ms
        )
    tokens, folder = system.tokens, system.station
    return Beside(
        consented=Consents(tokens, say),
        reader=reader,
        station=None if folder is None else Station(folder, system.settings.zone, say),
    )


def main(words: Sequence[str]) -> int:
    """Run as a process of the node."""
    path, (generation, out, said, hands, go) = Path(words[0]), map(int, words[1:6])
    stop = threading.Event()
    try:
        settings = Settings.load(path)
        site = load_site(path, now_s=clock.now_ms() // 1000)
        line = socket.socket(fileno=hands)
        shut_in(settings, steward_allowance(pid=os.getpid(), control=hands))
        if not os.read(go, 1):
            return 0
        hide_memory()
        handed = Handed(line)
        boards = Boards(
            open_board=lambda port: Bridge(port, open_port=partial(handed.open, port)),
            say=say,
            steady_ms=clock.steady_ms,
        )
        mouth = Mouth(out, generation)
        steward = Steward(site, boards, handed, tell=mouth.say, say=say, ear=Ear(said))
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
