"""Telling the service manager that the node runs, and goes on running: sd_notify(3)."""

import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

EVERY_S = 5.0


class Watchdog:
    """Says ``READY=1`` once and ``WATCHDOG=1`` now and then; mute where nobody asked for it.

    Args:
        environment: where ``NOTIFY_SOCKET`` may stand: a path, or ``@`` and an abstract name.
        clock_s: monotonic seconds.
    """

    def __init__(
        self,
        environment: Mapping[str, str] = os.environ,
        *,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._clock_s = clock_s
        self._next_s = float("-inf")
        self._word = b"READY=1"

    def tick(self) -> None:
        """Call often; it speaks when it is time to."""
        now_s = self._clock_s()
        if not self._address or now_s < self._next_s:
            return
        self._next_s = now_s + EVERY_S
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(self._word, address)
        self._word = b"WATCHDOG=1"
