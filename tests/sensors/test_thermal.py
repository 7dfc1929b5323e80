"""Thermal arrays: raw words to temperatures, and through the real firmware in the emulator."""

import pickle
import platform
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from edgekit.confine.syscalls import ARCHITECTURES
from edgekit.errors import SensorError
from edgekit.sensors.mlx90640 import Calibration
from edgekit.sensors.thermal import ThermalSource, amg8833
from edgekit.testing.emulator import EmulatedBoard
from edgekit.testing.fakes import FakeClock

EYE = """
import os
import sys
from edgekit.confine.allowance import eye_allowance
from edgekit.confine.filter import install, seal
from edgekit.confine.rules import Stage
from edgekit.errors import SensorError
from edgekit.sensors.thermal import ThermalSource

install(Stage.CAMERA_OPEN)
source = ThermalSource(sys.argv[1], clock_ms=lambda: 0, period_s=0.05)
install(Stage.FILES)
seal(eye_allowance(pid=os.getpid(), outs=(1,), camera=False))
print(*(source.read().index for _ in range(3)))
try:
    os.write(source._port, b"words")
except PermissionError as error:
    print(error)
source.close()
try:
    ThermalSource(sys.argv[1], clock_ms=lambda: 0)
except SensorError as error:
    print(error)
"""

# The worked example of Melexis' datasheet, section 11.2.2: these words give 3.319 V and 39.184 °C.
EXAMPLE = {768: 0x4BF2, 778: 0x1881, 800: 0x06AF, 810: 0xCCC5, 832: 0x1901}
EEPROM = {
    16: 0x4210,
    17: 0xFFBB,
    32: 0x7654,
    33: 0x2F44,
    48: 0x18EF,
    49: 0x2FF1,
    50: 0x5952,
    51: 0x9D68,
    52: 0x5454,
    53: 0x0994,
    54: 0x6956,
    55: 0x5354,
    56: 0x2363,
    57: 0xE446,
    58: 0xFBB5,
    59: 0x044B,
    60: 0xF020,
    61: 0x9797,
    62: 0x9797,
    63: 0x2889,
}


def eeprom() -> tuple[int, ...]:
    dice = random.Random(1)
    pixels = {i: (dice.randrange(0x10000) & 0x03F0) | 0x0010 for i in range(64, 832)}
    return tuple((EEPROM | pixels).get(i, 0) for i in range(832))


def reading(level: int, subpage: int, *, torn: bool = False) -> tuple[int, ...]:
    words = dict.fromkeys(range(768), level & 0xFFFF) | EXAMPLE | {776: 0xFFCA, 808: 0xFFC8}
    return (*(words.get(i, 0) for i in range(833)), 8 | subpage, 8 * torn | subpage)


def test_the_part_itself_as_in_the_datasheet() -> None:
    calibration = Calibration.from_eeprom(eeprom())
    ram = np.array(reading(0, 0), np.int64)

    assert calibration._supply_of(ram) == pytest.approx(3.319, abs=0.001)
    assert calibration.own_celsius(reading(0, 0)) == pytest.approx(39.184, abs=0.001)


def test_more_infrared_is_warmer_and_half_is_read_at_a_time() -> None:
    calibration = Calibration.from_eeprom(eeprom())
    pages = [calibration.temperatures(reading(500, page)) for page in (0, 1)]
    warmer = calibration.temperatures(reading(600, 0))[1]

    assert [page for page, _ in pages] == [0, 1]
    seen = [~np.isnan(celsius) for _, celsius in pages]
    assert (seen[0] ^ seen[1]).all()
    assert (warmer[seen[0]] > pages[0][1][seen[0]]).all()
    assert 30 < np.nanmean(warmer) < 150


def test_a_black_body_at_the_parts_own_temperature_is_that_warm() -> None:
    calibration = Calibration.from_eeprom(eeprom())
    own = calibration.own_celsius(reading(0, 0))
    alpha = calibration.alpha
    nothing = np.zeros((24, 32))

    celsius = calibration._to_celsius(nothing, alpha, (own + 273.15) ** 4)

    assert celsius == pytest.approx(own)


