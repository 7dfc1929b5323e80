"""What the clerk makes of an eye's decisions: counts, a word to the board, and how it is now.

An eye says one word (`edgekit.records.Decided`) for what it decided on the spot. The clerk counts
it by `edgekit.consent.decided`, and keeps no list: what was decided of one person is in no log and
no status. The steward, who commands the output, is asked to turn it on, and off only while it may
still be on: of all others who pass it hears nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from edgekit.consent.decided import DECIDING, Meaning, decided_at
from edgekit.consent.site import SiteAuthorisation
from edgekit.errors import PipeError
from edgekit.privacy.systems import about
from edgekit.privacy.tally import channel_table
from edgekit.records import Decided, Kind, Observation

HOUR_MS = 3_600_000


class Decisions:
    """The decisions of the eyes of a site, one eye after the other.

    Args:
        authorisation: names the systems that may decide.
        order: hands a word on to whoever commands the outputs.
    """

    def __init__(
        self, authorisation: SiteAuthorisation, order: Callable[[Decided], object]
    ) -> None:
        numbers = {one.metric: number for number, one in channel_table(authorisation).items()}
        self._names = {about(name): name for name in decided_at(authorisation)}
        self._channels = {
            (name, what): numbers[f"{name}.{what}"]
            for name in self._names.values()
            for meaning in DECIDING[name].words.values()
            for what in meaning.adds
            if f"{name}.{what}" in numbers
        }
        self._order = order
        self._off = {
            name: next(w for w, one in DECIDING[name].words.items() if one.drives is False)
            for name in self._names.values()
            if any(one.drives is False for one in DECIDING[name].words.values())
        }
        self._on = set[str]()
        self._now: dict[str, Meaning] = {}
        self._at_home = authorisation.profile.at_home
        self._hour, self._this_hour, self._last_hour = 0, frozenset[str](), frozenset[str]()

    def hear(self, seen: Observation) -> Iterator[Observation]:
        """Yield what the windows take of a word of the eye: itself, or what it adds one to.

        Raises:
            PipeError: a word that its system does not have.
        """
        if seen.kind is Kind.DECISION:
            yield from self._decided(seen)
            return
        if seen.kind in (Kind.HELLO, Kind.FAULT):
            self._now.clear()
        yield seen
        if seen.kind is Kind.HEARTBEAT:
            self._turn_hour(seen.t_ms)
            yield from self._nobody(seen)

    @property
    def state(self) -> dict[str, str]:
        """How each system is now, in words; nothing of what was decided of anybody.

        Where all stays on the device also why somebody could not be judged within the last whole
        hour; elsewhere that would tell that somebody was there.
        """
        now = {name: self._now[name].text for name in self._names.values() if name in self._now}
        lately = ", ".join(sorted(self._last_hour)) if self._at_home else ""
        return now | ({"last whole hour": lately} if lately else {})

    def _decided(self, seen: Observation) -> Iterator[Observation]:
        name, word = self._names[seen.channel], Decided(seen.value)
        meaning = DECIDING[name].words.get(word)
        if meaning is None:
            raise PipeError(f"{name} has no such word: expected one of its own")
        self._turn_hour(seen.t_ms)
        if meaning.lately:
            self._this_hour |= {meaning.lately}
        if meaning.text:
            self._now[name] = meaning
        if meaning.drives:
            self._on.add(name)
            self._order(word)
        elif meaning.drives is False and name in self._on:
            self._on.discard(name)
            self._order(self._off[name])
        for what in meaning.adds:
            if (name, what) in self._channels:
                number = self._channels[name, what]
                yield replace(seen, channel=number, kind=Kind.READING, value=1)

    def _turn_hour(self, t_ms: int) -> None:
        hour = t_ms // HOUR_MS
        if hour != self._hour:
            before = self._this_hour if hour == self._hour + 1 else frozenset[str]()
            self._hour, self._last_hour, self._this_hour = hour, before, frozenset()

    def _nobody(self, seen: Observation) -> Iterator[Observation]:
        """While decisions are made, nobody is a number; else it is not known."""
        for (name, _), number in self._channels.items():
            if name in self._now and self._now[name].works:
                yield replace(seen, channel=number, kind=Kind.READING, value=0)
