"""Whether people are pressed, as the clerk makes it of a zone's people and a line's passages.

To the steward, which has the sign, goes one bit of it several times a second, on a pipe of its own
(`edgekit.node.steward.ear`): no count, no place and no time. It is about ten people or more:
`edgekit.node.clerking.watching` sees to that.
"""

from typing import Any

from edgekit.node.clerking.watching import area_of, watched
from edgekit.node.site import Site
from edgekit.node.steward.ear import FREE, PRESSED, UNKNOWN
from edgekit.privacy.message import Message, Outage, Tick
from edgekit.privacy.tally import channel_table
from edgekit.records import Health, Kind, Observation
from edgekit.systems import crowd_watch
from edgekit.systems.crowd_watch import Counted

SILENT_MS = 3_000
"""An eye tells the people of a zone once a second."""


class Crowding:
    """The clerk's end: watches the zone and the line that ``[systems.crowd.watch]`` names.

    Args:
        site: settings and authority; without such a system nothing is watched.
    """

    def __init__(self, site: Site) -> None:
        rules = {one.name: one.settings for one in site.settings.systems}.get("crowd")
        self._rules: Any = rules
        self._zone: int | None = None
        self._ways = frozenset[int]()
        self._state, self._passed, self._good = crowd_watch.begin(), 0, True
        self._seen_ms = 0
        self.word = UNKNOWN
        if rules is None:
            return
        table = channel_table(site.authorisation)
        zone, line = watched(table, rules.watch)
        self._zone, self._ways = zone, frozenset(line)
        self._area_m2 = area_of(site.authorisation, rules.watch.zone)

    def step(self, message: Message) -> None:
        """Take what the eye says, what became of it, or the time."""
        match message:
            case _ if self._zone is None:
                return
            case Observation():
                self._see(message)
            case Tick() if abs(message.now_ms - self._seen_ms) > SILENT_MS:
                self._forget()
            case Outage():
                self._forget()

    def _see(self, seen: Observation) -> None:
        if seen.kind is Kind.HEALTH or seen.kind is Kind.HELLO:
            self._good = seen.kind is Kind.HELLO or seen.value == Health.GOOD
            self._forget()
        elif seen.channel in self._ways:
            self._passed += seen.value
        elif seen.channel == self._zone and self._good:
            self._seen_ms = seen.t_ms
            counted = Counted(t_ms=seen.t_ms, people=seen.value, passed=self._passed)
            self._passed = 0
            self._state, pressed = crowd_watch.look(
                self._rules, self._state, counted, area_m2=self._area_m2
            )
            self.word = UNKNOWN if pressed is None else PRESSED if pressed else FREE

    def _forget(self) -> None:
        self._state, self._passed, self.word = crowd_watch.begin(), 0, UNKNOWN
