"""What the clerk says to the steward, a byte each: what an eye decided, and whether it is crowded.

Of a crowd it is one bit, said again and again: people are pressed, are not, or nobody knows. Of a
decision (`edgekit.records.Decided`) it is one word, said once. Nothing else comes this way.
"""

import os

from edgekit.node import clock
from edgekit.records import Decided

PRESSED, FREE, UNKNOWN = b"1", b"0", b"?"
"""No decision has the number of one of these."""

FRESH_MS, MOST_BYTES = 3_000, 1 << 16
"""The clerk says it five times a second; a pipe holds no more bytes, of which the last is news."""

MOST_WORDS = 64
"""Of more than so many at once the last are heard: an output is as the last of them says."""


class Ear:
    """The steward's end.

    Args:
        descriptor: of the pipe; None = nobody says anything.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._word, self._heard_ms = UNKNOWN, clock.steady_ms()
        self._decided: tuple[Decided, ...] = ()
        if descriptor is not None:
            os.set_blocking(descriptor, False)

    @property
    def pressed(self) -> bool | None:
        """What was said last; None where it is not known, or nothing was said lately."""
        self._listen()
        fresh = clock.steady_ms() - self._heard_ms <= FRESH_MS
        return {PRESSED: True, FREE: False}.get(self._word) if fresh else None

    def decided(self) -> tuple[Decided, ...]:
        """Return what eyes have decided since it was asked last, in order."""
        self._listen()
        words, self._decided = self._decided, ()
        return words

    def _listen(self) -> None:
        """Take what has come; what is no word leaves nothing known: an output is safe then."""
        if self._descriptor is None:
            return
        try:
            said = os.read(self._descriptor, MOST_BYTES)
        except BlockingIOError:
            return
        words = {int(one) for one in Decided}
        decided = [Decided(one) for one in said if one in words]
        self._decided = (*self._decided, *decided)[-MOST_WORDS:]
        crowd = [one for one in said if one not in words]
        if crowd:
            self._word, self._heard_ms = bytes([crowd[-1]]), clock.steady_ms()
