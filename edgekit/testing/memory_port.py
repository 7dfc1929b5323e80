"""A port whose other end is a program: what is written goes to it, what it sends is read.

It may be lost, be mute, and be found again. For tests of the link without any hardware.
"""

import select
import threading
import time
from collections.abc import Callable

from edgekit.errors import LinkLostError

Take = Callable[[bytes], object]


class MemoryPort:
    """Stands in for `edgekit.bridge.port.Port`.

    Args:
        take: gets the bytes that the host writes.
        poll: called at each read, at least every 2 ms: the other end's own time.
    """

    def __init__(self, take: Take, poll: Callable[[], object]) -> None:
        self.name = "memory"
        self.mute = False
        self._take = take
        self._poll = poll
        self._lock = threading.Lock()
        self._waiting = b""
        self._lost = False

    def deliver(self, data: bytes) -> None:
        """Have the host read these bytes."""
        with self._lock:
            if not self.mute and not self._lost:
                self._waiting += data

    def lose(self) -> None:
        """Unplug it."""
        self._lost = True

    def read(self, timeout_s: float, wake: int, gather_s: float = 0.0) -> bytes:
        """Return what was delivered, or nothing after the time or when woken."""
        del gather_s  # what is delivered is whole
        deadline = time.monotonic() + timeout_s
        data = b""
        while not data:
            self._require()
            self._poll()
            with self._lock:
                data, self._waiting = self._waiting, b""
            if (
                time.monotonic() >= deadline
                or select.select([wake], [], [], 0 if data else 0.002)[0]
            ):
                break
        return data

    def write(self, data: bytes) -> None:
        """Hand the bytes to the other end."""
        self._require()
        self._take(data)

    def close(self) -> None:
        """Let go of it; harmless when repeated."""
        self._lost = True

    def _require(self) -> None:
        if self._lost:
            raise LinkLostError("memory is gone")