def test_dead_pixels_torn_readings_and_empty_parts() -> None:
    words = list(eeprom())
    words[64], words[66] = 0, words[66] | 1
    calibration = Calibration.from_eeprom(tuple(words))
    celsius = calibration.temperatures(reading(500, 0))[1]
    assert np.isnan(celsius[0, 0])
    assert np.isnan(celsius[0, 2])
    assert not np.isnan(celsius[0, 4])
    with pytest.raises(SensorError, match="torn"):
        calibration.temperatures(reading(500, 0, torn=True))
    for wrong in ((0,) * 832, (1,) * 5):
        with pytest.raises(SensorError, match="EEPROM of"):
            Calibration.from_eeprom(wrong)


def test_small_array() -> None:
    words = [0x0FC] * 64
    words[0], words[63] = 0xFFF, 0x800

    celsius, own = amg8833((*words, 0x190))
    assert (celsius[0, 0], celsius[0, 1], celsius[7, 7], own) == (-0.25, 63.0, -512.0, 25.0)
    assert amg8833((*words, 0x8BB))[1] == -11.6875


@pytest.fixture
def board(firmware: Path, tmp_path: Path) -> Iterator[EmulatedBoard]:
    with EmulatedBoard.start(tmp_path, firmware) as board:
        yield board


def load(board: EmulatedBoard, address: int, register: str, data: bytes) -> None:
    board.tell("i2c", address, register, data.hex())


@pytest.mark.emulator
def test_small_array_through_the_firmware(board: EmulatedBoard) -> None:
    load(board, 69, "80", b"".join((80 + i).to_bytes(2, "little") for i in range(64)))
    load(board, 69, "0e", (400).to_bytes(2, "little"))
    source = ThermalSource(str(board.port), clock_ms=FakeClock().ms, period_s=0.05)
    frames = [source.read() for _ in range(3)]
    source.close()
    source.close()

    assert source.size == (8, 8)
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert frames[2].celsius == pytest.approx(np.arange(80, 144).reshape(8, 8) / 4)
    assert frames[2].own_celsius == 25
    assert "stays" in repr(frames[0])
    with pytest.raises(TypeError, match="stays"):
        pickle.dumps(frames[0])


@pytest.mark.emulator
def test_large_array_through_the_firmware(board: EmulatedBoard) -> None:
    load(board, 33, "2400", b"".join(w.to_bytes(2, "big") for w in eeprom()))
    words = reading(500, 0)
    load(board, 33, "0400", b"".join(w.to_bytes(2, "big") for w in words[:832]))
    load(board, 33, "800d", words[832].to_bytes(2, "big"))
    source = ThermalSource(str(board.port), clock_ms=FakeClock().ms, period_s=0.1)
    frames = [source.read() for _ in range(2)]
    source.close()
    calibration = Calibration.from_eeprom(eeprom())
    expected = [calibration.temperatures(reading(500, page), emissivity=0.98)[1] for page in (0, 1)]

    assert source.size == (32, 24)
    whole = np.where(np.isnan(expected[0]), expected[1], expected[0])
    assert frames[1].celsius == pytest.approx(whole)
    assert int(np.isnan(frames[0].celsius).sum()) == 384


@pytest.mark.emulator
def test_what_is_not_there_and_what_starts_anew(board: EmulatedBoard, tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="no thermal array answers"):
        ThermalSource(str(board.port), clock_ms=FakeClock().ms)
    with pytest.raises(SensorError, match="can't be opened"):
        ThermalSource(str(tmp_path / "none"), clock_ms=FakeClock().ms)
    load(board, 69, "80", bytes(128))
    source = ThermalSource(str(board.port), clock_ms=FakeClock().ms, period_s=0.05)
    source.read()
    board.tell("reset")
    with pytest.raises(SensorError, match="started anew"):
        [source.read() for _ in range(20)]
    source.close()


@pytest.mark.emulator
@pytest.mark.skipif(
    platform.machine() not in {a.machine for a in ARCHITECTURES},
    reason="seccomp needs 64-bit Linux",
)
def test_the_eye_opens_it_before_its_seal_and_reads_behind_it(board: EmulatedBoard) -> None:
    load(board, 69, "80", bytes(128))
    done = subprocess.run(
        [sys.executable, "-c", EYE, str(board.port)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    indices, *refused = done.stdout.splitlines()
    assert indices == "0 1 2"
    assert len(refused) == 2  # neither words over the wire, nor the port anew
    assert all("not permitted" in words for words in refused)


@pytest.mark.emulator
def test_its_port_is_held(board: EmulatedBoard) -> None:
    load(board, 69, "80", bytes(128))
    for _ in range(2):  # and let go of
        source = ThermalSource(str(board.port), clock_ms=FakeClock().ms)
        assert source.read().index == 0
        source.close()
