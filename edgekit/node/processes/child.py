"""One process as its supervisor sees it: started, watched, restarted with patience."""

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from edgekit.confine.walls import Walls
from edgekit.node.log import MAX_LINE, NOISE, Entry
from edgekit.node.processes.process import Process
from edgekit.node.processes.spawn import spawn
from edgekit.node.service.users import User

BACK_OFF_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Waits before the next start; a process that lived for `STEADY_S` begins again at the first."""

STEADY_S = 60.0

TACITURN_WORDS, TACITURN_CHARACTERS = 8, 300
"""What a taciturn process may have in the log in one life: so many entries of that length."""

KILL_S = 0.5
"""A killed process ends at once, unless a driver holds it in the kernel: nobody waits for that."""


@dataclass(slots=True)
class Child:
    """A role, its process while there is one, and how often it fell.

    ``outs``: what it was given to hold open, as /proc shows it. ``ready``: it has begun and
    may be looked at. ``taciturn``: what it says is bounded, and what is not in our
    own form is dropped.
    """

    role: str
    settings: Path
    walls: Walls
    user: User | None = None
    process: Process | None = None
    log_fd: int | None = None
    log_rest: str = ""
    outs: tuple[str, ...] = ()
    ready: bool = False
    started_s: float = 0.0
    next_start_s: float = 0.0
    falls: int = 0
    restarts: int = -1
    error: Entry | None = None
    taciturn: bool = False
    words_left: int = TACITURN_WORDS

    def start(self, words: list[str], *, pass_fds: tuple[int, ...], now_s: float) -> None:
        """Start the process; its standard error becomes ``log_fd``."""
        read_fd, write_fd = os.pipe()
        os.set_blocking(read_fd, False)
        held = (write_fd, *pass_fds)
        self.outs = tuple(str(Path(f"/proc/self/fd/{fd}").readlink()) for fd in held)
        self.ready = False
        try:
            self.process = spawn(
                self.role,
                self.walls,
                [str(self.settings), *words],
                pass_fds=pass_fds,
                log_fd=write_fd,
                user=self.user,
            )
        finally:
            os.close(write_fd)
        self.log_fd, self.log_rest, self.error = read_fd, "", None
        self.words_left = TACITURN_WORDS
        self.started_s = now_s
        self.restarts += 1

    def due(self, now_s: float) -> bool:
        """Whether it should be started now."""
        return self.process is None and now_s >= self.next_start_s

    def put_off(self, now_s: float) -> None:
        """Do not start it now: what it needs is not there."""
        self.next_start_s = now_s + BACK_OFF_S[min(self.falls, len(BACK_OFF_S) - 1)]
        self.falls += 1

    def reap(self, now_s: float) -> int | None:
        """Return the exit code if the process has just ended (negative: by a signal)."""
        if self.process is None or (code := self.process.poll()) is None:
            return None
        self.process = None
        self.falls = 0 if now_s - self.started_s > STEADY_S else self.falls
        self.put_off(now_s)
        return code

    def read_log(self) -> tuple[Entry, ...]:
        """Return what it has said since the last call; its last error is remembered."""
        if self.log_fd is None:
            return ()
        try:
            data = os.read(self.log_fd, 65_536)
        except BlockingIOError:
            return ()
        if not data:
            os.close(self.log_fd)
            self.log_fd = None
        lines = (self.log_rest + data.decode("utf-8", "replace")).split("\n")
        self.log_rest = lines.pop()[:MAX_LINE] if data else ""
        entries = tuple(Entry.from_line(line) for line in lines if line.strip())
        if self.taciturn:
            entries = self._few(entries)
        for entry in entries:
            if entry.level == "error" and entry.kind:  # else it is no reason to end
                self.error = entry
        return entries

    def _few(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """A process that sees says little, and in its own words: its log is no way out."""
        own = tuple(entry for entry in entries if entry.level != NOISE)[: self.words_left]
        self.words_left -= len(own)
        return tuple(entry.cut(TACITURN_CHARACTERS) for entry in own)

    def kill(self) -> None:
        """End it at once and wait for it a moment."""
        if self.process is not None:
            self.process.kill()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(KILL_S)
