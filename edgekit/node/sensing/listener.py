"""What was heard, put into channels, each at its moment. Nothing here has passed the gate.

listener = Listener(authorisation)
for t_ms, channel, kind, value in listener.hear(levels, now_ms): ...
"""

import itertools
from collections.abc import Iterator, Sequence

from edgekit.consent.site import SiteAuthorisation
from edgekit.node.rhythm import EVERY_MS, SECOND_MS, last_ms
from edgekit.perception.sound import Level
from edgekit.privacy.tally import channel_table
from edgekit.records import Health, Kind, Quality
from edgekit.systems import noise
from edgekit.systems.vitals import HARMLESS

Word = tuple[int, int, Kind, int]
"""Time, channel, kind, value."""

LATE_MS = 2_500
"""Later than this after its end a window's numbers come too late to be its own."""

SILENT_S, CLIPPED_S = 10, 60
"""So many seconds without sound are a dead microphone; so long a clipped second lowers what the
numbers are worth."""


class Listener:
    """Makes a window's four numbers of seconds, by `edgekit.systems.noise`, and says its health.

    Args:
        authorisation: fixes what each channel means, and the window.
    """

    def __init__(self, authorisation: SiteAuthorisation) -> None:
        numbers = {one.metric: number for number, one in channel_table(authorisation).items()}
        self._channels = {what: numbers.get(f"noise.{what}") for what in _WHAT}
        self._window_ms = authorisation.window_s * SECOND_MS
        self._state = noise.begin(noise.Settings(window_s=authorisation.window_s))
        self._silent_s = 0
        self._clipped_ms: int | None = None
        self._said_ms: dict[Kind, int] = {}
        self._told: dict[Kind, int] = {Kind.HEALTH: Health.GOOD, Kind.QUALITY: Quality.GOOD}

    def hear(self, levels: Sequence[Level], now_ms: int) -> tuple[Word, ...]:
        """Take the seconds that have come, the last of which ends about now; return what to say."""
        words: list[Word] = []
        for ago, level in zip(itertools.count(len(levels), -1), levels, strict=False):
            words += self._second(level, now_ms - ago * SECOND_MS, now_ms)
        if levels:
            # Whatever is said of the time after a window closes it: its numbers come before.
            at_ms = min(now_ms, ((self._state.window or 0) + 1) * self._window_ms - 1)
            words += self._judged(at_ms)
            words += self._at_its_moment(Kind.HEARTBEAT, 1, at_ms)
        return tuple(words)

    def _second(self, level: Level, t_ms: int, now_ms: int) -> Iterator[Word]:
        self._silent_s = self._silent_s + 1 if level.leq_db is None else 0
        self._clipped_ms = now_ms if level.clipped else self._clipped_ms
        heard = noise.Heard(
            t_ms=t_ms, leq_db=level.leq_db, max_db=level.max_db, clipped=level.clipped
        )
        self._state, decisions = noise.step(self._state, heard)
        end_ms = t_ms // self._window_ms * self._window_ms
        for one in decisions:
            if isinstance(one, noise.Noise) and now_ms - end_ms <= LATE_MS:
                for what, number in self._channels.items():
                    if number is not None:
                        yield last_ms(end_ms), number, Kind.READING, getattr(one, f"{what}_db")

    def _judged(self, now_ms: int) -> Iterator[Word]:
        faulty = set(self._state.vital.faults) - HARMLESS or self._silent_s >= SILENT_S
        health = Health.STALLED if faulty else Health.GOOD
        clipped_ms = self._clipped_ms
        lately = clipped_ms is not None and 0 <= now_ms - clipped_ms < CLIPPED_S * SECOND_MS
        quality = Quality.DEGRADED if lately else Quality.GOOD
        for kind, value in ((Kind.HEALTH, health), (Kind.QUALITY, quality)):
            if value != self._told[kind]:
                for word in self._at_its_moment(kind, value, now_ms):
                    self._told[kind] = value
                    yield word

    def _at_its_moment(self, kind: Kind, value: int, now_ms: int) -> Iterator[Word]:
        """Yield it where a moment for it has come that was not used."""
        every_ms = EVERY_MS[kind]
        moment_ms = now_ms // every_ms * every_ms
        # The pipe takes words about now: an older moment has passed unused.
        fresh = now_ms - moment_ms < 2 * SECOND_MS
        if fresh and moment_ms > self._said_ms.get(kind, 0):
            self._said_ms[kind] = moment_ms
            yield moment_ms, 0, kind, value


_WHAT = ("laeq", "lamax", "l10", "l90")
