"""The steward's ports: opened by itself, or handed to it where its walls keep it from the file."""

import os
import socket
import threading
from contextlib import suppress

from edgekit.bridge.port import DEFAULT_BAUD, Port
from edgekit.errors import LinkLostError, PipeError
from edgekit.node.control import Word, close_all, hear
from edgekit.node.processes.ports import File


class Handed:
    """Opens ports for whoever asks, from any thread.

    Args:
        line: on which the supervisor hands over what was plugged in again; None = nobody does.
    """

    def __init__(self, line: socket.socket | None) -> None:
        self._line = line
        self._lock = threading.Lock()
        self._waiting: dict[str, int] = {}
        self._opened: dict[str, File] = {}
        if line is not None:
            line.setblocking(False)

    def open(self, port: str, baud: int = DEFAULT_BAUD) -> Port:
        """Open a port; raises LinkLostError where it is not there, not ours, or in use."""
        with self._lock:
            self._hear()
            try:
                opened = Port(port, baud)
            except LinkLostError:
                descriptor = self._waiting.pop(port, None)
                if descriptor is None:
                    raise
                self._opened[port] = _file_of(descriptor)
                return Port(port, baud, descriptor=descriptor)
            with suppress(OSError):
                self._opened[port] = _file_of(opened.descriptor)
            return opened

    def turn(self) -> None:
        """Take what was handed over, and let go of what is open already."""
        with self._lock:
            self._hear()

    def knows(self, port: str, file: File) -> bool:
        """Whether this file was opened for a port, or waits to be."""
        with self._lock:
            self._hear()
            waiting = self._waiting.get(port)
            known = [self._opened.get(port), None if waiting is None else _file_of(waiting)]
        return file in known

    def close(self) -> None:
        """Let go of what nobody opened."""
        with self._lock:
            close_all(tuple(self._waiting.values()))
            self._waiting.clear()
            if self._line is not None:
                self._line.close()
                self._line = None

    def _hear(self) -> None:
        while self._line is not None:
            try:
                message = hear(self._line)
            except BlockingIOError:
                return
            except PipeError:
                continue
            if message is None:
                self._line.close()
                self._line = None
            elif message.word is Word.PORT and len(message.descriptors) == 1:
                self._keep(message.text, message.descriptors[0])
            else:
                close_all(message.descriptors)

    def _keep(self, port: str, descriptor: int) -> None:
        if self._opened.get(port) == _file_of(descriptor):
            os.close(descriptor)  # it could be opened without help
            return
        old = self._waiting.pop(port, None)
        close_all(() if old is None else (old,))
        self._waiting[port] = descriptor


def _file_of(descriptor: int) -> File:
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino, found.st_ctime_ns
