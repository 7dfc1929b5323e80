"""The supervisor: starts the three, looks at the eye's seal from outside, restarts what falls.

It holds no key, sees no picture and speaks to nobody. The clerk tells it when an eye is wanted;
it tells the clerk what it saw of the eye. When the clerk falls, all three begin anew.
"""

import os
import selectors
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from edgekit.config import Settings
from edgekit.confine.hygiene import keep_memory_private
from edgekit.errors import EdgekitError, OutletError, PipeError, SealError
from edgekit.node.control import Message, Word, close_all, hear, say
from edgekit.node.log import Entry, LogBook
from edgekit.node.processes.child import Child
from edgekit.node.processes.fault import CALL_AGAIN, CALL_BROKE_OFF, error_of
from edgekit.node.processes.launch import Launch
from edgekit.node.processes.lock import OneNode, StopSignals
from edgekit.node.processes.mistake import OF_THE_INSTALLER, is_mistake
from edgekit.node.service.users import settle_in
from edgekit.node.site import oddities
from edgekit.node.status import PROCESSES, write_state
from edgekit.node.walls.inspection import Guard

if TYPE_CHECKING:
    import socket

STOP_S = 1.5
"""How long the three get to end in order; what is left then is killed."""

SHUT_S = 0.35
"""How long an eye gets to end by itself when none is wanted any more: its last frame has to be less
than a second after a pause or a withdrawal, on a busy machine too."""

LOG_READS = 8
"""So often is one process's log read in a turn: one that talks without end stops nobody else."""


