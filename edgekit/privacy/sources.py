"""The windows of every source on one grid: the eye's, and one for each system that tells.

    sources = Sources(authorisation, now_ms=now_ms, totals=totals)
    sources.step(observation)                   # of the eye; ticks and the end are for all
    sources.tell("water", observation)          # of a system
    for window in sources.ripe(): ...

Each has an uptime of its own: a board that was unplugged makes gaps of its systems and of nothing
else. A window is ripe when every source has closed it, so that one is written whole or not at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from edgekit.consent.metric import Metric
from edgekit.consent.site import SiteAuthorisation
from edgekit.privacy import rooms, window
from edgekit.privacy.message import Message, Outage, Stop, Tick
from edgekit.privacy.systems import about_people, source_channels, source_of
from edgekit.privacy.tally import WindowTally
from edgekit.privacy.totals import Totals
from edgekit.records import Kind, Observation, QualityWord, Reason

READ_MS = 11_000
"""A meter is read every 10 s: its first totals after a time when nothing may be told are still of
that time."""

FOR_EVER_MS = 2**63

EYE = ""
"""The name of the source that is the eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """One closed window of all sources; ``eye`` is a gap where there is none."""

    eye: WindowTally
    systems: Mapping[str, WindowTally]


class Sources:
    """The open windows of one site.

    Args:
        authorisation: what is allowed there.
        now_ms: Unix time.
        totals: what was told of totals.
        resume_s: the end of the last window that is in the ledger.
        inside: as in `edgekit.privacy.rooms.begin`.
    """

    def __init__(
        self,
        authorisation: SiteAuthorisation,
        *,
        now_ms: int,
        totals: Totals,
        resume_s: int | None = None,
        inside: Mapping[str, int] | None = None,
    ) -> None:
        self._window_s = authorisation.window_s
        self._totals = totals
        metrics = [Metric.parse(output.metric) for output in authorisation.outputs]
        eyed = authorisation.sees or any(not source_of(one) for one in metrics)
        self._eye = (
            rooms.begin(authorisation, now_ms=now_ms, resume_s=resume_s, inside=inside)
            if eyed
            else None
        )
        self.channels = source_channels(authorisation)
        self._systems = {
            name: window.begin(channels, window_s=self._window_s, now_ms=now_ms, resume_s=resume_s)
            for name, channels in self.channels.items()
        }
        self._people = {name: about_people(authorisation, name) for name in self.channels}
        self._shut: dict[str, Reason | None] = dict.fromkeys(self.channels, Reason.STARTED)
        self._withheld_ms = dict.fromkeys(self.channels, 0)
        self._there = False
        self._closed: dict[int, dict[str, WindowTally]] = {}

    @property
    def main(self) -> window.WindowState:
        """The open window of the eye, or of the first system where there is no eye."""
        return next(iter(self._systems.values())) if self._eye is None else self._eye.window

    @property
    def inside(self) -> Mapping[str, int]:
        """People in each room now, exact."""
        return {} if self._eye is None else self._eye.inside

    def step(self, message: Message) -> None:
        """Take what the eye says or what became of it; time and the end are for every source."""
        if self._eye is not None:
            self._eye, closed = rooms.step(self._eye, message)
            self._close(EYE, closed)
        if isinstance(message, Tick | Stop):
            for name in self._systems:
                self._step(name, message)

    def tell(self, name: str, seen: Observation) -> None:
        """Take what a system says; raises PipeError as `edgekit.privacy.window.step` does."""
        counts = self._shut[name] is None
        if seen.kind is Kind.LIFE:
            self._totals.live(name, seen.value)
        elif seen.kind is Kind.READING and seen.channel in self.channels[name]:
            metric = self.channels[name][seen.channel].metric
            told = seen.t_ms >= self._withheld_ms[name]
            self._totals.hear(metric, seen.value, counts=told)
        if counts and seen.kind in (Kind.READING, Kind.HEALTH, Kind.QUALITY):
            self._step(name, seen)

    def greet(self, seen: Observation) -> None:
        """Take the steward's hello: its systems are there from now on."""
        self._there = True
        for name, shut in self._shut.items():
            if shut is None:
                self._step(name, seen)

    def lose(self, message: Message) -> None:
        """The steward is gone, or nothing that it says is believed."""
        self._there = False
        for name in self._systems:
            self._step(name, message)

    def shut(self, reason: Reason | None, now_ms: int) -> None:
        """Take why nothing may be told now, or None; a pause stops what tells of people."""
        for name, before in self._shut.items():
            now = None if reason is Reason.PAUSED and not self._people[name] else reason
            if now is before:
                continue
            self._shut[name] = now
            if before not in (None, Reason.STARTED):
                self._withheld_ms[name] = now_ms + READ_MS
            if now is not None:
                self._withheld_ms[name] = FOR_EVER_MS
            if now is not None:
                self._step(name, Outage(now_ms=now_ms, reason=now))
            elif self._there:
                hello = Observation(seq=0, t_ms=now_ms, channel=0, kind=Kind.HELLO, value=1)
                self._step(name, hello)

    def ripe(self) -> list[Gathered]:
        """Return the windows that every source has closed, oldest first."""
        open_s = min(state.start_s for state in self._states())
        ripe = sorted(start_s for start_s in self._closed if start_s < open_s)
        return [self._gathered(start_s, self._closed.pop(start_s)) for start_s in ripe]

    def _states(self) -> list[window.WindowState]:
        eye = [] if self._eye is None else [self._eye.window]
        return [*eye, *self._systems.values()]

    def _step(self, name: str, message: Message) -> None:
        self._systems[name], closed = window.step(self._systems[name], message)
        self._close(name, closed)

    def _close(self, name: str, closed: tuple[WindowTally, ...]) -> None:
        for tally in closed:
            self._closed.setdefault(tally.start_s, {})[name] = tally

    def _gathered(self, start_s: int, found: Mapping[str, WindowTally]) -> Gathered:
        # After a leap of time one source may state a window fewer than another.
        nothing = WindowTally(
            start_s=start_s,
            window_s=self._window_s,
            values={},
            uptime_ms=0,
            reason=Reason.SYSTEM_DOWN,
            quality=QualityWord.BLIND,
        )
        return Gathered(
            eye=found.get(EYE, nothing),
            systems={name: found.get(name, nothing) for name in self._systems},
        )
