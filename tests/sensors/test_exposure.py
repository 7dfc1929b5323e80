"""A camera's controls, played by a table instead of a driver."""

import errno
import os
import struct
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edgekit.errors import SensorError
from edgekit.sensors import exposure
from edgekit.sensors.exposure import Exposure, hold

WANTED = Exposure(exposure_ms=20, gain=40)
AUTOMATIC = {
    exposure.EXPOSURE_AUTO: (3, 0, 3),
    exposure.EXPOSURE_ABSOLUTE: (157, 1, 5000),
    exposure.EXPOSURE_AUTO_PRIORITY: (1, 0, 1),
    exposure.AUTO_WHITE_BALANCE: (1, 0, 1),
    exposure.AUTOGAIN: (1, 0, 1),
    exposure.GAIN: (0, 0, 100),
}


@dataclass
class Driver:
    """Its controls, as value, least and most; ``obeys`` says what a set value becomes."""

    controls: dict[int, tuple[int, int, int]] = field(default_factory=lambda: dict(AUTOMATIC))
    obeys: dict[int, int] = field(default_factory=dict)
    disabled: int = 0
    fault: int = errno.EINVAL

    def __call__(self, descriptor: int, request: int, data: bytearray) -> int:
        assert os.fstat(descriptor)
        number = int.from_bytes(data[:4], "little")
        if number not in self.controls:
            raise OSError(self.fault, os.strerror(self.fault))
        value, low, high = self.controls[number]
        if request == exposure.QUERYCTRL:
            flags = int(number == self.disabled)
            data[:] = struct.pack("=II32siiiiI8x", number, 1, b"", low, high, 1, value, flags)
            return 0
        if request == exposure.S_CTRL:
            wanted = struct.unpack("=Ii", data)[1]
            self.controls[number] = (self.obeys.get(number, wanted), low, high)
            return 0
        assert request == exposure.G_CTRL
        data[:] = struct.pack("=Ii", number, value)
        return 0

    def values(self) -> dict[int, int]:
        return {number: value for number, (value, _, _) in self.controls.items()}


@pytest.fixture
def device(tmp_path: Path) -> Path:
    path = tmp_path / "video0"
    path.touch()
    return path


def test_everything_automatic_is_off_and_the_rest_as_asked(device: Path) -> None:
    driver = Driver()

    hold(device, WANTED, ioctl=driver)

    assert driver.values() == {
        exposure.EXPOSURE_AUTO: 1,
        exposure.EXPOSURE_ABSOLUTE: 200,
        exposure.EXPOSURE_AUTO_PRIORITY: 0,
        exposure.AUTO_WHITE_BALANCE: 0,
        exposure.AUTOGAIN: 0,
        exposure.GAIN: 40,
    }


def test_a_small_camera_without_gain_will_do(device: Path) -> None:
    few = (exposure.EXPOSURE_AUTO, exposure.EXPOSURE_ABSOLUTE)
    driver = Driver(controls={one: AUTOMATIC[one] for one in few})
    driver.obeys[exposure.EXPOSURE_ABSOLUTE] = 198  # its own steps

    hold(device, Exposure(exposure_ms=20, gain=None), ioctl=driver)

    assert list(driver.values().values()) == [1, 198]


@pytest.mark.parametrize(
    ("obeys", "said"),
    [
        ({exposure.EXPOSURE_ABSOLUTE: 157}, "of 200 and stands at 157"),
        ({exposure.EXPOSURE_AUTO: 3}, "manual exposure 1 and stands at 3"),
        ({exposure.GAIN: 39}, "gain 40 and stands at 39"),
        ({exposure.AUTOGAIN: 1}, "automatic gain 0 and stands at 1"),
    ],
)
def test_a_camera_that_does_not_obey_is_refused(
    obeys: dict[int, int], said: str, device: Path
) -> None:
    with pytest.raises(SensorError, match=said):
        hold(device, WANTED, ioctl=Driver(obeys=obeys))


@pytest.mark.parametrize(
    ("wanted", "without", "said"),
    [
        (Exposure(exposure_ms=600, gain=1), 0, "exposure_ms 600: .* takes 0.1 to 500"),
        (Exposure(exposure_ms=20, gain=101), 0, "gain 101: .* takes 0 to 100"),
        (Exposure(exposure_ms=20, gain=None), 0, "gain is missing: .* takes 0 to 100"),
        (WANTED, exposure.GAIN, "has no gain"),
        (WANTED, exposure.EXPOSURE_AUTO, "no exposure that can be held"),
        (WANTED, exposure.EXPOSURE_ABSOLUTE, "no exposure that can be held"),
    ],
)
def test_what_it_does_not_have_is_said(
    wanted: Exposure, without: int, said: str, device: Path
) -> None:
    driver = Driver()
    driver.controls.pop(without, None)
    with pytest.raises(SensorError, match=said):
        hold(device, wanted, ioctl=driver)
    assert driver.controls.get(exposure.GAIN, AUTOMATIC[exposure.GAIN])[0] == 0


def test_a_control_that_is_switched_off_is_none(device: Path) -> None:
    with pytest.raises(SensorError, match="no exposure that can be held"):
        hold(device, WANTED, ioctl=Driver(disabled=exposure.EXPOSURE_AUTO))


def test_a_driver_that_fails_is_our_error(device: Path) -> None:
    with pytest.raises(SensorError, match="tells no controls"):
        hold(device, WANTED, ioctl=Driver(controls={}, fault=errno.ENODEV))
    with pytest.raises(SensorError, match="no exposure that can be held"):
        hold(device, WANTED)  # a file is no camera
    with pytest.raises(SensorError, match="cannot be opened"):
        hold(device.with_name("none"), WANTED)


def test_a_value_that_is_refused_is_our_error(device: Path) -> None:
    class Stubborn(Driver):
        def __call__(self, descriptor: int, request: int, data: bytearray) -> int:
            if request == exposure.S_CTRL:
                raise OSError(errno.EBUSY, "busy")
            return super().__call__(descriptor, request, data)

    with pytest.raises(SensorError, match="refuses manual exposure 1: busy"):
        hold(device, WANTED, ioctl=Stubborn())
