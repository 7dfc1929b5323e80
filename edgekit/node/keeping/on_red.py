"""Who passes on red: the clerk makes it of what the eye and the steward say.

The eye cannot know the light and the steward sees nobody: only here the two meet, for seconds, and
only sums of whole red phases go on into the windows (`edgekit.systems.traffic_red`). Time in which
the signal is not known, or not seen past, is no uptime of these numbers.
"""

from collections.abc import Iterator

from edgekit.consent.metric import Metric
from edgekit.consent.systems import SIGNALLED
from edgekit.node.site import Site
from edgekit.privacy.message import Message, Outage, Tick
from edgekit.privacy.systems import red_channels
from edgekit.privacy.tally import channel_table
from edgekit.records import Aspect, Health, Kind, Observation, Quality
from edgekit.systems import traffic_red
from edgekit.systems.traffic_red import Counted, Passage
from edgekit.systems.traffic_signal import Signal

SILENT_MS = 3_000
"""An eye says how it is once a second."""

ZERO_MS = 1_000
"""So often nobody on red is said, so that a window in which nobody was is none without a number."""


class OnRed:
    """Puts passages and signal of one site side by side; where neither is asked for, nothing.

    Args:
        site: settings and authority.
    """

    def __init__(self, site: Site) -> None:
        numbers = {one.metric: n for n, one in channel_table(site.authorisation).items()}
        self._ways: dict[int, int] = {}
        for number, channel in red_channels(site.authorisation).items():
            metric = Metric.parse(channel.metric)
            (way,) = metric.measure.made_of
            self._ways[numbers[f"line.{metric.shape}.{way}"]] = number
        systems = {one.name: one.settings for one in site.settings.systems}
        rules = systems[SIGNALLED].signal if SIGNALLED in systems else Signal()
        self._state = traffic_red.begin(rules)
        self._health, self._quality = Health.GOOD, Quality.GOOD
        self._seen_ms = self._zero_ms = 0

    def hear(self, seen: Observation) -> None:
        """Take what the signal shows, as the steward says it."""
        self._state = traffic_red.hear(self._state, seen.t_ms, Aspect(seen.value))

    def step(self, message: Message) -> Iterator[Observation]:
        """Take what the eye says, or the time; yield what this source says of it."""
        if not self._ways:
            return
        match message:
            case Observation():
                self._see(message)
            case Outage():
                self._seen_ms = 0
            case Tick():
                yield from self._turn(message.now_ms)

    def _see(self, seen: Observation) -> None:
        self._seen_ms = seen.t_ms
        if seen.kind is Kind.HELLO:
            self._health, self._quality = Health.GOOD, Quality.GOOD
        elif seen.kind is Kind.HEALTH:
            self._health = Health(seen.value)
        elif seen.kind is Kind.QUALITY:
            self._quality = Quality(seen.value)
        elif seen.channel in self._ways and self._health is Health.GOOD:
            way = self._ways[seen.channel]
            passage = Passage(t_ms=seen.t_ms, way=way, count=seen.value)
            self._state = traffic_red.passed(self._state, passage)

    def _turn(self, now_ms: int) -> Iterator[Observation]:
        self._state, words = traffic_red.settle(self._state, now_ms)
        for word in words:
            if isinstance(word, Counted):
                yield _said(word.t_ms, word.way, Kind.READING, word.count)
            else:
                yield _said(word.t_ms, 0, Kind.HEALTH, self._worth(now_ms, known=word.known))
        at_ms = self._state.settled_ms or now_ms
        health = self._worth(now_ms, known=self._state.known)
        yield _said(at_ms, 0, Kind.HEALTH, health)
        yield _said(at_ms, 0, Kind.QUALITY, self._quality)
        if health is Health.GOOD and not 0 <= at_ms - self._zero_ms < ZERO_MS:
            self._zero_ms = at_ms
            for number in self._ways.values():
                yield _said(at_ms, number, Kind.READING, 0)

    def _worth(self, now_ms: int, *, known: bool) -> Health:
        if not abs(now_ms - self._seen_ms) <= SILENT_MS:
            return Health.STALLED
        if self._health is Health.GOOD and not known:
            return Health.LOST
        return self._health


def _said(t_ms: int, channel: int, kind: Kind, value: int) -> Observation:
    return Observation(seq=0, t_ms=t_ms, channel=channel, kind=kind, value=value)
