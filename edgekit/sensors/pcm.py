"""A microphone's device, opened by libasound and read as a file. Nothing here has passed the gate.

libasound opens and sets it, as the system has it (alsa-lib, PCM interface), without any package of
Python's. From then on its descriptor is read: the kernel gives samples by read(2) where access is
interleaved, and starts and prepares the device by two ioctls without an argument (Linux,
sound/core/pcm_native.c: snd_pcm_read, snd_pcm_common_ioctl). So a sealed process needs no more than
these two, on that one descriptor.
"""

import ctypes
import ctypes.util
import errno
import fcntl
import io
import select
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edgekit.errors import SensorError
from edgekit.perception.samples import Form

PREPARE, START = 0x4140, 0x4142
"""SNDRV_PCM_IOCTL_PREPARE and _START of uapi/sound/asound.h."""

CAPTURE, NOT_WAITING, INTERLEAVED = 1, 1, 3
"""SND_PCM_STREAM_CAPTURE, SND_PCM_NONBLOCK, SND_PCM_ACCESS_RW_INTERLEAVED of alsa/pcm.h."""

FORMS: tuple[tuple[int, Form], ...] = tuple(
    (number, Form(width=width, channels=channels))
    for channels in (1, 2)
    for number, width in ((2, 2), (10, 4), (32, 3))
)
"""SND_PCM_FORMAT_S16_LE, _S32_LE and _S24_3LE: what USB microphones and those on I2S give."""

DEVICES = "/dev/snd/"
LATENCY_US = 500_000
OVERRUN, SUSPENDED = errno.EPIPE, errno.ESTRPIPE

Library = Any
"""libasound, or what answers as it does."""


class Pcm:
    """One capture device.

    Args:
        device: as ``arecord -L`` names it, such as ``hw:1``: hardware, no plug-in.
        rate_hz: samples a second; the device must have it, nothing is resampled.
        load: gives the library; for tests.
        hardware: what its descriptor has to lead to.

    Raises:
        SensorError: no libasound, no such device, it is busy, gives no such samples, is a plug-in.
    """

    def __init__(
        self,
        device: str,
        *,
        rate_hz: int,
        load: Callable[[], Library] | None = None,
        hardware: str = DEVICES,
    ) -> None:
        self.device = device
        self._library = _typed((load or _libasound)())
        self._pcm = ctypes.c_void_p()
        self._check(
            self._library.snd_pcm_open(
                ctypes.byref(self._pcm), device.encode(), CAPTURE, NOT_WAITING
            ),
            "cannot be opened",
        )
        try:
            self.form = self._set(rate_hz)
            self.descriptor = self._of_hardware(hardware)
            self._file = io.FileIO(self.descriptor, "rb", closefd=False)
        except BaseException:
            self.close()
            raise

    def start(self) -> None:
        """Begin to hear; raises SensorError where the device is gone."""
        self._control(START)

    def wait(self, seconds: float) -> bool:
        """Return whether there is sound, or an error, within so long."""
        return bool(select.select([self.descriptor], [], [], seconds)[0])

    def read_into(self, buffer: memoryview) -> int | None:
        """Read what is there; return how many bytes, None where some was lost: it begins anew.

        Raises:
            SensorError: the device is gone.
        """
        try:
            return self._file.readinto(buffer) or 0
        except OSError as error:
            if error.errno not in (OVERRUN, SUSPENDED):
                raise self._gone(error) from error
        self._control(PREPARE)
        self._control(START)
        return None

    def close(self) -> None:
        """Let go of it; harmless when repeated."""
        if self._pcm.value:
            self._library.snd_pcm_close(self._pcm)
            self._pcm = ctypes.c_void_p()

    def _set(self, rate_hz: int) -> Form:
        code = 0
        for number, form in FORMS:
            code = self._library.snd_pcm_set_params(
                self._pcm, number, INTERLEAVED, form.channels, rate_hz, 0, LATENCY_US
            )
            if code >= 0:
                return form
        self._check(code, f"gives no samples of 16, 24 or 32 bit, {rate_hz} a second")
        raise SensorError(f"microphone {self.device} has no form that is known")

    def _of_hardware(self, hardware: str) -> int:
        ends = (_End * max(1, self._library.snd_pcm_poll_descriptors_count(self._pcm)))()
        found = self._library.snd_pcm_poll_descriptors(self._pcm, ends, len(ends))
        target = _target(ends[0].fd) if found == 1 else "no one descriptor"
        if not target.startswith(hardware):
            raise SensorError(
                f"microphone {self.device} is no hardware ({target}): expected one in {DEVICES}",
                hint="name the card itself, as hw:1; plug-ins need more than a sealed eye has",
            )
        return int(ends[0].fd)

    def _control(self, request: int) -> None:
        try:
            fcntl.ioctl(self.descriptor, request)
        except OSError as error:
            raise self._gone(error) from error

    def _gone(self, error: OSError) -> SensorError:
        return SensorError(
            f"microphone {self.device} gives no sound: {error.strerror}",
            hint="check its cable; unplugged, it must be opened again",
        )

    def _check(self, code: int, what: str) -> None:
        if code < 0:
            why = self._library.snd_strerror(code).decode(errors="replace")
            raise SensorError(
                f"microphone {self.device} {what}: {why}",
                hint="arecord -L lists them; the user must be in the group audio",
            )


class _End(ctypes.Structure):
    """struct pollfd of poll.h."""

    _fields_ = (("fd", ctypes.c_int), ("events", ctypes.c_short), ("revents", ctypes.c_short))


def _target(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


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
    unsigned = ctypes.c_uint
    forms: dict[str, tuple[Any, list[Any]]] = {
        "snd_pcm_open": (number, [ctypes.POINTER(pointer), text, number, number]),
        "snd_pcm_set_params": (
            number,
            [pointer, number, number, unsigned, unsigned, number, unsigned],
        ),
        "snd_pcm_poll_descriptors_count": (number, [pointer]),
        "snd_pcm_poll_descriptors": (number, [pointer, ctypes.POINTER(_End), unsigned]),
        "snd_pcm_close": (number, [pointer]),
        "snd_strerror": (text, [number]),
    }
    for name, (gives, takes) in forms.items():
        function = getattr(library, name, None)
        if function is None:
            raise SensorError(f"this libasound has no {name}: expected alsa-lib 1.0 or later")
        function.restype, function.argtypes = gives, takes
    return library
