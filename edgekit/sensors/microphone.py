"""A microphone that gives levels and no sound, by ALSA. Nothing here has passed the gate.

    with Microphone("hw:1", full_scale_db=120.0) as microphone:
        microphone.start()
        for level in microphone.read(): ...

Samples live in one buffer for a quarter of a second and in what `edgekit.perception.sound` still
needs of them; only levels come out. Of two channels the first is heard.
"""

import math
import time
from collections.abc import Callable
from typing import Self

from edgekit.errors import ConfigError, SensorError
from edgekit.perception.samples import samples_of
from edgekit.perception.sound import Ear, Level, hear
from edgekit.sensors.pcm import Pcm

CHUNKS_A_SECOND = 4
MOST_OVERRUNS = 8
LATE_S = 5.0
"""A device that gives nothing for so long is gone."""


class Microphone:
    """Levels of one microphone, A-weighted, one for each second.

    Args:
        device: as ``arecord -L`` names it, such as ``hw:1``: no plug-in may turn it up on the way.
        full_scale_db: level of a sine that just fills the range, by calibration.
        rate_hz: samples a second; the device must have it, nothing is resampled.
        opens: opens the device; for tests.

    Raises:
        SensorError: as `Pcm` does.
        ConfigError: a rate or a level that can't be.
    """

    live = True

    def __init__(
        self,
        device: str,
        *,
        full_scale_db: float,
        rate_hz: int = 48_000,
        opens: Callable[..., Pcm] = Pcm,
    ) -> None:
        if not device or not math.isfinite(full_scale_db):
            raise ConfigError(
                f"microphone {device!r}, {full_scale_db} dB: expected a name, a level"
            )
        self._ear = Ear.at(rate_hz=rate_hz, full_scale_db=full_scale_db)
        self._pcm: Pcm | None = opens(device, rate_hz=rate_hz)
        self.descriptor: int | None = self._pcm.descriptor
        self._form = self._pcm.form
        self._buffer = bytearray(rate_hz // CHUNKS_A_SECOND * self._form.moment)
        self._heard_s = 0.0
        self._lost = 0
        self.overruns = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Begin to hear; raises SensorError where it is gone, or closed."""
        self._open_pcm().start()
        self._heard_s = time.monotonic()

    def read(self) -> tuple[Level, ...]:
        """Wait for sound, a quarter of a second at most; return the seconds that are full.

        What was lost because nobody read in time counts in ``overruns``; the ear then begins anew,
        for a second with a hole in it has no level.

        Raises:
            SensorError: the microphone is gone, or closed.
        """
        pcm = self._open_pcm()
        if not pcm.wait(1 / CHUNKS_A_SECOND):
            if time.monotonic() - self._heard_s > LATE_S:
                raise SensorError(
                    f"microphone {pcm.device} gives no sound for {LATE_S:g} s",
                    hint="check its cable; unplugged, it must be opened again",
                )
            return ()
        got = pcm.read_into(memoryview(self._buffer))
        if got is None:
            return self._begun_anew(pcm)
        self._heard_s, self._lost = time.monotonic(), 0
        self._ear, levels = hear(self._ear, samples_of(memoryview(self._buffer)[:got], self._form))
        return levels

    def close(self) -> None:
        """Let go of the microphone and wipe the buffer; harmless when repeated."""
        if self._pcm is not None:
            self._pcm.close()
        self._pcm = self.descriptor = None
        self._buffer[:] = bytes(len(self._buffer))

    def _begun_anew(self, pcm: Pcm) -> tuple[Level, ...]:
        self.overruns += 1
        self._lost += 1
        if self._lost >= MOST_OVERRUNS:
            raise SensorError(
                f"microphone {pcm.device} gives no sound in time",
                hint="the machine is too busy, or the rate too high",
            )
        self._ear = Ear.at(rate_hz=self._ear.rate_hz, full_scale_db=self._ear.full_scale_db)
        return ()

    def _open_pcm(self) -> Pcm:
        if self._pcm is None:
            raise SensorError("the microphone is closed")
        return self._pcm