class Supervisor:
    """Runs one node until it is told to stop, a finite source ends or it cannot go on.

    Args:
        settings_path: the site.toml.
        echo: called with every line of the log.
        on_tick: called about five times a second, for a live display.

    Started as root, with ``[users]`` in site.toml, it hands the files over and becomes a user of
    its own at once.
    """

    def __init__(
        self,
        settings_path: Path,
        *,
        echo: Callable[[str], None],
        on_tick: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = Settings.load(settings_path)
        self.directory = self.settings.storage.directory
        users = settle_in(self.settings)
        self._on_tick = on_tick
        self._log = LogBook(self.directory / "node.log", echo=echo, clock_s=time.time)
        self._launch = Launch(self.settings, users)
        self._control: socket.socket | None = None
        self._eye_wanted, self._shut_by_s = False, 0.0
        self._guard = Guard(self.settings, warn=lambda text: self._note("warning", text))
        self._has_seen, self._lock_fd = False, -1
        self._state: dict[str, object] = {}
        self._asked_to_stop = False
        self._stop_by_s: float | None = None
        self._fatal: EdgekitError | None = None
        self._selector = selectors.DefaultSelector()

    def stop(self) -> None:
        """Ask the node to end in order; harmless when repeated."""
        if self._stop_by_s is None:
            self._note("info", "stopping")
            self._stop_by_s = time.monotonic() + STOP_S
            self._tell(Message(word=Word.STOP))

    def run(self) -> None:
        """Run the node.

        Raises:
            EdgekitError: what made it impossible to go on.
        """
        with OneNode(self.directory) as self._lock_fd, StopSignals(self._ask_to_stop):
            keep_memory_private()
            self._note("info", f"node of site {self.settings.site.name!r} starting")
            for oddity in oddities(self.settings):
                self._note("warning", oddity)
            try:
                while not self._over():
                    self._turn()
            finally:
                for child in self._launch.children:
                    child.kill()
                self._launch.ports.close()
                self._drain_logs()
                self._write_state(running=False)
            if self._fatal is not None:
                raise self._fatal
            self._note("info", "stopped")

    def _ask_to_stop(self) -> None:
        """Only remember it: a signal comes in the middle of anything, also of a word of the log."""
        self._asked_to_stop = True

    def _turn(self) -> None:
        now_s = time.monotonic()
        if self._asked_to_stop:
            self.stop()
        if self._stop_by_s is None:
            self._start_what_is_due(now_s)
        for key, _ in self._selector.select(0.1):
            if key.fileobj is self._control:
                self._hear()
        self._drain_logs()
        if not self._eye_wanted and now_s > self._shut_by_s:
            self._launch.eye.kill()  # it was told to end, and had the time for it
        for child in self._launch.children:
            if (code := child.reap(now_s)) is not None:
                self._fallen(child, code)
            self._look_when_ready(child, now_s)
        self._write_state(running=True)
        self._on_tick()

    def _over(self) -> bool:
        if self._stop_by_s is None:
            return False
        gone = all(child.process is None for child in self._launch.children)
        return gone or time.monotonic() > self._stop_by_s

    def _start_what_is_due(self, now_s: float) -> None:
        launch = self._launch
        if launch.clerk.due(now_s):
            self._control = launch.start_clerk(now_s, lock_fd=self._lock_fd)
            self._selector.register(self._control, selectors.EVENT_READ)
        if self._control is None:
            return
        if launch.herald.due(now_s):
            launch.start_herald(now_s)
        if launch.pages and launch.page.due(now_s):
            self._start_page(now_s)
        self._start_what_senses(now_s)

    def _start_what_senses(self, now_s: float) -> None:
        launch, settings = self._launch, self.settings
        launch.ports.look(now_s)
        if settings.systems and self._guard.knows("clerk") and launch.steward.due(now_s):
            self._tell(launch.start_steward(now_s))
        if settings.camera.there and self._eye_wanted and launch.eye.due(now_s):
            self._tell(launch.start_eye(now_s))

    def _start_page(self, now_s: float) -> None:
        """A page that cannot be served stops no counting: it is tried again."""
        try:
            self._launch.start_page(now_s)
        except OutletError as error:
            if self._launch.page.falls == 1:
                self._note("warning", f"{error}: {error.hint}")

    def _tell(self, message: Message) -> None:
        """Say it to the clerk, and let go of what is handed over with it."""
        if self._control is not None:
            with suppress(OSError):  # a clerk that has gone is seen by its exit
                say(self._control, message)
        close_all(message.descriptors)

    def _hear(self) -> None:
        if self._control is None:
            return
        try:
            message = hear(self._control)
        except PipeError as error:
            self._note("error", str(error))
            return
        if message is None:
            self._drop_control()
        else:
            self._obey(message)

    def _obey(self, message: Message) -> None:
        """Do what the clerk says."""
        if message.word in (Word.OPEN, Word.SHUT):
            self._eye_wanted = message.word is Word.OPEN
            self._shut_by_s = time.monotonic() + SHUT_S
        elif message.word is Word.SOURCE_ENDED:
            self._note("info", "the source has ended")
            self.stop()
        elif message.word is Word.KILL_STEWARD:
            self._kill(self._launch.steward, self._launch.stewards, message)
        elif message.generation == self._launch.generation:
            self._about_the_eye(message)

    def _about_the_eye(self, message: Message) -> None:
        if message.word is Word.HELLO:
            self._launch.eye.ready = True
        elif message.word is Word.KILL_EYE:
            self._kill(self._launch.eye, self._launch.generation, message)

    def _kill(self, child: Child, generation: int, message: Message) -> None:
        if message.generation == generation:
            self._note("error", f"{child.role} killed: {message.text}")
            child.kill()

    def _look_when_ready(self, child: Child, now_s: float) -> None:
        """None of them gets anything to work with before its seal was seen."""
        if child.process is None or self._guard.knows(child.role):
            return
        if not all(self._guard.knows(first.role) for first in self._launch.before(child)):
            return
        if child is not self._launch.eye:  # which says it itself, through the clerk
            age_s = now_s - child.started_s
            child.ready = self._guard.ready(child.role, child.process, age_s)
        if child.ready and self._look_at(child):
            if (message := self._launch.release(child)) is not None:
                self._tell(message)
            self._tell_wall()

    def _look_at(self, child: Child) -> bool:
        """Return whether a process may go on: it is sealed, or need not be."""
        if child.process is None:
            return False
        try:
            seal = self._guard.look(child.role, child.process, child.outs)
        except SealError as error:
            self._note("error", str(error))
            child.kill()
            self._give_up(error)
            return False
        if seal is not None:
            self._note("info", f"{child.role} verified from outside: seal {seal}")
        return seal is not None

    def _tell_wall(self) -> None:
        sees = self.settings.camera.there
        if self._guard.knows("eye" if sees else "steward"):
            self._has_seen = self._has_seen or sees
            wall = self._guard.wall.to_text()
            self._tell(Message(word=Word.VERIFIED, generation=self._launch.generation, text=wall))

    def _give_up(self, error: EdgekitError) -> None:
        self._fatal = self._fatal or error
        self.stop()

    def _fallen(self, child: Child, code: int) -> None:
        self._drain_logs()
        self._guard.forget(child.role)
        error = child.error.to_error() if code > 0 and child.error is not None else None
        if child is self._launch.eye and error is None:
            error = error_of(code)
        if error is not None and self._ends_node(child, error):
            self._give_up(error)
        if self._stop_by_s is not None:
            return
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        planned = (0, CALL_AGAIN, CALL_BROKE_OFF) if child is self._launch.herald else (0,)
        self._note("info" if code in planned else "warning", f"{child.role} ended {how}")
        if child is self._launch.clerk:
            self._drop_control()
            self._eye_wanted = False
        if (message := self._launch.fell(child, code)) is not None:
            self._tell(message)

    def _ends_node(self, child: Child, error: EdgekitError) -> bool:
        if child in (self._launch.eye, self._launch.fetcher):
            return is_mistake(error, self.settings, has_seen=self._has_seen)
        return child is self._launch.clerk or isinstance(error, OF_THE_INSTALLER)

    def _drop_control(self) -> None:
        if self._control is not None:
            self._selector.unregister(self._control)
            self._control.close()
            self._control = None

    def _drain_logs(self) -> None:
        for child in self._launch.children:
            for _ in range(LOG_READS):
                for entry in child.read_log():
                    self._log.write(child.role, entry)

    def _note(self, level: str, text: str) -> None:
        self._log.write("supervisor", Entry(level=level, text=text))

    def _write_state(self, *, running: bool) -> None:
        state: dict[str, object] = {
            "supervisor": os.getpid() if running else 0,
            "seal": self._guard.wall.eye,
            "generation": self._launch.generation,
            **self._launch.state,
        }
        if state != self._state:
            self._state = state
            write_state(self.directory / PROCESSES, state)
