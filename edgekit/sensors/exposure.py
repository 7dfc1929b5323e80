"""Hold a V4L2 camera at one exposure and gain, and read back that it obeys.

The numbers are those of linux/videodev2.h and linux/v4l2-controls.h. Controls belong to the
device and not to who has it open, so this is done once it is open, and before the eye is sealed:
afterwards no control can be set or asked.
"""

import errno
import fcntl
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from edgekit.errors import SensorError

G_CTRL, S_CTRL, QUERYCTRL = 0xC008_561B, 0xC008_561C, 0xC044_5624
_CONTROL = struct.Struct("=Ii")
_QUERY = struct.Struct("=II32siiiiI8x")
_DISABLED = 0x0001

EXPOSURE_AUTO, EXPOSURE_ABSOLUTE, EXPOSURE_AUTO_PRIORITY = 0x9A_0901, 0x9A_0902, 0x9A_0903
AUTO_WHITE_BALANCE, AUTOGAIN, GAIN = 0x98_090C, 0x98_0912, 0x98_0913
_MANUAL = 1
_OFF = ((AUTOGAIN, "automatic gain"), (AUTO_WHITE_BALANCE, "automatic white balance"))
_STEPS_PER_MS = 10
"""V4L2_CID_EXPOSURE_ABSOLUTE counts in 100 µs."""

_NEAR = 0.02
"""By so much the exposure read back may differ: less than anything else here."""

Ioctl = Callable[[int, int, bytearray], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What a camera is held at; ``gain`` in the unit of its control, None where it has none."""

    exposure_ms: float
    gain: int | None


class Controls:
    """The controls of one open device.

    Args:
        descriptor: of the device.
        what: how errors call it.
        ioctl: `fcntl.ioctl`, or what a test puts in its place.
    """

    def __init__(self, descriptor: int, what: str, ioctl: Ioctl = fcntl.ioctl) -> None:
        self._descriptor = descriptor
        self._what = what
        self._ioctl = ioctl

    def limits(self, control: int) -> tuple[int, int] | None:
        """Return the least and the most that a control takes; None where it is not there."""
        query = bytearray(_QUERY.pack(control, 0, b"", 0, 0, 0, 0, 0))
        try:
            self._ioctl(self._descriptor, QUERYCTRL, query)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.ENOTTY):
                return None
            raise self._failed("tells no controls", error) from error
        _, _, _, low, high, _, _, flags = _QUERY.unpack(query)
        return None if flags & _DISABLED else (low, high)

    def hold(self, control: int, value: int, name: str, *, within: float = 0.0) -> None:
        """Set a control and read it back; SensorError where it is refused or comes back otherwise.

        ``within`` is the relative difference that is no disobedience.
        """
        got = bytearray(_CONTROL.pack(control, 0))
        try:
            self._ioctl(self._descriptor, S_CTRL, bytearray(_CONTROL.pack(control, value)))
            self._ioctl(self._descriptor, G_CTRL, got)
        except OSError as error:
            raise self._failed(f"refuses {name} {value}", error) from error
        found = _CONTROL.unpack(got)[1]
        if abs(found - value) > within * value:
            raise SensorError(
                f"{self._what} was set to {name} {value} and stands at {found}",
                hint="write what it stands at into [light], calibrated anew, or use another camera",
            )

    def _failed(self, how: str, error: OSError) -> SensorError:
        return SensorError(
            f"{self._what} {how}: {error.strerror}",
            hint="this camera can't measure light: use a light sensor, and remove [light]",
        )


def hold(device: Path, exposure: Exposure, *, ioctl: Ioctl = fcntl.ioctl) -> None:
    """Hold the camera at this exposure and gain, everything automatic off.

    Raises SensorError where it has no such control, takes no such value or does not obey.
    """
    with _opened(device) as descriptor:
        controls = Controls(descriptor, f"camera {device}", ioctl)
        steps = max(1, round(exposure.exposure_ms * _STEPS_PER_MS))
        _require_within(controls, device, exposure, steps)
        controls.hold(EXPOSURE_AUTO, _MANUAL, "manual exposure")
        for control, name in _OFF:
            if controls.limits(control) is not None:
                controls.hold(control, 0, name)
        if controls.limits(EXPOSURE_AUTO_PRIORITY) is not None:
            controls.hold(EXPOSURE_AUTO_PRIORITY, 0, "a changing frame rate")
        name = "an exposure, in 0.1 ms, of"
        controls.hold(EXPOSURE_ABSOLUTE, steps, name, within=_NEAR)
        if exposure.gain is not None:
            controls.hold(GAIN, exposure.gain, "gain")


def _require_within(controls: Controls, device: Path, exposure: Exposure, steps: int) -> None:
    if controls.limits(EXPOSURE_AUTO) is None or controls.limits(EXPOSURE_ABSOLUTE) is None:
        raise SensorError(
            f"camera {device} has no exposure that can be held",
            hint="use a light sensor, and remove [light]: the brightness is then a rough one",
        )
    wanted = (
        ("exposure_ms", EXPOSURE_ABSOLUTE, steps, _STEPS_PER_MS),
        ("gain", GAIN, exposure.gain, 1),
    )
    for key, control, value, scale in wanted:
        limits = controls.limits(control)
        if limits is None and value is None:
            continue
        if limits is None:
            raise SensorError(f"camera {device} has no gain", hint=f"remove light.{key}")
        low, high = limits
        if value is None or not low <= value <= high:
            came = "is missing" if value is None else f"{value / scale:g}"
            raise SensorError(
                f"light.{key} {came}: camera {device} takes {low / scale:g} to {high / scale:g}"
            )


@contextmanager
def _opened(device: Path) -> Iterator[int]:
    try:
        descriptor = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SensorError(f"camera {device} cannot be opened: {error.strerror}") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)
