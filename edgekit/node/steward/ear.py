"""The one bit that the steward is said: people are pressed, are not, or nobody knows."""

import os

from edgekit.node import clock

PRESSED, FREE, UNKNOWN = b"1", b"0", b"?"
FRESH_MS, MOST_BYTES = 3_000, 1 << 16
"""The clerk says it five times a second; a pipe holds no more bytes, of which the last is news."""


class Ear:
    """The steward's end.

    Args:
        descriptor: of the pipe; None = nobody says anything.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._word, self._heard_ms = UNKNOWN, clock.steady_ms()
        if descriptor is not None:
            os.set_blocking(descriptor, False)

    @property
    def pressed(self) -> bool | None:
        """What was said last; None where it is not known, or nothing was said lately."""
        if self._descriptor is not None:
            try:
                said = os.read(self._descriptor, MOST_BYTES)
            except BlockingIOError:
                said = b""
            if said:
                self._word, self._heard_ms = said[-1:], clock.steady_ms()
        fresh = clock.steady_ms() - self._heard_ms <= FRESH_MS
        return {PRESSED: True, FREE: False}.get(self._word) if fresh else None
