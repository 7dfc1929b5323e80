"""The lux that a lamp gets from the clerk, where it has no light sensor of its own.

A second named pipe beside that of `edgekit.node.lamp.presence_line`: four bytes for each
measurement, and four that say that there is none. Only where the illuminance is authorised.
"""

import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from edgekit.config.lamp import Daylight
from edgekit.consent.metric import LIGHT
from edgekit.errors import ConfigError
from edgekit.node.clock import steady_ms
from edgekit.node.lamp.pipe import ReadEnd, WriteEnd
from edgekit.node.site import Site
from edgekit.privacy.tally import Channel
from edgekit.records import Health, Kind, Observation

NAME = "daylight"
WORD = struct.Struct("<I")
TOLD_NOTHING, UNKNOWN = 0xFFFF_FFFE, 0xFFFF_FFFF
"""The eye sees, and its picture is too dark or too bright to tell; nobody sees."""

FRESH_MS = 3_000
"""An eye tells the light once a second, where it can."""


class DaylightWriter:
    """The clerk's end. Writes where a lamp asks the camera for daylight, and waits for nobody.

    Args:
        site: its settings say whether there is such a lamp.
        channels: what each channel means.

    Raises ConfigError where the illuminance is no authorised number.
    """

    def __init__(self, site: Site, channels: Mapping[int, Channel]) -> None:
        lamp = site.settings.lamp
        asked = lamp is not None and lamp.daylight is Daylight.CAMERA
        numbers = [number for number, channel in channels.items() if channel.metric == LIGHT]
        if asked and not numbers:
            raise ConfigError(
                f"lamp.daylight: {LIGHT} is not authorised, so the lamp may not learn it",
                hint="have it authorised, or give the lamp a light sensor",
            )
        self._channel = numbers[0] if asked else None
        self._lux: int | None = None
        self._seen_ms = self._alive_ms = -FRESH_MS - 1
        self._good = True
        self._pipe = WriteEnd(site.settings.storage.directory / NAME)

    def see(self, observations: Iterable[Observation]) -> None:
        """Take what the eye said."""
        for seen in observations:
            if seen.kind is Kind.HEALTH:
                self._good = seen.value == Health.GOOD
            elif seen.kind is Kind.HEARTBEAT:
                self._alive_ms = steady_ms()
            elif seen.kind is Kind.ILLUMINANCE and seen.channel == self._channel:
                self._lux, self._seen_ms = seen.value, steady_ms()

    def tell(self, *, seeing: bool, paused: bool = False) -> None:
        """Write each measurement once; ``seeing``: whether there is an eye with a lease.

        Why there is none, ``paused`` or not, makes no difference to the daylight.
        """
        del paused
        if self._channel is None:
            return
        if not seeing:
            self._lux, self._good = None, True
            self._seen_ms = self._alive_ms = steady_ms() - FRESH_MS - 1
        now_ms = steady_ms()
        lux, self._lux = self._lux, None
        if not self._good or now_ms - self._alive_ms > FRESH_MS:
            self._pipe.write(WORD.pack(UNKNOWN))
        elif lux is not None:
            self._pipe.write(WORD.pack(lux))
        elif now_ms - self._seen_ms > FRESH_MS:
            self._pipe.write(WORD.pack(TOLD_NOTHING))

    def close(self) -> None:
        """Let go; harmless when repeated."""
        self._pipe.close()


class DaylightReader:
    """The lamplighter's end; raises LedgerError where the pipe can't be made in this folder."""

    def __init__(self, folder: Path) -> None:
        self._pipe = ReadEnd(folder / NAME)

    def read(self) -> float | None:
        """Return the newest measurement since; NaN where it told nothing, None where none came."""
        said = self._pipe.read() or b""
        words = [word for (word,) in WORD.iter_unpack(said[: len(said) // WORD.size * WORD.size])]
        if not words or words[-1] == UNKNOWN:
            return None
        known = [word for word in words if word < TOLD_NOTHING]
        return float(known[-1]) if known else float("nan")

    def close(self) -> None:
        """Let go."""
        self._pipe.close()
