"""A thermal array at a door: pictures in, "warm" or "not warm" out, and no temperature with it."""

from itertools import count
from pathlib import Path

import numpy as np
import pytest

from edgekit.errors import ConfigError, SensorError
from edgekit.frames import ThermalFrame
from edgekit.perception.warmth import Box
from edgekit.sensors.door import Door
from edgekit.sensors.thermal import ThermalSource
from edgekit.systems.decision import Decision
from edgekit.systems.temperature import Settings
from edgekit.testing.emulator import EmulatedBoard

FACE, BODY = (0, 0, 5, 8), (6, 0, 8, 3)
READY = Settings(warm_up_ms=0, stuck_shots=1000)


def picture(number: int, face_c: float | None, body_c: float | None = 35.0) -> ThermalFrame:
    celsius = np.full((8, 8), 22.0)
    if face_c is not None:
        celsius[2:5, 1:4] = face_c
    if body_c is not None:
        celsius[0:3, 6:8] = body_c
    return ThermalFrame(celsius, 25.0, 1_780_272_000_000 + 250 * number, number)


class Pictures:
    """A source of some pictures."""

    size = (8, 8)

    def __init__(self, *pictures: ThermalFrame) -> None:
        self._pictures = iter(pictures)
        self.closed = False

    def read(self) -> ThermalFrame:
        try:
            return next(self._pictures)
        except StopIteration:
            raise SensorError("no more pictures") from None

    def close(self) -> None:
        self.closed = True


def decided(*pictures: ThermalFrame) -> list[Decision]:
    source = Pictures(*pictures)
    door = Door(source, face=FACE, body=BODY, settings=READY)
    told = [one for _ in pictures for one in door.read()]
    with pytest.raises(SensorError):
        door.read()
    door.close()
    assert source.closed
    return told


@pytest.mark.parametrize(("face_c", "what"), [(34.5, "passed"), (37.25, "warm")])
def test_a_passage_is_warm_or_not_and_its_temperature_stays(face_c: float, what: str) -> None:
    told = decided(picture(0, None), picture(1, face_c), picture(2, face_c), picture(9, None))

    assert [one.what for one in told] == ["ready", what]
    assert not any(str(face_c) in repr(one) for one in told)


def test_the_arrays_own_error_is_taken_off_or_refused() -> None:
    off = decided(*[picture(4 * n, face, 35.15) for n, face in enumerate((None, 36.65, None))])
    far = decided(*[picture(4 * n, face, 36.0) for n, face in enumerate((None, 38.0, None))])
    gone = decided(*[picture(4 * n, 38.0, None) for n in range(3)])

    assert [one.what for one in off] == ["ready", "passed"]
    assert [one.what for one in far] == ["refused"]
    assert [one.what for one in gone] == ["refused"]


@pytest.mark.parametrize(
    ("face", "body"),
    [
        ((0, 0, 9, 8), BODY),
        (FACE, (6, 0, 6, 3)),
        (FACE, (6, 0, 7, 3)),
        (FACE, (4, 0, 8, 3)),
    ],
    ids=["outside", "empty", "too small", "overlap"],
)
def test_boxes_that_cannot_be(face: Box, body: Box) -> None:
    with pytest.raises(ConfigError):
        Door(Pictures(), face=face, body=body)


@pytest.mark.emulator
def test_through_the_firmware(firmware: Path, tmp_path: Path) -> None:
    """An AMG8833 behind the real firmware, in the emulator, sees a warm face and then nobody."""
    with EmulatedBoard.start(tmp_path, firmware) as board:

        def show(face_c: float | None) -> None:
            words = np.round(picture(0, face_c).celsius.ravel() * 4).astype(int)
            data = b"".join(int(word).to_bytes(2, "little") for word in words)
            board.tell("i2c", 69, "80", data.hex())

        show(None)
        board.tell("i2c", 69, "0e", (400).to_bytes(2, "little").hex())
        source = ThermalSource(str(board.port), clock_ms=count(0, 125).__next__, period_s=0.05)
        door = Door(source, face=FACE, body=BODY, settings=READY)
        told: list[Decision] = []
        for face_c in (None, 37.25, None):
            show(face_c)
            told += [one for _ in range(12) for one in door.read()]
        door.close()

    assert [one.what for one in told] == ["ready", "warm"]
