"""A microphone that gives levels and no sound, by ALSA. Nothing here has passed the gate.

    with Microphone("hw:1", full_scale_db=120.0) as microphone:
        for level in microphone.read(): ...

Samples live in one buffer for a quarter of a second and in what `edgekit.perception.sound` still
needs of them; only levels come out. libasound is used as the system has it (alsa-lib, PCM
interface), without any package of Python's. It asks its device by ioctl for every chunk: the closed
list of the sealed eye (`edgekit.confine`) has no rule for that, so a sealed node does not hear.
"""

import ctypes
import ctypes.util
import errno
import math
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from edgekit.errors import ConfigError, SensorError
from edgekit.perception.sound import Ear, Level, hear

CAPTURE, INTERLEAVED, S16_LE = 1, 3, 2
"""SND_PCM_STREAM_CAPTURE, SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_FORMAT_S16_LE of alsa/pcm.h."""

CHUNKS_A_SECOND = 4
LATENCY_US = 500_000
FULL = 32_768.0
MOST_OVERRUNS = 8

Library = Any
"""libasound, or what answers as it does."""


class Microphone:
    """Levels of one microphone, A-weighted, one for each second.

    Args:
        device: as ``arecord -L`` names it, such as ``hw:1``: no plug-in may turn it up on the way.
        full_scale_db: level of a sine that just fills the range, by calibration.
        rate_hz: samples a second; the device must have it, nothing is resampled.
        load: gives the library; for tests.

    Raises:
        SensorError: no libasound, no such device, it is busy or does not give such samples.
        ConfigError: a rate or a level that can't be.
    """

    def __init__(
        self,
        device: str,
        *,
        full_scale_db: float,
        rate_hz: int = 48_000,
        load: Callable[[], Library] | None = None,
    ) -> None:
        if not device or not math.isfinite(full_scale_db):
            raise ConfigError(
                f"microphone {device!r}, {full_scale_db} dB: expected a name, a level"
            )
        self._ear = Ear.at(rate_hz=rate_hz, full_scale_db=full_scale_db)
        self._device, self._frames = device, rate_hz // CHUNKS_A_SECOND
        self._buffer = (ctypes.c_int16 * self._frames)()
        self._library = _typed((load or _libasound)())
        self._pcm = ctypes.c_void_p()
        self.overruns = 0
        self._check(
            self._library.snd_pcm_open(ctypes.byref(self._pcm), device.encode(), CAPTURE, 0),
            "cannot be opened",
        )
        try:
            code = self._library.snd_pcm_set_params(
                self._pcm, S16_LE, INTERLEAVED, 1, rate_hz, 0, LATENCY_US
            )
            self._check(code, f"gives no mono samples of 16 bit, {rate_hz} a second")
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self) -> tuple[Level, ...]:
        """Wait for a quarter of a second of sound; return the seconds that are full.

        What was lost because nobody read in time counts in ``overruns``; the ear then begins anew,
        for a second with a hole in it has no level.

        Raises:
            SensorError: the microphone is gone, or closed.
        """
        if not self._pcm.value:
            raise SensorError(f"microphone {self._device} is closed")
        for _ in range(MOST_OVERRUNS):
            got = self._library.snd_pcm_readi(self._pcm, self._buffer, self._frames)
            if got >= 0:
                samples = np.ctypeslib.as_array(self._buffer)[:got] / FULL
                self._ear, levels = hear(self._ear, samples)
                return levels
            if got == -errno.ENODEV:
                break
            self.overruns += 1
            self._ear = Ear.at(rate_hz=self._ear.rate_hz, full_scale_db=self._ear.full_scale_db)
            self._check(self._library.snd_pcm_recover(self._pcm, got, 1), "is gone")
        raise SensorError(
            f"microphone {self._device} gives no sound",
            hint="check its cable; unplugged, it must be opened again",
        )

    def close(self) -> None:
        """Let go of the microphone and wipe the buffer; harmless when repeated."""
        if self._pcm.value:
            self._library.snd_pcm_close(self._pcm)
            self._pcm = ctypes.c_void_p()
        ctypes.memset(self._buffer, 0, ctypes.sizeof(self._buffer))

    def _check(self, code: int, what: str) -> None:
        if code < 0:
            why = self._library.snd_strerror(code).decode(errors="replace")
            raise SensorError(
                f"microphone {self._device} {what}: {why}",
                hint="arecord -L lists them; the user must be in the group audio",
            )


def _libasound() -> Library:
    name = ctypes.util.find_library("asound") or "libasound.so.2"
    try:
        return ctypes.CDLL(name)
    except OSError as error:
        raise SensorError(
            "there is no libasound on this computer: microphones cannot be read",
            hint="apt install libasound2 (libasound2t64 from Debian 13 on)",
        ) from error


def _typed(library: Library) -> Library:
    """Say what the functions take and give: pointers are wider than ints."""
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    forms: dict[str, tuple[Any, list[Any]]] = {
        "snd_pcm_open": (number, [ctypes.POINTER(pointer), text, number, number]),
        "snd_pcm_set_params": (
            number,
            [pointer, number, number, ctypes.c_uint, ctypes.c_uint, number, ctypes.c_uint],
        ),
        "snd_pcm_readi": (ctypes.c_long, [pointer, pointer, ctypes.c_ulong]),
        "snd_pcm_recover": (number, [pointer, number, number]),
        "snd_pcm_close": (number, [pointer]),
        "snd_strerror": (text, [number]),
    }
    for name, (gives, takes) in forms.items():
        function = getattr(library, name, None)
        if function is None:
            raise SensorError(f"this libasound has no {name}: expected alsa-lib 1.0 or later")
        function.restype, function.argtypes = gives, takes
    return library
