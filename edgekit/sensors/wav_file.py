"""Recorded sound, played back as levels. Nothing here has passed the gate.

A WAV file of whole numbers (RIFF WAVE, format tag PCM; IBM and Microsoft, 1991), 8 to 32 bit.
"""

import threading
import wave
from collections.abc import Callable
from pathlib import Path

from edgekit.errors import ConfigError, SensorError
from edgekit.perception.samples import Form, samples_of
from edgekit.perception.sound import Ear, Level, hear
from edgekit.sensors.image import unreadable
from edgekit.sensors.microphone import CHUNKS_A_SECOND


class WavFile:
    """Levels of a file; opened at the beginning, so that a sealed process only reads it.

    Args:
        path: of the file.
        full_scale_db: level of a sine that just fills the range, by calibration.
        clock_ms: Unix time in milliseconds.
        realtime: wait so that sound comes no faster than it was.

    Raises:
        SensorError: no such file, or it holds something else.
    """

    live = False
    descriptor: int | None = None
    """There is no device to be steered."""

    def __init__(
        self,
        path: Path,
        *,
        full_scale_db: float,
        clock_ms: Callable[[], int],
        realtime: bool = False,
    ) -> None:
        self._path, self._clock_ms, self._realtime = path, clock_ms, realtime
        try:
            self._file = wave.open(str(path), "rb")  # noqa: SIM115 -- closed by close()
        except OSError as error:
            raise unreadable(f"sound {path}", error) from error
        except (wave.Error, EOFError) as error:
            raise self._odd(str(error)) from error
        self.rate_hz = self._file.getframerate()
        try:
            self._form = Form(width=self._file.getsampwidth(), channels=self._file.getnchannels())
            self._ear = Ear.at(rate_hz=self.rate_hz, full_scale_db=full_scale_db)
        except ConfigError as error:
            self._file.close()
            raise self._odd(str(error)) from error
        self._closed = threading.Event()
        self._chunks = 0
        self._start_ms: int | None = None

    def start(self) -> None:
        """Begin at its beginning."""
        self._start_ms = self._clock_ms()

    def read(self) -> tuple[Level, ...] | None:
        """Take a quarter of a second; return the seconds that are full, None at the end.

        Raises:
            SensorError: it ends in the middle of a sample.
        """
        if self._closed.is_set():
            return None
        try:
            data = self._file.readframes(self.rate_hz // CHUNKS_A_SECOND)
        except (OSError, EOFError, wave.Error) as error:
            raise self._odd(str(error)) from error
        if not data:
            return None
        self._chunks += 1
        if self._realtime and self._start_ms is not None:
            due_ms = self._start_ms + self._chunks * 1000 / CHUNKS_A_SECOND
            wait_s = (due_ms - self._clock_ms()) / 1000
            self._closed.wait(min(max(0.0, wait_s), 1 / CHUNKS_A_SECOND))
        self._ear, levels = hear(self._ear, samples_of(data, self._form))
        return levels

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        self._closed.set()
        self._file.close()

    def _odd(self, why: str) -> SensorError:
        return SensorError(
            f"{self._path} is no sound that can be heard: {why}",
            hint="expected a WAV file of whole numbers, 8000 samples a second or more",
        )
