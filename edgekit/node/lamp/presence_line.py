"""The one bit that a lamp gets from the clerk: somebody, nobody, or not known.

A named pipe in the node's folder: the lamplighter makes it and reads, the clerk writes one byte
several times a second. No count, no place, no time goes by here. When the clerk is gone, the end of
the pipe says so.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from pathlib import Path

from edgekit.errors import ConfigError
from edgekit.node.clock import steady_ms
from edgekit.node.lamp.pipe import ReadEnd, WriteEnd
from edgekit.node.site import Site
from edgekit.privacy.tally import Channel
from edgekit.records import Health, Kind, Observation

NAME = "presence"
SOMEBODY, NOBODY, UNKNOWN, PAUSED = b"1", b"0", b"?", b"p"
FRESH_MS = 3_000
"""An eye tells the people of a zone once a second."""


class Said(Enum):
    """What a reader heard since it last asked."""

    GONE = "gone"  # there is no clerk
    QUIET = "quiet"  # nothing yet
    UNKNOWN = "unknown"
    NOBODY = "nobody"
    SOMEBODY = "somebody"
    PAUSED = "paused"  # by a wish: the lamp nods, so that who asked for it knows


class PresenceWriter:
    """The clerk's end. Writes where a lamp is configured and somebody reads, and waits for nobody.

    Args:
        site: its settings say whether there is a lamp, and whose people it follows.
        channels: what each channel means.

    Raises ConfigError where the people of the zone are no authorised number.
    """

    def __init__(self, site: Site, channels: Mapping[int, Channel]) -> None:
        lamp = site.settings.lamp
        zone = None if lamp is None else lamp.zone
        metric = f"zone.{zone}.people"
        numbers = [number for number, channel in channels.items() if channel.metric == metric]
        if zone is not None and not numbers:
            raise ConfigError(
                f"lamp.zone: {metric} is not authorised, so the lamp may not follow it",
                hint="have it authorised, and name the lamp among the purposes",
            )
        self._channel = numbers[0] if numbers else None
        self._people = 0
        self._seen_ms: int | None = None
        self._good = True
        self._pipe = WriteEnd(site.settings.storage.directory / NAME)

    def see(self, observations: Iterable[Observation]) -> None:
        """Take what the eye said."""
        for seen in observations:
            if seen.kind is Kind.HEALTH:
                self._good = seen.value == Health.GOOD
            elif seen.kind is Kind.OCCUPANCY and seen.channel == self._channel:
                self._people, self._seen_ms = seen.value, steady_ms()

    def tell(self, *, seeing: bool, paused: bool = False) -> None:
        """Write what is known now.

        ``seeing``: whether there is an eye with a lease; ``paused``: whether that is by a wish.
        """
        if self._channel is None:
            return
        if not seeing:
            self._seen_ms, self._good = None, True
        fresh = self._seen_ms is not None and steady_ms() - self._seen_ms <= FRESH_MS
        unseen = PAUSED if paused else UNKNOWN
        word = (SOMEBODY if self._people else NOBODY) if fresh and self._good else unseen
        self._pipe.write(word)

    def close(self) -> None:
        """Let go; harmless when repeated."""
        self._pipe.close()


class PresenceReader:
    """The lamplighter's end; raises LedgerError where the pipe can't be made in this folder."""

    def __init__(self, folder: Path) -> None:
        self._pipe = ReadEnd(folder / NAME)

    def read(self) -> Said:
        """Return what the clerk has said since; somebody wins: who was seen meanwhile counts."""
        said = self._pipe.read()
        if said is None:
            return Said.QUIET
        if not said:
            return Said.GONE
        if said.endswith(PAUSED):
            return Said.PAUSED
        if SOMEBODY in said:
            return Said.SOMEBODY
        return Said.NOBODY if said.endswith(NOBODY) else Said.UNKNOWN

    def close(self) -> None:
        """Let go."""
        self._pipe.close()
