"""From a board's u32 milliseconds to the host's clock, beyond the wrap after 49.7 days."""

from collections import deque
from dataclasses import dataclass

_WRAP = 1 << 32
_HALF = _WRAP // 2
_RECENT = 16


@dataclass(frozen=True, slots=True)
class _Sight:
    """What one PING told: round trip, and the host's clock less the board's."""

    round_trip_ns: int
    offset_ns: int


class Timeline:
    """The clock of one boot of a board; a new boot has a new one.

    Offsets come from the quickest of the recent PINGs: its middle is the least blurred by waiting
    in buffers (NTP's clock filter, RFC 5905, section 10).
    """

    def __init__(self, tick_hz: int) -> None:
        self._tick_ns = 1_000_000_000 / tick_hz
        self._newest = 0
        self._sights: deque[_Sight] = deque(maxlen=_RECENT)

    def extend(self, ticks: int) -> int:
        """Return ticks since boot without the wrap.

        Ticks may come a little out of order, by less than half a wrap of what came before.
        """
        ahead = (ticks - self._newest + _HALF) % _WRAP - _HALF
        full = max(self._newest + ahead, ticks)
        self._newest = max(self._newest, full)
        return full

    def observe(self, ticks: int, sent_ns: int, received_ns: int) -> None:
        """Take what a PING told: the board's ticks, and when it was sent and answered here."""
        middle_ns = (sent_ns + received_ns) // 2
        offset_ns = middle_ns - self._ns(self.extend(ticks))
        self._sights.append(_Sight(received_ns - sent_ns, offset_ns))

    def host_ns(self, ticks: int) -> int | None:
        """Return the host's time of a moment of the board; None before the first PING."""
        if not self._sights:
            return None
        best = min(self._sights, key=lambda sight: sight.round_trip_ns)
        return best.offset_ns + self._ns(self.extend(ticks))

    def _ns(self, ticks: int) -> int:
        return round(ticks * self._tick_ns)


def increase(old: int, new: int) -> int:
    """Return by how much a u32 total has grown under one boot id."""
    return (new - old) % _WRAP
