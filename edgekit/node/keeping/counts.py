"""What the clerk makes of what it hears: windows of every source, what leaves, the books."""

from collections.abc import Callable, Sequence
from functools import partial

from edgekit.consent.site import SiteAuthorisation
from edgekit.node import clock
from edgekit.node.clerking.display import Display
from edgekit.node.keeping.books import Books
from edgekit.node.keeping.crowding import Crowding
from edgekit.node.keeping.meters import Meters
from edgekit.node.keeping.on_red import OnRed
from edgekit.node.keeping.tidings import Tidings
from edgekit.node.site import Site
from edgekit.node.trying.rehearsal import rehearsal_of, rehearse
from edgekit.privacy import rooms
from edgekit.privacy.message import Message
from edgekit.privacy.outflow import Outflow
from edgekit.privacy.sources import Sources
from edgekit.privacy.systems import RED, totals_of
from edgekit.privacy.tally import WindowTally
from edgekit.privacy.totals import Totals
from edgekit.privacy.window import WindowState
from edgekit.provenance import Wall
from edgekit.records import Aggregate, ClockTrust, Event, Kind, Observation, Profile, Reason

Release = Callable[[SiteAuthorisation, WindowTally], Sequence[Aggregate]]
Stamp = Callable[[], tuple[ClockTrust, Wall]]


class Counts:
    """The open windows, and what becomes of those that close.

    Args:
        site: settings and authority.
        books: ledger and key.
        outflow_of: opens the gate for this site; it is handed the totals.
        tidings: what is told with the next windows.
        display: what is shown on the device.
        stamp: what the clock is worth, and the walls.
    """

    def __init__(
        self,
        site: Site,
        books: Books,
        *,
        outflow_of: Callable[[Totals], Outflow],
        tidings: Tidings,
        display: Display,
        stamp: Stamp,
    ) -> None:
        self._books, self._tidings, self._display = books, tidings, display
        self._stamp = stamp
        authorisation, now_ms = site.authorisation, clock.now_ms()
        resume_s = books.resume_s()
        self._meters = Meters(directory=site.settings.storage.directory)
        kept = self._meters.read(last_s=resume_s, valid_from_s=authorisation.valid_from_s)
        self._totals = Totals(totals_of(authorisation), kept)
        self._outflow = outflow_of(self._totals)
        self.sources = Sources(
            authorisation,
            now_ms=now_ms,
            totals=self._totals,
            resume_s=resume_s,
            inside=books.last_people(rooms.known_since_s(authorisation, now_ms)),
        )
        self._red = OnRed(site)
        self.crowding = Crowding(site)
        local = authorisation.profile is Profile.LOCAL and authorisation.sees
        self._rehearsal = rehearsal_of(authorisation) if local else None
        self._directory = site.settings.storage.directory

    @property
    def window(self) -> WindowState:
        """The open window of the eye, or of the first system where there is no eye."""
        return self.sources.main

    def step(self, message: Message) -> None:
        """Take what the eye says, and what becomes of it; write what has closed."""
        for seen in self._red.step(message):
            self.sources.tell(RED, seen)
        self.crowding.step(message)
        self.sources.step(message)
        self._turn()

    def tell(self, name: str, seen: Observation) -> None:
        """Take what a system says; its alarms and faults are told with the next windows."""
        if seen.kind is Kind.SIGNAL:
            self._red.hear(seen)
            return
        if name not in self.sources.channels:
            return  # it is heard for its signal alone
        channel = self.sources.channels[name].get(seen.channel)
        if seen.kind in (Kind.ALARM, Kind.TROUBLE, Kind.CURED) and channel is not None:
            self._tidings.name(seen, channel.metric, self.window.start_s)
            return
        self.sources.tell(name, seen)
        self._turn()

    def greet(self, seen: Observation) -> None:
        """A steward says hello."""
        self.sources.greet(seen)
        self._turn()

    def shut(self, reason: Reason | None, now_ms: int) -> None:
        """Take why no system may be heard now, None where it may."""
        self.sources.shut(reason, now_ms)
        self._turn()

    def lose(self, message: Message) -> None:
        """The steward is gone, or broke the rules of its pipe."""
        self.sources.lose(message)
        self._turn()

    def write(self, releases: Sequence[Aggregate | Event]) -> None:
        """Sign and keep."""
        trust, wall = self._stamp()
        self._books.write(releases, clock=trust, wall=wall)

    def rehearse(self, release: Release) -> None:
        """Write what would have left in a public place, by a gate that is handed in."""
        trust, wall = self._stamp()
        rehearse(
            self._rehearsal,
            now_s=clock.now_ms() // 1000,
            release=release,
            sign=partial(self._books.signed, clock=trust, wall=wall),
            directory=self._directory,
        )

    def _turn(self) -> None:
        ripe = self.sources.ripe()
        before = dict(self._totals.bases)
        releases = self._outflow.turn(ripe, self.window.start_s)
        if not ripe:
            return
        if self._rehearsal is not None:
            for one in ripe:
                self._rehearsal.add(one.eye)
        self._display.show(releases)
        if before or self._totals.bases:
            last = ripe[-1].eye
            end_s = last.start_s + last.window_s
            self._meters.write(before=before, after=self._totals.bases, end_s=end_s)
        self.write([*releases, *self._tidings.take(self.window.start_s)])
