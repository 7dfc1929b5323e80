"""Handing the steward the file of a port that was plugged in again: its walls let it open no other.

A board that is pulled out and plugged in again is another file under the same name. The supervisor
looks for such files, opens each once and hands it over as it is: it reads and writes nothing.
"""

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path

from edgekit.bridge.port import path_of
from edgekit.node.control import Message, Word, pair, say

EVERY_S = 0.2

File = tuple[int, int, int]
"""Which file a port is: the device it is on, its number there, and since when."""


def file_at(port: str) -> File | None:
    """Return which file a port is now; None where none is there."""
    try:
        found = Path(path_of(port)).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns


class Ports:
    """The serial ports of a site's systems, and the line to the steward that uses them.

    Args:
        ports: their names, as site.toml has them.
    """

    def __init__(self, ports: tuple[str, ...]) -> None:
        self._ports = ports
        self._files: dict[str, File | None] = {}
        self._line: socket.socket | None = None
        self._next_s = 0.0

    def begin(self) -> socket.socket:
        """Return the other end of a line for a new steward: what is there now, it opens itself."""
        self.close()
        self._line, theirs = pair()
        self._line.setblocking(False)
        self._files = {port: file_at(port) for port in self._ports}
        return theirs

    def close(self) -> None:
        """Hand over nothing more; harmless when repeated."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def look(self, now_s: float) -> None:
        """Hand over what was plugged in since; one that cannot be opened is tried again."""
        if self._line is None or now_s < self._next_s:
            return
        self._next_s = now_s + EVERY_S
        for port in self._ports:
            now = file_at(port)
            if now == self._files.get(port) or (now is not None and not self._hand_over(port)):
                continue
            self._files[port] = now

    def _hand_over(self, port: str) -> bool:
        """Open a port and give it away, where it is one; return whether nothing more is to be done.

        What is no device is given to nobody: the steward opens no file that its walls keep shut.
        """
        flags = os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            descriptor = os.open(path_of(port), flags)
        except OSError:
            return False  # udev may not have given it to its group yet
        try:
            if self._line is not None and stat.S_ISCHR(os.fstat(descriptor).st_mode):
                # A steward that hears nothing, is gone, or holds too many, ends nobody else.
                with suppress(OSError):
                    message = Message(word=Word.PORT, text=port, descriptors=(descriptor,))
                    say(self._line, message)
        finally:
            os.close(descriptor)
        return True
