"""How fast the eye says what passes, so that no crowd makes it break the rules of its pipe."""

from collections import deque
from collections.abc import Iterable

from edgekit.node.pipe import VALUE_LIMITS
from edgekit.privacy.meaning import SUMMED
from edgekit.records import Kind

Said = tuple[int, Kind, int]
"""channel, kind, value."""

PER_S = 100
"""Half of what the pipe takes (`edgekit.node.pipe.RATE_PER_S`): the other half is for what is said
once a second, which is at most two levels a zone, light, people and three words about the eye."""

MOST_WAITING = 512
"""Single waits that can stand in line; beyond that the oldest are not told."""


class Pace:
    """Says things at once while that is no more than `PER_S` a second, and saves up the rest.

    What adds up is added up meanwhile, so that nothing is lost; at most one entry a channel waits.
    """

    def __init__(self) -> None:
        self._sums: dict[tuple[int, Kind], int] = {}
        self._single: deque[Said] = deque(maxlen=MOST_WAITING)
        self._tokens_milli = PER_S * 1000
        self._now_ms: int | None = None

    def take(self, said: Iterable[Said], now_ms: int) -> tuple[Said, ...]:
        """Take what one frame gave to say; return what is to be said now."""
        for channel, kind, value in said:
            if kind in SUMMED:
                key = channel, kind
                self._sums[key] = self._sums.get(key, 0) + value
            else:
                self._single.append((channel, kind, value))
        # A clock that is set back earns nothing until it goes on from there.
        earned = max(0, now_ms - (now_ms if self._now_ms is None else self._now_ms)) * PER_S
        self._now_ms = now_ms
        self._tokens_milli = min(PER_S * 1000, self._tokens_milli + earned)
        now: list[Said] = []
        while self._tokens_milli >= 1000 and (self._sums or self._single):  # noqa: PLR2004 -- a whole token
            self._tokens_milli -= 1000
            now.append(self._next())
        return tuple(now)

    def _next(self) -> Said:
        if not self._sums:
            return self._single.popleft()
        (channel, kind), value = next(iter(self._sums.items()))
        del self._sums[channel, kind]
        most = VALUE_LIMITS[kind][1]
        if value > most:
            self._sums[channel, kind] = value - most  # behind the others
        return channel, kind, min(value, most)
